import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Plan } from "../../src/plan/schema.ts";
import { buildReport } from "../../src/report/build.ts";
import { weakest } from "../../src/report/lines.ts";
import { type Line, type Report, ReportSchema, STANDINGS } from "../../src/report/model.ts";
import { phaseReport, phaseReportText } from "../../src/report/phase-report.ts";
import { writeRunReports } from "../../src/report/write.ts";
import { planOf, siteOf } from "../plan/ground.ts";
import { type Rehearsed, rehearse } from "../run/rehearse.ts";

const SENTENCE = "Deploy 3 fake ships to dev, staging and production on my own servers with standard hardening";
/** Steps that would not do the same on a real host are not in it. */
const SOLID = "Deploy 3 fake ships to dev on my own servers";
const HOSTS = siteOf("alder", "birch", "cedar");
/** A rehearsal's plan names the twin as the address of each host. */
const TWINS = { ...HOSTS, hosts: HOSTS.hosts.map(({ name }) => ({ name, address: "twin" })) };
const by = "ada";
const LATER = "2026-11-25T10:00:00.000Z";

let runs: Rehearsed[] = [];
afterEach(() => {
  for (const run of runs) run.clear();
  runs = [];
});

async function carriedOut(wishes: Parameters<typeof rehearse>[1] = {}, plan: Plan = planOf(SENTENCE, TWINS)) {
  const run = await rehearse(plan, { preapproved: ["plan"], ...wishes });
  runs.push(run);
  return run;
}

async function reportOf(run: Rehearsed): Promise<Report> {
  const written = await writeRunReports(run.directory);
  if (!written.ok) throw new Error(written.failure.why);
  return ReportSchema.parse(JSON.parse(readFileSync(join(run.directory, "report.json"), "utf8")));
}

const linesOf = (report: Report): readonly Line[] => [
  ...report.sections.flatMap((section) => section.lines),
  ...report.phases.flatMap((phase) => [...phase.accomplishments, ...phase.outputs, ...phase.issues]),
];
const section = (report: Report, title: string) => report.sections.find((item) => item.title === title)?.lines ?? [];

/** Every way a run can stand, with what its report is called. */
const STANDS: readonly (readonly [string, string, () => Promise<Rehearsed>])[] = [
  ["done", "Rehearsal Complete", () => carriedOut()],
  ["done on hosts that are no twin's", "Deployment Complete", () => carriedOut({ solid: true }, planOf(SOLID, HOSTS))],
  ["waiting at its first gate", "Rehearsal Open", () => carriedOut({ preapproved: [] })],
  ["waiting for a fix", "Rehearsal Open", () => carriedOut({ faults: [{ operation: "boot", fault: "port-taken" }] })],
  ["stopped", "Rehearsal Stopped", () => carriedOut({ faults: [{ operation: "boot", fault: "double-boot" }] })],
  [
    "rejected",
    "Rehearsal Rejected",
    async () => {
      const run = await carriedOut({ preapproved: [] });
      await run.order({ kind: "reject", gate: null, by, because: "wrong <host>" });
      return run;
    },
  ],
  [
    "cancelled after a failure",
    "Rehearsal Cancelled",
    async () => {
      const run = await carriedOut({ faults: [{ operation: "start", fault: "double-boot", host: "cedar" }] });
      await run.order({ kind: "cancel", by });
      return run;
    },
  ],
  [
    "rolled back after a failure in its last but one phase",
    "Rehearsal Rolled back",
    async () => {
      const run = await carriedOut({ faults: [{ operation: "start", fault: "double-boot", host: "cedar" }] });
      await run.order({ kind: "rollback", by });
      return run;
    },
  ],
];

describe.each(STANDS)("the report of a run that is %s", (_, title, make) => {
  test("is called what it is, and stands on its evidence line by line", async () => {
    const run = await make();
    const report = await reportOf(run);
    expect(report.title).toBe(`${title}: 3 Urbit ships on bare-metal`);
    for (const line of linesOf(report)) {
      expect(STANDINGS).toContain(line.standing);
      // What is said to stand on something links to it, and the link leads somewhere.
      if (line.standing !== "not proven") expect(line.proof, line.text).not.toEqual([]);
      for (const proof of line.proof)
        expect(existsSync(join(run.directory, proof)), `${line.text}: ${proof}`).toBe(true);
    }
    for (const standing of STANDINGS)
      expect(report.tally[standing]).toBe(linesOf(report).filter((line) => line.standing === standing).length);
    expect(report.evidence).toEqual({ records: (await run.records()).length, head: run.state().head.hash });
  });

  test("never says proved of what a twin answered", async () => {
    const run = await make();
    const report = await reportOf(run);
    const seen = (await run.records()).flatMap(({ body }) =>
      "checks" in body ? body.checks.flatMap((check) => check.observation ?? []) : [],
    );
    expect(seen.every((observation) => observation.rehearsed === report.rehearsal)).toBe(true);
    expect(report.tally[report.rehearsal ? "proved" : "rehearsed"]).toBe(0);
  });

  test("is the same however often it is made, in every form", async () => {
    const run = await make();
    const records = await run.records();
    expect(buildReport(run.plan, records, LATER)).toEqual(buildReport(run.plan, records, LATER));
    await reportOf(run);
    const first = readFileSync(join(run.directory, "report.json"), "utf8");
    await reportOf(run);
    if (run.state().endedAt !== null) expect(readFileSync(join(run.directory, "report.json"), "utf8")).toBe(first);
  });

  test("is one HTML file that fetches nothing, runs nothing, and holds the same lines", async () => {
    const run = await make();
    const report = await reportOf(run);
    const html = readFileSync(join(run.directory, "report.html"), "utf8");
    expect(html).not.toMatch(/<script|<link|<img|<iframe|<object|<form|\son\w+=|@import|url\(/i);
    for (const [, target = ""] of html.matchAll(/(?:href|src)="([^"]*)"/g)) {
      expect(target).not.toMatch(/^[a-z]+:|^\/|\.\./i);
      expect(existsSync(join(run.directory, target)), target).toBe(true);
    }
    expect(html.match(/<li>/g) ?? []).toHaveLength(linesOf(report).length);
    expect(html).toContain("@media print");
    // Every element that is opened is closed again.
    for (const tag of ["html", "body", "ul", "li", "h2", "h3", "p", "span", "a", "div", "code"])
      expect(html.match(new RegExp(`<${tag}[ >]`, "g"))?.length ?? 0, tag).toBe(
        html.match(new RegExp(`</${tag}>`, "g"))?.length ?? 0,
      );
  });
});

test("text from outside cannot become markup", async () => {
  const run = await carriedOut({ preapproved: [] });
  await run.order({ kind: "reject", gate: null, by: '<b onclick="x">', because: "<script>alert(1)</script> & more" });
  await reportOf(run);
  const html = readFileSync(join(run.directory, "report.html"), "utf8");
  expect(html).not.toContain("<script>");
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
});

describe("the seed's final report", () => {
  test("has its parts in its order", async () => {
    const report = await reportOf(await carriedOut());
    const titles = report.sections.map(({ title }) => title);
    const seeds = ["Summary", "Deliverables", "Access", "Security", "Performance", "Next Steps", "Handoff"];
    expect(titles.filter((title) => seeds.includes(title))).toEqual(seeds);
    const markdown = readFileSync(join(runs[0]?.directory ?? "", "report.md"), "utf8");
    for (const title of seeds) expect(markdown).toContain(`\n${title}:\n`);
    const summary = section(report, "Summary").map(({ text }) => text.split(":")[0]);
    expect(summary).toEqual(["Platform", "Ships Deployed", "Monthly Cost", "Deployment Time"]);
  });

  test("counts ships that answered, not ships that were planned", async () => {
    const whole = await reportOf(await carriedOut());
    expect(section(whole, "Summary")[1]).toMatchObject({ text: "Ships Deployed: 3 of 3", standing: "rehearsed" });
    const part = await reportOf(
      await carriedOut({ faults: [{ operation: "start", fault: "double-boot", host: "cedar" }] }),
    );
    expect(section(part, "Summary")[1]).toMatchObject({
      text: expect.stringMatching(/^Ships Deployed: 2 of 3/),
      standing: "not proven",
    });
  });

  test("claims nothing that is people's to do, and no uptime on day 0", async () => {
    const report = await reportOf(await carriedOut({ solid: true }, planOf(SOLID, HOSTS)));
    for (const line of section(report, "Handoff")) expect(line.standing).toBe("not proven");
    expect(section(report, "Success Criteria").find(({ text }) => text.startsWith("Uptime"))).toMatchObject({
      text: expect.stringContaining("day 0 of 30"),
      standing: "not proven",
    });
    expect(report.tally.proved).toBeGreaterThan(20);
  });

  test("says who decided what", async () => {
    const run = await carriedOut({ faults: [{ operation: "boot", fault: "port-taken" }] });
    await run.order({ kind: "approve", gate: "fix-1", by: "grace", hash: run.state().gate?.hash ?? "" });
    const lines = section(await reportOf(run), "Approvals");
    expect(lines.map(({ text }) => text)).toEqual([
      `plan approved by ada, for ${run.plan.hash.slice(0, 12)}`,
      expect.stringMatching(/^fix-1 approved by grace, for [0-9a-f]{12}$/),
    ]);
    expect(lines.every(({ standing }) => standing === "attested")).toBe(true);
  });

  test("diagnoses what stopped it, with the choices there are, and no more once somebody chose", async () => {
    const run = await carriedOut({ faults: [{ operation: "boot", fault: "double-boot" }] });
    const diagnosis = section(await reportOf(run), "Diagnosis").map(({ text }) => text);
    expect(diagnosis[0]).toMatch(/^dev\/boot\/~\w+: .*\(critical, [\w-]+\)$/);
    expect(diagnosis.filter((text) => text.startsWith("Or: "))).toHaveLength(3);
    await run.order({ kind: "cancel", by });
    expect(section(await reportOf(run), "Diagnosis").some(({ text }) => text.startsWith("Or: "))).toBe(false);
  });

  test("of a rollback says of each step what became of it", async () => {
    const run = await carriedOut({ faults: [{ operation: "start", fault: "double-boot", host: "cedar" }] });
    await run.order({ kind: "rollback", by });
    const report = await reportOf(run);
    const undone = (await run.records()).filter(({ body }) => body.kind === "step-undone");
    expect(section(report, "Rolled back")).toHaveLength(undone.length);
    expect(report.phases.every((phase) => !phase.complete)).toBe(true);
  });
});

describe("the seed's phase report", () => {
  test("has its layout", async () => {
    const run = await carriedOut();
    expect(phaseReportText(run.plan, await run.records(), "dev")).toMatch(
      new RegExp(
        [
          "^Phase \\d Complete: Development Environment",
          "",
          "Accomplishments:",
          "(- .+ \\[rehearsed\\]\\n)+",
          "Outputs:",
          "(- .+ \\[rehearsed\\]\\n)+",
          "Issues Encountered:",
          "- None",
          "",
          "Next Phase: Staging Environment$",
        ].join("\n"),
      ),
    );
  });

  test("asks before a gate, and says how to answer", async () => {
    const plan = planOf("Deploy ~sampel-palnet to production on my own servers", siteOf("alder"));
    const run = await carriedOut({}, plan);
    const phase = plan.phases[plan.phases.findIndex(({ gate }) => gate?.irreversible === true) - 1];
    const text = phaseReportText(plan, await run.records(), phase?.id ?? "");
    expect(text).toMatch(
      /Proceed\? \(yes\/no\)\n {2}yes: slipway approve \S+ first-boot-production\n {2}no: {2}slipway reject/,
    );
  });

  test("lists what was tried again and what failed as issues", async () => {
    const run = await carriedOut({ faults: [{ operation: "boot", fault: "port-taken" }] });
    await run.order({ kind: "approve", gate: "fix-1", by, hash: run.state().gate?.hash ?? "" });
    const { issues, complete } = phaseReport(
      run.plan,
      await run.records(),
      run.plan.phases.findIndex(({ id }) => id === "dev"),
    );
    expect(issues).toMatchObject([{ text: expect.stringMatching(/boot\/~\w+: .*\(configuration, attempt 1\)$/) }]);
    expect(complete).toBe(true);
  });

  test("sums up a long phase, and no sum is better than its weakest part", async () => {
    const plan = planOf("Deploy 30 fake ships to production on my own servers", siteOf("alder", "birch", "cedar"));
    const run = await carriedOut({}, plan);
    const records = await run.records();
    const at = plan.phases.findIndex(({ id }) => id === "production");
    const whole = phaseReport(plan, records, at);
    expect(whole.accomplishments.length).toBeLessThan(20);
    expect(whole.accomplishments.every(({ standing }) => standing === "rehearsed")).toBe(true);
    const broken = records.map((record) =>
      record.body.kind === "step-done" &&
      record.body.step.startsWith("production/boot/") &&
      record.body.ship === plan.ships[7]?.name
        ? {
            ...record,
            body: { ...record.body, checks: record.body.checks.map((check) => ({ ...check, observation: null })) },
          }
        : record,
    );
    const boots = phaseReport(plan, broken, at).accomplishments.find(({ text }) => text.includes("× boot"));
    expect(boots?.standing).toBe("not proven");
  });
});

test.each([
  [["proved", "rehearsed", "not proven"], "not proven"],
  [["proved", "rehearsed"], "rehearsed"],
  [["proved", "attested"], "attested"],
  [["proved", "proved"], "proved"],
  [[], "not proven"],
] as const)("of %j the weakest is %s", (standings, wanted) => {
  expect(weakest(standings.map((standing) => ({ text: "", standing, proof: [] })))).toBe(wanted);
});

test("the runbook names every ship, its unit, its ports and its host as they were set up", async () => {
  const run = await carriedOut();
  await reportOf(run);
  const runbook = readFileSync(join(run.directory, "handoff", "runbook.md"), "utf8");
  for (const ship of run.plan.ships) {
    expect(runbook).toContain(`### ${ship.name} (fake), ${ship.environment}`);
    expect(runbook).toContain(`urbit-${ship.name.slice(1)}`);
    expect(runbook).toContain(`Ames udp ${ship.amesPort}, web tcp ${ship.httpPort}`);
  }
});

test("a directory without a run says so", async () => {
  expect(await writeRunReports("/nonexistent")).toMatchObject({ ok: false, failure: { code: "evidence-missing" } });
});
