import { describe, expect, test } from "vitest";
import { waitsOf } from "../../src/run/waits.ts";
import { drive } from "./driver.ts";
import { siteOf } from "./sites.ts";

const SITE = siteOf([
  {
    id: "one",
    gate: "plain",
    steps: [
      { id: "a", host: "alder" },
      { id: "b", host: "alder", needs: ["a"] },
    ],
  },
]);
const by = "ada";

/** Every state a run can rest or linger in, with what its wait says ends it. */
const CASES: readonly (readonly [string, () => ReturnType<typeof drive>, string, readonly string[]])[] = [
  [
    "a gate",
    () => drive(SITE),
    "gate-one: what one does",
    ["slipway approve r1 gate-one", 'slipway reject r1 gate-one --because "…"'],
  ],
  [
    "a proposed fix",
    () => {
      const run = drive(SITE, { preapproved: ["gate-one"] });
      run.fail("a", "configuration");
      return run;
    },
    "fix-1: it broke. Proposed: on alder: mend it; run the failed phase again; what is already right is left alone.",
    ["slipway approve r1 fix-1", 'slipway reject r1 fix-1 --because "…"', "slipway rollback r1", "slipway cancel r1"],
  ],
  [
    "a failure that could do harm",
    () => {
      const run = drive(SITE, { preapproved: ["gate-one"] });
      run.fail("a", "critical");
      return run;
    },
    "somebody's choice, at a",
    [
      "look into it and go on from the failed phase: slipway resume r1",
      "undo what can be undone: slipway rollback r1",
      "leave everything as it is and end the run: slipway cancel r1",
    ],
  ],
  [
    "a pause",
    () => {
      const run = drive(SITE, { preapproved: ["gate-one"] });
      run.order({ kind: "pause", by });
      run.done("a");
      return run;
    },
    "it is paused",
    ["slipway resume r1"],
  ],
  [
    "a pause that has not begun",
    () => {
      const run = drive(SITE, { preapproved: ["gate-one"] });
      run.order({ kind: "pause", by });
      return run;
    },
    "1 step at work to end, before it pauses",
    ["by itself", "slipway resume r1"],
  ],
  [
    "a cancel that has not happened",
    () => {
      const run = drive(SITE, { preapproved: ["gate-one"] });
      run.order({ kind: "cancel", by });
      return run;
    },
    "1 step at work to end, before it is cancelled",
    ["by itself"],
  ],
  [
    "a rollback",
    () => {
      const run = drive(SITE, { preapproved: ["gate-one"] });
      run.done("a");
      run.fail("b", "critical");
      run.order({ kind: "rollback", by });
      return run;
    },
    "2 steps to be undone",
    ["by itself"],
  ],
];

describe("every wait says what it is for and what ends it", () => {
  test.each(CASES)("%s", (_, make, what, ends) => {
    const [wait, ...more] = waitsOf(make().state());
    expect(more).toEqual([]);
    expect(wait).toMatchObject({ for: what, ends });
  });

  test("a gate also says when it ends in any case", () => {
    expect(waitsOf(drive(SITE).state())[0]?.until).toBe("2026-12-08T10:00:00.000Z");
  });

  test("a step that waits for its next look or attempt ends by itself", () => {
    const { state } = drive(SITE, { preapproved: ["gate-one"] }).last();
    const doing = { 0: "a: attempt 2 of 3 in 3 s: the connection broke off" };
    expect(waitsOf({ ...state, doing })).toEqual([{ for: doing[0], ends: ["by itself"], until: null }]);
  });

  test("what holds the engine's handlers up comes first", () => {
    const { state } = drive(SITE).last();
    expect(waitsOf(state, "the disk under the evidence is full; free some space")[0]).toMatchObject({
      for: "the disk under the evidence is full; free some space",
    });
  });

  test("a run that is over waits for nothing", () => {
    const run = drive(SITE);
    run.order({ kind: "cancel", by });
    expect(waitsOf(run.state(), "anything")).toEqual([]);
  });
});
