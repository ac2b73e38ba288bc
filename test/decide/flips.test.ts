import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Brief } from "../../src/brief/schema.ts";
import { isFeasible } from "../../src/decide/conflicts.ts";
import { decide } from "../../src/decide/decide.ts";
import { judge } from "../../src/decide/judge.ts";
import { choose } from "../../src/decide/platform.ts";
import { briefOf, counts, demands, NOWHERE } from "./briefs.ts";

const at = (count: number, over: Partial<Brief>) => choose(briefOf(count, over), NOWHERE).platform;

describe("what would flip the choice", () => {
  test("is said of the fleet's size, of who owns the machines, and of what comes first", () => {
    const { flips } = decide(briefOf(12, { selfHosted: true }), NOWHERE).platform;
    expect(flips).toContainEqual({ when: "from 50 ships on", choice: "kubernetes" });
    expect(flips).toContainEqual({ when: "below 5 ships", choice: "bare-metal" });
    expect(flips).toContainEqual({ when: "without servers of your own", choice: "vps" });
  });

  test("a number of ships that flips it really does, and one ship less does not", () => {
    fc.assert(
      fc.property(demands, counts, (over, count) => {
        for (const { when, choice } of judge(briefOf(count, over), NOWHERE).platform.flips) {
          const up = /^from (\d+) ships on$/.exec(when);
          const down = /^below (\d+) ships$/.exec(when);
          const turn = Number(up?.[1] ?? down?.[1]);
          if (up !== null) expect([at(turn - 1, over), at(turn, over)]).toEqual([at(count, over), choice]);
          if (down !== null) expect([at(turn, over), at(turn - 1, over)]).toEqual([at(count, over), choice]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("a platform that was asked for says what it would be otherwise", () => {
    const { flips } = decide(briefOf(60, { infrastructure: "vps" }), NOWHERE).platform;
    expect(flips).toEqual([{ when: "had vps not been asked for", choice: "kubernetes" }]);
  });

  test("the budget it fits in is the edge: a cent below and it cannot be had", () => {
    fc.assert(
      fc.property(demands, counts, (over, count) => {
        const { usd } = judge(briefOf(count, over), NOWHERE).platform.budgetFloor;
        fc.pre(isFeasible(briefOf(count, over), NOWHERE));
        expect(isFeasible(briefOf(count, { ...over, budgetUsdPerMonth: usd }), NOWHERE)).toBe(true);
        expect(isFeasible(briefOf(count, { ...over, budgetUsdPerMonth: Math.max(0, usd - 0.01) }), NOWHERE)).toBe(
          usd === 0,
        );
      }),
      { numRuns: 300 },
    );
  });

  test("and what still fits below it is named with its price", () => {
    const { budgetFloor } = decide(briefOf(60), NOWHERE).platform;
    expect(budgetFloor.instead?.choice).toBe("vps");
    const vps = decide(briefOf(60, { infrastructure: "vps" }), NOWHERE);
    expect(budgetFloor.instead?.usd).toBe(vps.cost.monthlyUsd);
  });
});

describe("why the others lost", () => {
  test("every platform but the choice has one reason", () => {
    fc.assert(
      fc.property(demands, counts, (over, count) => {
        const { choice, rejected } = judge(briefOf(count, over), NOWHERE).platform;
        expect(new Set([choice, ...rejected.map((other) => other.choice)]).size).toBe(4);
        for (const { because } of rejected) expect(because).not.toBe("");
      }),
      { numRuns: 200 },
    );
  });

  test.each<readonly [says: string, count: number, over: Partial<Brief>, loser: string, because: RegExp]>([
    ["refused", 60, { excluded: ["kubernetes"] }, "kubernetes", /^it was refused$/],
    ["not asked for", 3, { infrastructure: "groundseg" }, "vps", /^groundseg was asked for$/],
    ["own servers", 3, { selfHosted: true }, "vps", /servers of your own: nothing has to be rented/],
    ["no servers", 3, {}, "bare-metal", /no servers of your own were named/],
    ["too few for a cluster", 3, {}, "kubernetes", /too few for a cluster to pay \(score \d/],
    ["too many machines", 200, {}, "vps", /200 ships on \d+ machines are more than it is good at \(score/],
  ])("%s", (_says, count, over, loser, because) => {
    const { rejected } = decide(briefOf(count, over), NOWHERE).platform;
    expect(rejected.find(({ choice }) => choice === loser)?.because).toMatch(because);
  });

  test("the scores are there to be held against the choice", () => {
    const { scores, choice, by } = decide(briefOf(30, { selfHosted: true }), NOWHERE).platform;
    const best = scores.filter((score) => score.choice !== "vps").sort((a, b) => b.total - a.total)[0];
    expect([by, best?.choice]).toEqual(["score", choice]);
  });
});

describe("managed hosting, as advice", () => {
  test.each<readonly [says: string, count: number, over: Partial<Brief>, suits: boolean]>([
    ["a beginner's one ship", 1, { experience: "beginner" }, true],
    ["somebody unsure", 1, { unsure: true }, true],
    ["an expert's one ship", 1, { experience: "expert" }, false],
    ["a fleet", 5, { unsure: true }, false],
    ["under HIPAA", 1, { unsure: true, compliance: ["hipaa"] }, false],
    ["on a server of one's own", 1, { unsure: true, selfHosted: true }, false],
  ])("%s", (_says, count, over, suits) => {
    const { managedHosting } = decide(briefOf(count, over), NOWHERE).platform;
    expect([managedHosting.suits, managedHosting.because !== ""]).toEqual([suits, true]);
  });
});
