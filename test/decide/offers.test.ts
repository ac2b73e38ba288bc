import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Brief } from "../../src/brief/schema.ts";
import { decide } from "../../src/decide/decide.ts";
import type { Alternative } from "../../src/decide/schema.ts";
import { briefOf, budgets, counts, demands, NOWHERE, read } from "./briefs.ts";

const IMPOSSIBLE = [
  "200 ships for $100 a month with 99.99% uptime",
  "Deploy a 50-ship production fleet on Kubernetes with HIPAA compliance, monitoring, and disaster recovery. Budget $1,000/month, timeline 4 weeks.",
  "60 ships, $600 a month",
  "3 ships with 99.99% uptime",
  "One planet on kubernetes for $20 a month",
  "10 planets at Hetzner with HIPAA compliance",
  "50 ships on kubernetes in 3 days",
  "2 ships on VPS with auto-scaling",
  "5 ships, budget $0/month",
  "500 ships at Hetzner for $200 a month in 2 days with 99.999% uptime and SOC2",
];

describe.each(IMPOSSIBLE)("%s", (sentence) => {
  const decision = decide(read(sentence), NOWHERE);

  test("has three ways out, each with what it gives up", () => {
    expect(decision.feasible).toBe(false);
    expect(decision.alternatives).toHaveLength(3);
    expect(new Set(decision.alternatives.map((offer) => offer.sentence)).size).toBe(3);
    for (const { offer, givesUp } of decision.alternatives)
      expect([offer === "", givesUp === ""]).toEqual([false, false]);
  });

  test.each(decision.alternatives.map((offer) => [offer.sentence, offer] as const))(
    "said again, it can be had: %s",
    (again, offer) => {
      const brief = read(again);
      const { feasible, platform, cost } = decide(brief, NOWHERE);
      expect([feasible, platform.choice, brief.ships.count]).toEqual([true, offer.platform, offer.ships]);
      expect([cost.monthlyUsd, cost.lowUsd, cost.highUsd]).toEqual([offer.monthlyUsd, offer.lowUsd, offer.highUsd]);
      expect(brief.unread).toEqual([]);
    },
  );
});

test("no offer is worse than another in everything: money, ships, promises, copies, frameworks and who keeps the machines", () => {
  const axes = (offer: Alternative) => [
    -offer.lowUsd,
    offer.ships,
    offer.uptimePercent ?? 0,
    offer.compliance.length,
    read(offer.sentence).disasterRecovery === true ? 1 : 0,
    read(offer.sentence).selfHosted === true ? 0 : 1,
    ["bare-metal", "groundseg", "vps", "kubernetes"].indexOf(offer.platform),
  ];
  for (const sentence of IMPOSSIBLE) {
    const { alternatives } = decide(read(sentence), NOWHERE);
    for (const offer of alternatives) {
      const own = axes(offer);
      const better = alternatives.filter(
        (other) => other !== offer && axes(other).every((value, axis) => value >= (own[axis] ?? 0)),
      );
      expect([sentence, offer.sentence, better.map((other) => other.sentence)]).toEqual([sentence, offer.sentence, []]);
    }
  }
});

test("whatever cannot be had, every way out that is shown can be had when it is said again", () => {
  const asked = fc.record({
    over: demands,
    count: counts,
    budgetUsdPerMonth: fc.option(budgets, { nil: null }),
    timelineDays: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
    uptimePercent: fc.option(fc.constantFrom(99, 99.9, 99.95, 99.99), { nil: null }),
  });
  fc.assert(
    fc.property(asked, ({ over, count, budgetUsdPerMonth, timelineDays, uptimePercent }) => {
      const slo: Brief["slo"] = { uptimePercent, responseMs: null, rpoMinutes: null, rtoMinutes: null };
      const decision = decide(briefOf(count, { ...over, budgetUsdPerMonth, timelineDays, slo }), NOWHERE);
      fc.pre(!decision.feasible);
      expect(decision.alternatives.length).toBe(3);
      for (const { sentence } of decision.alternatives)
        expect([sentence, decide(read(sentence), NOWHERE).feasible]).toEqual([sentence, true]);
    }),
    { numRuns: 150 },
  );
});
