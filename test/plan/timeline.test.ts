import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { daysOf, schedule } from "../../src/plan/schedule.ts";
import type { Phase, PlanStep } from "../../src/plan/schema.ts";
import { timelineOf } from "../../src/plan/timeline.ts";
import { anyBrief, anySite, planBrief, stepsOf } from "./ground.ts";

const DAY = 24 * 60;

function step(id: string, hours: number, needs: readonly string[] = [], change: Partial<PlanStep> = {}): PlanStep {
  return {
    id,
    specialist: "fleet-manager",
    purpose: id,
    inputs: ["given: something"],
    outputs: [id],
    checks: ["it holds"],
    effect: "reversible",
    needs: [...needs],
    minutes: { low: hours * 30, high: hours * 60 },
    working: false,
    cost: { lowUsd: 0, highUsd: 0 },
    risk: { level: "low", what: "none", answer: "none" },
    action: { kind: id, host: null, ship: null, phase: "one" },
    ...change,
  };
}

function phase(id: string, steps: readonly PlanStep[], gate: Phase["gate"] = null): Phase {
  return { id, name: id, gate, steps: [...steps] };
}

const gate = (id: string) => ({ id, shows: id, irreversible: false });

describe("the timeline", () => {
  test("is as long as the longest chain, phase after phase", () => {
    const phases = [phase("one", [step("a", 24), step("b", 12), step("c", 48, ["b"])]), phase("two", [step("d", 24)])];
    const { days, timeline } = timelineOf(phases, null);
    expect(days).toEqual({ low: 2, high: 4 });
    expect(timeline.criticalPath).toEqual(["b", "c", "d"]);
    expect(timeline.dominatedBy[0]).toEqual({ what: "c", days: 2, percent: 57 });
  });

  test("gives people nights and weekends, and machines none", () => {
    expect(daysOf(step("people", 40, [], { working: true }), "high")).toBeCloseTo(7);
    expect(daysOf(step("machine", 24), "high")).toBeCloseTo(1);
  });

  test("waits for approvals in its high estimate only, and not for the plan's own", () => {
    const phases = [phase("one", [step("a", 24)], gate("plan")), phase("two", [step("b", 24)], gate("go"))];
    const spans = (estimate: "low" | "high") => schedule(phases, estimate).map(({ start, end }) => [start, end]);
    expect(spans("low")).toEqual([
      [0, 0.5],
      [0.5, 1],
    ]);
    expect(spans("high")).toEqual([
      [0, 1],
      [1.5, 2.5],
    ]);
  });

  test("lets ships of one host take turns", () => {
    const many = Array.from({ length: 80 }, (_, index) =>
      step(`boot-${index}`, 24, [], { action: { kind: "boot", host: "alder", ship: `~s${index}`, phase: "one" } }),
    );
    const { days, timeline } = timelineOf([phase("one", many)], null);
    expect(days.high).toBe(10);
    expect(timeline.dominatedBy[0]?.what).toBe("steps taking turns on their hosts");
  });

  test.each([
    [10, "within"],
    [2, "uncertain"],
    [1, "beyond"],
    [null, "not asked"],
  ] as const)("asked for %s days it is %s", (asked, verdict) => {
    expect(timelineOf([phase("one", [step("a", 96)])], asked).timeline.verdict).toBe(verdict);
  });

  test("names a chain of the plan's own steps, and its low end is never above its high end", () => {
    fc.assert(
      fc.property(anyBrief, anySite, (brief, site) => {
        const plan = planBrief(brief, site);
        const position = new Map(stepsOf(plan).map((item, index) => [item.id, index]));
        const path = plan.timeline.criticalPath.map((id) => position.get(id) ?? -1);
        expect(path).toEqual([...path].sort((a, b) => a - b));
        expect(path.every((index) => index >= 0)).toBe(true);
        expect(plan.days.low).toBeLessThanOrEqual(plan.days.high);
        expect(plan.days.low).toBeGreaterThanOrEqual(1);
        for (const planned of schedule(plan.phases, "high")) {
          for (const [index, span] of planned.steps.entries()) {
            expect(span.start).toBeGreaterThanOrEqual(planned.start - 1e-9);
            expect(span.end).toBeLessThanOrEqual(planned.end + 1e-9);
            for (const need of planned.phase.steps[index]?.needs ?? []) {
              const before = planned.phase.steps.findIndex(({ id }) => id === need);
              if (before >= 0) expect(planned.steps[before]?.end).toBeLessThanOrEqual(span.start + 1e-9);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a week of watching is seven days, whoever rests", () => {
    expect(
      timelineOf([phase("one", [step("week", 0, [], { minutes: { low: 7 * DAY, high: 7 * DAY } })])], 7),
    ).toMatchObject({
      days: { low: 7, high: 7 },
      timeline: { verdict: "within" },
    });
  });
});
