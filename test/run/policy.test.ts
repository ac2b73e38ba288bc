import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Execution } from "../../src/run/execute.ts";
import { ATTEMPTS, judge, pauseBefore, proposeFix } from "../../src/run/policy.ts";
import { doneReport, failedReport, failureOf, siteOf } from "./sites.ts";

const SITE = siteOf([{ id: "one", steps: [{ id: "a", host: "alder" }] }]);
const report = failedReport(SITE, 0, "transient");
if (report.ok) throw new Error("a failed report is not ok");
const TRANSIENT: Execution = { kind: "transient", report };

describe("a transient failure", () => {
  test("is tried three times in all, with growing pauses, each on record", () => {
    const first = judge(TRANSIENT, 1, 0);
    const second = judge(TRANSIENT, 2, 0);
    expect(first).toMatchObject({
      kind: "again",
      tries: 2,
      sleepMs: 2_000,
      note: { kind: "step-retried", step: "a", tries: 1 },
    });
    expect(second).toMatchObject({ kind: "again", tries: 3, sleepMs: 4_000, note: { tries: 2 } });
    expect(judge(TRANSIENT, ATTEMPTS, 0)).toEqual({ kind: "over", report });
    expect(first).toMatchObject({ doing: "attempt 2 of 3 in 2 s: it broke" });
  });

  test("pauses twice as long each time, spread by up to a half so that many do not come back together", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const base = 2_000 * 2 ** (attempt - 2);
        expect(pauseBefore(attempt, random)).toBeGreaterThanOrEqual(base);
        expect(pauseBefore(attempt, random)).toBeLessThan(base * 1.5);
      }),
    );
    expect(pauseBefore(2, 0.2)).not.toBe(pauseBefore(2, 0.7));
  });
});

test("a step that is not finished yet is looked at again, and its earlier failures are forgotten", () => {
  const pending: Execution = { kind: "pending", afterMs: 700, doing: "booting" };
  expect(judge(pending, 2, 0)).toEqual({ kind: "again", tries: 1, doing: "booting", sleepMs: 700, note: null });
});

test("a step that has ended is over, whatever came before", () => {
  const done = doneReport(SITE, 0);
  expect(judge({ kind: "finished", report: done }, 2, 0)).toEqual({ kind: "over", report: done });
});

describe("what is proposed", () => {
  const host = { name: "alder", address: "root@10.0.0.1" };

  test("for a configuration failure: a small plan with its own hash, theirs to do first, then ours", () => {
    const failure = { ...failureOf("configuration"), why: "port 22 is shut." };
    const { fix } = proposeFix(failure, host);
    expect(fix?.diagnosis).toBe("it broke (port 22 is shut).");
    expect(fix?.steps.map((step) => [step.by, step.purpose])).toEqual([
      ["you", "on alder: mend it"],
      ["slipway", "run the failed phase again; what is already right is left alone"],
    ]);
    expect(fix?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(proposeFix({ ...failure, next: "mend that" }, host).fix?.hash).not.toBe(fix?.hash);
  });

  test.each(["transient", "critical"] as const)("for a %s one: nothing but choices, each a command", (kind) => {
    const { fix, alternatives } = proposeFix(failureOf(kind), host);
    expect(fix).toBeNull();
    expect(alternatives.map((choice) => /slipway (\w+) RUN$/.exec(choice)?.[1])).toEqual([
      "resume",
      "rollback",
      "cancel",
    ]);
  });
});
