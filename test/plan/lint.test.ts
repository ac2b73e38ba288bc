import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashOf } from "../../src/plan/compose.ts";
import { lint } from "../../src/plan/lint.ts";
import { type Plan, PlanSchema, type PlanStep } from "../../src/plan/schema.ts";
import { anyBrief, anySite, planBrief, planOf, siteOf } from "./ground.ts";

const sound = planOf("Deploy 2 fake ships to staging and production on my own servers", siteOf("alder"));

/** The plan with one step changed, signed again: what only an edited or a badly made plan could hold. */
function withStep(id: string, change: Partial<PlanStep>): Plan {
  return signed({
    ...sound,
    phases: sound.phases.map((phase) => ({
      ...phase,
      steps: phase.steps.map((step) => (step.id === id ? { ...step, ...change } : step)),
    })),
  });
}

function signed(plan: Plan): Plan {
  return { ...plan, hash: hashOf(plan) };
}

const STEP = "production/boot/~nec";
const FAULTY: readonly (readonly [what: string, plan: Plan, at: string, fault: RegExp])[] = [
  ["edited by hand", { ...sound, budgetUsdPerMonth: 1 }, "plan", /edited/],
  ["without phases", signed({ ...sound, phases: [] }), "phases", /none/],
  [
    "begun without asking",
    signed({ ...sound, phases: sound.phases.map((phase) => ({ ...phase, gate: null })) }),
    "phases",
    /nobody is asked/,
  ],
  ["a step without a check", withStep(STEP, { checks: [] }), STEP, /no check/],
  ["a step with an empty check", withStep(STEP, { checks: [" "] }), STEP, /no check/],
  ["a step without a purpose", withStep(STEP, { purpose: "" }), STEP, /no purpose/],
  ["a step from nothing", withStep(STEP, { inputs: [] }), STEP, /no input/],
  ["a step for nothing", withStep(STEP, { outputs: [] }), STEP, /no output/],
  ["an irreversible step without a gate", withStep(STEP, { effect: "irreversible" }), STEP, /no gate/],
  ["an input nobody makes", withStep(STEP, { inputs: ["a miracle"] }), STEP, /"a miracle"/],
  ["an input given by nobody", withStep(STEP, { inputs: ["given: "] }), STEP, /nothing before it/],
  ["a need that is not there", withStep(STEP, { needs: ["elsewhere"] }), STEP, /not in the plan/],
  ["a need that comes later", withStep(STEP, { needs: ["production/prove/~nec"] }), STEP, /later or in a circle/],
  ["a step that needs itself", withStep(STEP, { needs: [STEP] }), STEP, /circle/],
  ["two steps of one id", withStep(STEP, { id: "staging/boot/~zod" }), "staging/boot/~zod", /two steps/],
  ["a backward range", withStep(STEP, { minutes: { low: 2, high: 1 } }), STEP, /minutes/],
  ["a cost below nothing", withStep(STEP, { cost: { lowUsd: -1, highUsd: 0 } }), STEP, /cost/],
  ["an unsaid risk", withStep(STEP, { risk: { level: "low", what: "", answer: "" } }), STEP, /risk/],
  [
    "two phases of one id",
    signed({ ...sound, phases: sound.phases.map((p) => ({ ...p, id: "one" })) }),
    "one",
    /two phases/,
  ],
];

describe("the linter", () => {
  test("finds nothing in a sound plan", () => {
    expect(lint(sound)).toEqual([]);
  });

  test.each(FAULTY)("names %s", (_, plan, at, fault) => {
    expect(lint(plan)).toContainEqual({ at, fault: expect.stringMatching(fault) });
  });

  test("two gates of one id are one approval too few", () => {
    const twice = {
      ...sound,
      phases: sound.phases.map((phase) => ({ ...phase, gate: sound.phases[0]?.gate ?? null })),
    };
    expect(lint(signed(twice))).toContainEqual({ at: "plan", fault: "two gates have this id" });
  });
});

describe("every plan there can be", () => {
  test("is sound, fits its schema, and survives its own JSON", () => {
    fc.assert(
      fc.property(anyBrief, anySite, (brief, site) => {
        const plan = planBrief(brief, site);
        expect(lint(plan)).toEqual([]);
        expect(PlanSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
      }),
      { numRuns: 150 },
    );
  });

  test("is the same for the same brief and site", () => {
    fc.assert(
      fc.property(anyBrief, anySite, (brief, site) => {
        expect(planBrief(structuredClone(brief), structuredClone(site)).hash).toBe(planBrief(brief, site).hash);
      }),
      { numRuns: 50 },
    );
  });

  test("has as many phases as the seed gives its size", () => {
    const bands = { simple: [3, 5], medium: [5, 7], complex: [8, 12] } as const;
    fc.assert(
      fc.property(anyBrief, anySite, (brief, site) => {
        const { complexity, phases } = planBrief(brief, site);
        const [least, most] = bands[complexity];
        expect(phases.length).toBeGreaterThanOrEqual(least);
        expect(phases.length).toBeLessThanOrEqual(most);
      }),
      { numRuns: 150 },
    );
  });
});
