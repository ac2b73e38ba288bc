import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import type { EvidenceRecord } from "../../src/evidence/schema.ts";
import { type Report, ReportSchema } from "../../src/report/model.ts";
import { socketName, webName } from "./ask.ts";
import { bodies, type Ended, fingerprint, openSite, planOf, type Site, stepsOf, until } from "./site.ts";

/** The main job, as a user does it: hosts named, one sentence, running ships with proof. Root only. */
const SENTENCE = "Deploy 3 fake ships to dev, staging and production on my own servers with standard hardening";
/** Who logs in where. Where it is not root, root is let in no more once the host is hardened. */
const SHIPS = [
  { name: "~zod", host: "alder", user: "root" },
  { name: "~nec", host: "birch", user: "ops" },
  { name: "~bud", host: "cedar", user: "root" },
] as const;
const HOSTS = SHIPS.map(({ host }) => host);

let lab: Lab;
let site: Site;
let launched: Ended;
let run: string;
let evidence: readonly EvidenceRecord[];

beforeAll(async () => {
  lab = await startLab({ hosts: HOSTS });
  site = await openSite(lab);
  for (const [index, { host, user }] of SHIPS.entries()) {
    const address = `${user}@10.77.0.${11 + index}`;
    const added = await site.slipway("host", "add", address, "--name", host);
    expect(added).toMatchObject({ exit: 0, out: `${host}: debian 12, x86_64\n${host} added (${address})\n` });
  }
  launched = await site.slipway("launch", SENTENCE, "--yes", "--by", "ada");
  run = site.run();
  evidence = site.evidence();
}, 600_000);

afterAll(async () => {
  await site?.down();
  await lab?.down();
}, 120_000);

const json = async <T>(...argv: readonly string[]): Promise<T> => {
  const { exit, out, err } = await site.slipway(...argv, "--json");
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  return JSON.parse(out) as T;
};
const plan = () => planOf(site, run);
const steps = () => plan().phases.flatMap((phase) => phase.steps.map((step) => step.id));
const portOf = (ship: string) => plan().ships.find(({ name }) => name === ship)?.httpPort ?? 0;
const answers = ({ name, host, user }: (typeof SHIPS)[number]) =>
  webName(lab, host, name, portOf(name), user) === name && socketName(lab, host, name, user) === name;
const states = () => Promise.all(SHIPS.map(({ host, user }) => fingerprint(lab, host, user)));

describe("the launch", () => {
  test("says what it understood, decided and planned, and ends with exit code 0", () => {
    expect(launched).toMatchObject({ exit: 0, err: "" });
    expect(launched.out).toMatch(/^Understood:\n {2}goal +deploy .*\n {2}ships +3 .*"3 fake ships"\n {2}fake +yes /);
    expect(launched.out).toContain("Decided: bare-metal, led by urbit-deployment-specialist");
    expect(launched.out).toContain(`Plan ${plan().hash.slice(0, 12)}: 3 fake ships on bare metal\n`);
    expect(launched.out).toContain(`slipway verify ${run}`);
  });

  test("reports each phase in the seed's format, every line with its standing", () => {
    const reports = phaseReports(launched.out.slice(0, launched.out.indexOf("# Deployment")));
    expect(reports.map(({ name }) => name)).toEqual(plan().phases.map(({ name }) => name));
    for (const [index, report] of reports.entries()) {
      expect(report.sections).toEqual(["Accomplishments", "Outputs", "Issues Encountered"]);
      expect(report.lines.filter((line) => !/ \[(proved|attested|not proven)\]$/.test(line))).toEqual(["None"]);
      expect(report.next).toBe(plan().phases[index + 1]?.name ?? null);
    }
  });

  test("ends with the seed's final report; nothing on real hosts is only rehearsed", async () => {
    const report = ReportSchema.parse(await json<Report>("report", "last"));
    expect(report.title).toBe("Deployment Complete: 3 Urbit ships on bare-metal");
    const titles = report.sections.map(({ title }) => title);
    for (const wanted of ["Summary", "Deliverables", "Access", "Security", "Performance", "Next Steps", "Handoff"])
      expect(titles).toContain(wanted);
    const lines = [...report.sections, ...report.phases.map((phase) => ({ lines: phase.accomplishments }))].flatMap(
      (part) => part.lines,
    );
    const standing = (text: string) => lines.find((line) => line.text.startsWith(text))?.standing;
    expect(report.tally.rehearsed).toBe(0);
    expect(standing("Ships Deployed: 3 of 3")).toBe("proved");
    expect(standing("Firewall: inbound denied by default")).toBe("proved");
    expect(standing("plan approved by ada")).toBe("attested");
    // What this version does not do is said, not claimed.
    for (const open of ["monitoring: Grafana", "Uptime", "Operations team", "On-call rotation"])
      expect(standing(open)).toBe("not proven");
    // Proved means that there is a file that shows it.
    for (const line of lines) {
      if (line.standing === "proved") expect(line.proof.length, line.text).toBeGreaterThan(0);
      for (const file of line.proof) expect(readFileSync(join(site.home, "runs", run, file)).length).toBeGreaterThan(0);
    }
  });

  test("leaves ships that answer on HTTP and on their control socket", () => {
    expect(SHIPS.filter((ship) => !answers(ship))).toEqual([]);
  });

  test("applies every step once", () => {
    expect(stepsOf(evidence)).toEqual([...steps()].sort());
    expect(bodies(evidence, "step-failed")).toEqual([]);
  });
});

describe("afterwards", () => {
  test.each(SHIPS)("slipway ship and lease explain know $name", async ({ name, host }) => {
    expect(await json("ship", name)).toMatchObject({
      name,
      lease: { holder: { host, run }, lastEvent: expect.any(Number) },
    });
    const told = await site.slipway("lease", "explain", name);
    expect(told.exit).toBe(0);
    expect(told.out).toMatch(
      new RegExp(`^${name} is held by ${host} .* for run ${run}\n.*\n {2}why: .*\n {2}ends: .*rollback ${run}\n`),
    );
  });

  test("status, report and verify tell of the run", async () => {
    expect(await json("status", "last")).toMatchObject({
      run,
      status: "done",
      steps: { total: steps().length, failed: 0, running: 0 },
    });
    expect((await site.slipway("status")).out).toContain(`${run}  done  ${steps().length}/${steps().length} steps\n`);
    const verified = await site.slipway("verify", run);
    expect(verified).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/^evidence is whole: \d+ records, \d+ outputs\n/),
    });
    const html = (await site.slipway("report", "last", "--html")).out;
    expect(html).toContain("Deployment Complete");
    // One file: no program in it, nothing fetched.
    expect(html.match(/<script|<link|<img|(src|href)="http/g)).toBeNull();
  });

  test("a host that is rebooted brings its ship back by itself", async () => {
    const before = bootId("alder");
    await lab.reboot("alder");
    expect(bootId("alder")).not.toBe(before);
    await until(() => answers(SHIPS[0]), "~zod answers after the reboot");
  }, 180_000);

  test("the same plan again changes nothing", async () => {
    const before = await states();
    const again = await site.slipway("launch", "--plan", join(site.home, "runs", run, "plan.json"), "--yes");
    expect(again).toMatchObject({ exit: 0, err: "" });
    expect(site.run()).not.toBe(run);
    expect(stepsOf(site.evidence())).toEqual([...steps()].sort());
    const changed = bodies(site.evidence(), "step-done").filter(({ unchanged }) => !unchanged);
    expect(changed.map(({ step }) => step)).toEqual([]);
    expect(await states()).toEqual(before);
    // The ships were not handed to the new run: they never stopped being the first one's.
    for (const { name } of SHIPS) expect(await json("ship", name)).toMatchObject({ lease: { holder: { run } } });
    expect(SHIPS.filter((ship) => !answers(ship))).toEqual([]);
  }, 180_000);

  test("the same sentence gives the same plan", async () => {
    expect(await json("plan", SENTENCE)).toMatchObject({ plan: { hash: plan().hash } });
  });
});

function bootId(host: string): string {
  return lab.exec(host, "cat /proc/sys/kernel/random/boot_id; systemctl show -p KernelTimestamp,UserspaceTimestamp")
    .stdout;
}

interface PhaseText {
  readonly name: string;
  readonly sections: readonly string[];
  readonly lines: readonly string[];
  readonly next: string | null;
}

/** Reads the seed's phase reports back from what was printed. */
function phaseReports(text: string): readonly PhaseText[] {
  return text
    .split(/^(?=Phase \d+ Complete: )/m)
    .slice(1)
    .map((part) => ({
      name: /^Phase \d+ Complete: (.*)$/m.exec(part)?.[1] ?? "",
      sections: [...part.matchAll(/^\n?(.*):\n(?=- )/gm)].map(([, title]) => title ?? ""),
      lines: [...part.matchAll(/^- (.*)$/gm)].map(([, line]) => line ?? ""),
      next: /^Next Phase: (.*)$/m.exec(part)?.[1] ?? null,
    }));
}
