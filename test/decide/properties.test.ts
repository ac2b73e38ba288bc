import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Brief } from "../../src/brief/schema.ts";
import { isFeasible } from "../../src/decide/conflicts.ts";
import { decide } from "../../src/decide/decide.ts";
import { judge } from "../../src/decide/judge.ts";
import { choose } from "../../src/decide/platform.ts";
import { DecisionSchema } from "../../src/decide/schema.ts";
import { briefOf, budgets, counts, demands, NOWHERE } from "./briefs.ts";

/** Dollars a month as the decision takes them where one number is needed. */
const usd = (brief: Brief) => {
  const choice = choose(brief, NOWHERE);
  return choice.price(choice.platform).usd;
};
const asked = fc.record({ over: demands, count: counts });

describe("whatever is asked for", () => {
  test("the same brief gives the same decision, and it has the promised shape", () => {
    fc.assert(
      fc.property(asked, fc.option(budgets, { nil: null }), ({ over, count }, budgetUsdPerMonth) => {
        const brief = briefOf(count, { ...over, budgetUsdPerMonth });
        const decision = decide(brief, NOWHERE);
        expect(JSON.stringify(decide(structuredClone(brief), NOWHERE))).toBe(JSON.stringify(decision));
        expect(DecisionSchema.parse(decision)).toEqual(decision);
      }),
      { numRuns: 150 },
    );
  });

  test("a larger budget never turns feasible into infeasible", () => {
    fc.assert(
      fc.property(asked, budgets, budgets, ({ over, count }, a, b) => {
        const at = (budgetUsdPerMonth: number) => isFeasible(briefOf(count, { ...over, budgetUsdPerMonth }), NOWHERE);
        fc.pre(at(Math.min(a, b)));
        expect(at(Math.max(a, b))).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  test("more ships never cost less, whatever platform they then go to", () => {
    fc.assert(
      fc.property(asked, counts, ({ over, count }, other) => {
        const [few, many] = [Math.min(count, other), Math.max(count, other)];
        expect(usd(briefOf(many, over))).toBeGreaterThanOrEqual(usd(briefOf(few, over)));
      }),
      { numRuns: 2_000 },
    );
  });

  test("one ship more never costs less", () => {
    fc.assert(
      fc.property(demands, fc.integer({ min: 1, max: 60 }), (over, count) => {
        expect(usd(briefOf(count + 1, over))).toBeGreaterThanOrEqual(usd(briefOf(count, over)));
      }),
      { numRuns: 2_000 },
    );
  });

  test("dropping a compliance demand never raises the cost", () => {
    fc.assert(
      fc.property(asked, fc.nat(), ({ over, count }, pick) => {
        const compliance = over.compliance ?? [];
        fc.pre(compliance.length > 0);
        const less = compliance.filter((_, index) => index !== pick % compliance.length);
        const [with_, without] = [
          judge(briefOf(count, over), NOWHERE),
          judge(briefOf(count, { ...over, compliance: less }), NOWHERE),
        ];
        expect(usd(briefOf(count, { ...over, compliance: less }))).toBeLessThanOrEqual(usd(briefOf(count, over)));
        expect(without.cost.lowUsd).toBeLessThanOrEqual(with_.cost.lowUsd);
      }),
      { numRuns: 500 },
    );
  });

  test("every line is its quantity times its unit, or a stated range; the lines add up to the total", () => {
    fc.assert(
      fc.property(asked, ({ over, count }) => {
        const { cost } = judge(briefOf(count, over), NOWHERE);
        const cents = (amount: number) => Math.round(amount * 100);
        for (const line of cost.lines) {
          if (line.unitUsd === null) expect([line.monthlyUsd, line.highUsd > line.lowUsd]).toEqual([null, true]);
          else expect(cents(line.monthlyUsd ?? -1)).toBe(Math.round(line.quantity * line.unitUsd * 100));
          expect(line.lowUsd).toBeLessThanOrEqual(line.monthlyUsd ?? line.highUsd);
          expect(line.highUsd).toBeGreaterThanOrEqual(line.monthlyUsd ?? line.lowUsd);
        }
        const sum = (of: (line: (typeof cost.lines)[number]) => number) =>
          cost.lines.reduce((total, line) => total + cents(of(line)), 0);
        if (cost.lines.some(({ monthlyUsd }) => monthlyUsd === null)) expect(cost.monthlyUsd).toBeNull();
        else expect(sum(({ monthlyUsd }) => monthlyUsd ?? 0)).toBe(cents(cost.monthlyUsd ?? -1));
        expect([sum(({ lowUsd }) => lowUsd), sum(({ highUsd }) => highUsd)]).toEqual([
          cents(cost.lowUsd),
          cents(cost.highUsd),
        ]);
      }),
      { numRuns: 400 },
    );
  });

  test("the machines hold the ships with a fifth of their memory free", () => {
    fc.assert(
      fc.property(asked, ({ over, count }) => {
        const { cost } = judge(briefOf(count, over), NOWHERE);
        const room = cost.sizing.reduce((sum, { quantity, shipsEach }) => sum + quantity * shipsEach, 0);
        expect(room).toBeGreaterThanOrEqual(count);
        for (const { shipsEach, ramGiB } of cost.sizing) expect(shipsEach * 3).toBeLessThanOrEqual(ramGiB * 0.8);
      }),
      { numRuns: 300 },
    );
  });
});
