import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { refutes } from "../../src/audit/finding.ts";
import type { ControlStanding } from "../../src/audit/standing.ts";
import { controlChecks } from "../../src/knowledge/controls.ts";
import { oscalErrors } from "../report/compliance/schema.ts";
import { openSite, type Site } from "./site.ts";

/** A fleet of three ships looked at check by check: what is evidenced is so, and opens when it is no longer. Root only. */
const SENTENCE = "Deploy 3 fake ships to dev, staging and production on my own servers with standard hardening";
const HOSTS = ["alder", "birch", "cedar"] as const;
let lab: Lab;
let site: Site;

beforeAll(async () => {
  lab = await startLab({ hosts: HOSTS });
  site = await openSite(lab);
  await site.own(...HOSTS);
  const { exit, err } = await site.slipway("launch", SENTENCE, "--yes");
  if (exit !== 0) throw new Error(err);
}, 400_000);

afterAll(async () => {
  await site?.down();
  await lab?.down();
}, 120_000);

interface Packet {
  readonly evidenced: number;
  readonly open: number;
  readonly folder: string;
  readonly controls: readonly ControlStanding[];
}

async function comply(name: string): Promise<Packet> {
  const { out, err } = await site.slipway("comply", "fleet", "--framework", "hipaa", "--out", name, "--json");
  expect(err).toBe("");
  return JSON.parse(out) as Packet;
}

const openIds = ({ controls }: Packet) =>
  controls.filter(({ standing }) => standing === "open").map(({ control }) => control.id);

/** What the firewall's own check came to on a host, and how the controls stand that it is evidence for. */
function firewallOn(host: string, { controls }: Packet) {
  const about = controls.filter(({ findings }) =>
    findings.some(({ check, on }) => check === "net.default-deny" && on === host),
  );
  const finding = about[0]?.findings.find(({ check, on }) => check === "net.default-deny" && on === host);
  return { status: finding?.status, standings: [...new Set(about.map(({ standing }) => standing))] };
}

describe("a fleet of three ships", () => {
  test("has a packet whose every evidenced line says the same when its command is run again", async () => {
    const packet = await comply("before");
    expect(packet.evidenced).toBeGreaterThan(5);
    const byId = new Map(controlChecks().map((check) => [check.id, check]));
    const evidenced = packet.controls
      .filter(({ standing }) => standing === "evidenced")
      .flatMap(({ findings }) => findings)
      .filter(({ status }) => status === "shown");
    const shown = evidenced.filter(({ on }) => lab.hosts.some(({ name }) => name === on));
    expect(shown.length).toBeGreaterThan(30);
    for (const { check, on, command, observation } of new Map(
      shown.map((one) => [`${one.check} ${one.on}`, one]),
    ).values()) {
      const about = byId.get(check);
      if (about === undefined) throw new Error(`no check ${check}`);
      const again = lab.exec(on, command).stdout;
      expect(refutes(about.expect, about.parser, again), `${check} on ${on}: ${command}`).toBeNull();
      expect(existsSync(join(packet.folder, "raw", observation?.rawSha256 ?? "-"))).toBe(true);
    }
    // Lines of the run itself stand on its record, which verifies again.
    const ofRun = evidenced.filter(({ on }) => on === site.run());
    expect(ofRun.length).toBeGreaterThan(5);
    expect(new Set(ofRun.map(({ command }) => command.split("  #")[0]))).toEqual(
      new Set([`slipway verify ${site.run()}`]),
    );
    expect((await site.slipway("verify", site.run())).exit).toBe(0);
    const oscal = JSON.parse(readFileSync(join(packet.folder, "assessment-results.json"), "utf8"));
    expect(oscalErrors(oscal)).toEqual([]);
    for (const name of ["packet.html", "controls.csv", "assessment-results.json"])
      expect(readFileSync(join(packet.folder, name), "utf8")).not.toMatch(/\b(passed|certified|compliant)\b/i);
  }, 120_000);

  test("is as it was set, and an audit changes nothing on it", async () => {
    const drift = await site.slipway("drift", "--json");
    const { hosts } = JSON.parse(drift.out) as { hosts: { compared: number; differs: unknown[] }[] };
    expect(hosts.flatMap(({ differs }) => differs)).toEqual([]);
    expect(drift).toMatchObject({ exit: 0, err: "" });
    for (const host of hosts) expect(host.compared).toBeGreaterThan(10);
    await site.slipway("audit");
    expect((await site.slipway("drift")).exit).toBe(0);
  }, 60_000);

  test("whose firewall is off has its lines opened, and the drift shows it", async () => {
    const intact = await comply("again");
    lab.exec("birch", "nft delete table inet slipway");
    const after = await comply("broken");
    expect(firewallOn("birch", intact)).toEqual({ status: "shown", standings: expect.any(Array) });
    expect(firewallOn("birch", after)).toEqual({ status: "refuted", standings: ["open"] });
    expect(firewallOn("alder", after).status).toBe("shown");
    const drift = await site.slipway("drift");
    expect(drift.exit).toBe(1);
    expect(drift.out).toMatch(/birch: \d+ of \d+ settings differ[\s\S]*firewall/);
    expect(drift.out).toMatch(/alder: \d+ settings, all as they were set/);
    const set = await site.slipway("setup-production", "birch", "--level", "standard", "--yes");
    expect(set).toMatchObject({ exit: 0, err: "" });
    const mended = await comply("mended");
    expect(firewallOn("birch", mended).status).toBe("shown");
    expect(openIds(mended)).toEqual(openIds(intact));
    expect((await site.slipway("drift")).exit).toBe(0);
  }, 240_000);

  test("counts a person's word, with its document and its end", async () => {
    writeFileSync(join(site.desk, "training.pdf"), "who was trained, and when");
    const words = ["164.308(a)(5)(i)", "--framework", "hipaa", "--by", "Ada", "--file", "training.pdf"];
    expect((await site.slipway("attest", ...words, "--expires", "2001-01-01")).exit).toBe(2);
    expect(await site.slipway("attest", ...words, "--expires", "2099-01-01")).toMatchObject({ exit: 0, err: "" });
    const packet = await comply("attested");
    const line = packet.controls.find(({ control }) => control.id === "164.308(a)(5)(i)");
    expect(line).toMatchObject({ standing: "attested", because: "implemented, by Ada, until 2099-01-01" });
  }, 60_000);
});
