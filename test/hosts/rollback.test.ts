import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { bodies, fingerprint, openSite, type Site, until } from "./site.ts";

/** A launch that fails at the very end, and is taken back whole. Root only. */
const HOSTS = ["alder", "birch"] as const;
let lab: Lab;
let site: Site;
let before: readonly Readonly<Record<string, string>>[];

beforeAll(async () => {
  lab = await startLab({ hosts: HOSTS });
  site = await openSite(lab);
  await site.own(...HOSTS);
  before = await Promise.all(HOSTS.map((host) => fingerprint(lab, host)));
}, 300_000);

afterAll(async () => {
  await site?.down();
  await lab?.down();
}, 120_000);

const status = async () => JSON.parse((await site.slipway("status", "last", "--json")).out);

describe("a launch that fails in its last phase", () => {
  test("waits with the diagnosis when a ship of an earlier phase is down at the hand-over", async () => {
    const launch = site.begin(
      "launch",
      "Deploy 2 fake ships to dev and production on my own servers",
      "--yes",
      "--by",
      "ada",
    );
    // Somebody stops the first ship while the next phase is at work.
    const devDone = () => bodies(site.evidence(), "phase-done").some(({ phase }) => phase === "dev");
    await until(devDone, "~zod is up");
    expect(lab.exec("alder", "systemctl disable --now urbit-zod").exit).toBe(0);
    const { exit, out } = await launch.ended;
    expect(exit).toBe(3);
    expect(out).toContain("check-failed, at handoff/verify-host/alder");
    expect(await status()).toMatchObject({
      status: "waiting",
      problem: { step: "handoff/verify-host/alder", failure: { kind: "configuration", code: "check-failed" } },
      steps: { failed: 1 },
    });
    expect(lab.exec("alder", "test -d /var/lib/urbit/zod").exit).toBe(0);
    expect(lab.exec("birch", "systemctl is-active urbit-nec").stdout).toBe("active\n");
  }, 180_000);

  test("is rolled back, and every host is as it was found", async () => {
    expect((await site.slipway("rollback", "last", "--by", "ada")).exit).toBe(0);
    await site.slipway("watch", "last");
    expect(await status()).toMatchObject({ status: "rolled-back", steps: { kept: 0 } });
    expect(await Promise.all(HOSTS.map((host) => fingerprint(lab, host)))).toEqual(before);
    for (const host of HOSTS) {
      const { stdout } = lab.exec(
        host,
        "ps -eo user:20,args; ls /run /var/lib /opt /etc/systemd/system; ss -Hlnup; nft list tables",
      );
      expect(stdout.replaceAll(/^.*(ps -eo|slipway-converge\.lock).*$/gm, "")).not.toMatch(/urbit|vere|3454\d/);
    }
  }, 120_000);

  test("the evidence lists what was compared on each host, and the report proves it", async () => {
    const undone = bodies(site.evidence(), "step-undone");
    for (const [index, host] of HOSTS.entries()) {
      const body = undone.find(({ step }) => step === `assess-host/${host}`);
      expect(body).toMatchObject({ undone: true, detail: expect.stringContaining(`${host} is as it was found: `) });
      const listed = Object.entries(before[index] ?? {})
        .sort()
        .map(([part, digest]) => [`${part} as found`, `${digest.slice(0, 12)} before, ${digest.slice(0, 12)} after`]);
      expect(body?.checks.map(({ check, detail }) => [check, detail]).sort()).toEqual(listed);
      // The last word on a host: nothing of it was undone later.
      const steps = undone.map(({ step }) => step);
      expect(steps.indexOf(`assess-host/${host}`)).toBeGreaterThan(
        steps.findLastIndex((step) => step.endsWith(`baseline/${host}`)),
      );
    }
    const report = JSON.parse((await site.slipway("report", "last", "--json")).out);
    const lines = report.sections.find(({ title }: { title: string }) => title === "Rolled back").lines;
    for (const host of HOSTS) {
      const line = lines.find(({ text }: { text: string }) =>
        text.startsWith(`assess-host/${host}: ${host} is as it was found`),
      );
      expect(line).toMatchObject({ standing: "proved" });
      for (const file of line.proof)
        expect(readFileSync(join(site.home, "runs", site.run(), file), "utf8")).toMatch(/^packages [0-9a-f]{64}$/m);
    }
    expect((await site.slipway("verify", "last")).exit).toBe(0);
  });
});
