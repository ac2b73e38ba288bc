import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lynisFindings } from "../../../src/audit/lynis/findings.ts";
import { LYNIS_QUESTION, lynisLook } from "../../../src/audit/lynis/look.ts";
import { standings } from "../../../src/audit/standing.ts";
import { sha256 } from "../../../src/base/canonical.ts";
import { FRAMEWORKS, frameworkCatalogue, lynisChecks } from "../../../src/knowledge/controls.ts";

const RECORDED = readFileSync(new URL("recorded/report.dat", import.meta.url), "utf8");
const QUIET = RECORDED.replace(/^warning\[\]=.*\n/gm, "");
const TODAY = "2026-11-24";

function look(exit: number | null, text = "") {
  const sighting = { at: `${TODAY}T00:00:00Z`, host: "alder", command: "ask", exit: 0, raw: "" };
  return lynisLook("alder", { value: { lynis: { exit, text } }, sighting }, false).look;
}
const findings = (text: string) => lynisFindings(look(0, text), lynisChecks());
const by = (text: string, id: string) => findings(text).find(({ check }) => check === id);

describe("a look with lynis", () => {
  test("is an observation of the report it was read from", () => {
    expect(look(0, RECORDED)).toMatchObject({
      kind: "report",
      report: { index: 61 },
      observation: { host: "alder", exit: 0, rawSha256: sha256(RECORDED), rawBytes: Buffer.byteLength(RECORDED) },
    });
  });

  test.each([
    [127, "not installed", "apt-get install lynis"],
    [66, "sends reports away", "/etc/lynis"],
    [75, "runs there already", "lynis.pid"],
    [124, "did not end within 10 minutes", "look again"],
    [0, "broke off", "lynis audit system"],
    [null, "not asked", "a real host"],
  ])("that ends with %s has no report, says why and what to do", (exit, why, next) => {
    expect(look(exit, "hardening_index=50")).toMatchObject({
      kind: "none",
      why: expect.stringContaining(why),
      next: expect.stringContaining(next),
    });
  });

  test("is a program the shell takes, that writes into a folder of its own alone", () => {
    execFileSync("sh", ["-n"], { input: LYNIS_QUESTION.command });
    const written = [...LYNIS_QUESTION.command.matchAll(/(?:>|--logfile |--report-file )("?[^ \n]+)/g)].map(
      ([, to]) => to,
    );
    for (const to of written) expect(to).toMatch(/^("\$folder\/|\/dev\/null|&1)/);
  });
});

describe("what lynis says of controls", () => {
  test("names controls that there are, and tests by their ids", () => {
    for (const { id, tests, evidence } of lynisChecks()) {
      expect(id).toMatch(/^lynis\.[a-z0-9-]+$/);
      for (const name of tests) expect(name).toMatch(/^[A-Z]{4}-\d{4}$/);
      for (const framework of FRAMEWORKS) {
        const known = new Set(frameworkCatalogue(framework).controls.map((control) => control.id));
        expect((evidence[framework] ?? []).filter((control) => !known.has(control))).toEqual([]);
      }
    }
  });

  test("shows where its tests ran without a warning, refutes by a warning, and says which tests", () => {
    expect(by(QUIET, "lynis.accounts")).toMatchObject({
      status: "shown",
      seen: "AUTH-9204, AUTH-9208, AUTH-9283: no warning",
      supporting: true,
    });
    expect(by(RECORDED, "lynis.accounts")).toMatchObject({
      status: "refuted",
      seen: "AUTH-9283 Found accounts without password",
    });
    expect(by(QUIET.replace(/AUTH-92(04|08|83)\|/g, ""), "lynis.accounts")?.status).toBe("inapplicable");
    expect(by(QUIET, "lynis.ran")).toMatchObject({
      status: "shown",
      seen: expect.stringMatching(/^index 61, \d+ tests$/),
    });
    expect(lynisFindings(look(127), lynisChecks())).toEqual([]);
  });

  test("never stands for a control alone, stands beside what shows it, and opens it by a warning", () => {
    const control = (all: ReturnType<typeof findings>) =>
      standings("hipaa", all, [], TODAY).find((item) => item.control.id === "164.312(a)(2)(i)");
    const quiet = findings(QUIET);
    expect(control(quiet)).toMatchObject({ standing: "open", because: "only another tool's judgement supports it" });
    const [one] = quiet.filter(({ check }) => check === "lynis.accounts");
    if (one === undefined) throw new Error("no such check");
    const { supporting: _, ...own } = { ...one, check: "accounts.uid0" };
    expect(control([...quiet, own])).toMatchObject({
      standing: "evidenced",
      because: "1 check(s) on 1 subject(s), supported by lynis.accounts, lynis.groups",
    });
    expect(control([...findings(RECORDED), own])?.standing).toBe("open");
  });
});
