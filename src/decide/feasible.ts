import type { Brief, Platform } from "../brief/schema.ts";
import type { Decision } from "./schema.ts";

type Verdict = Pick<Decision, "feasible" | "conflicts" | "alternatives">;

/** One process is one ship: an upgrade or a pack stops it, so no arrangement gives more than this over a month. */
const BEST_UPTIME = 99.95;
/** Shortest honest time, in days, for each platform. */
const LEAST_DAYS: Readonly<Record<Platform, number>> = { "bare-metal": 1, vps: 1, groundseg: 2, kubernetes: 14 };

/** Holds the wishes against each other; what cannot be had together is named, with what could be. */
export function feasibility(brief: Brief, platform: Platform, cost: Decision["cost"]): Verdict {
  const conflicts: Decision["conflicts"] = [];
  const { budgetUsdPerMonth: budget, timelineDays: days } = brief;
  const count = brief.ships.count ?? 1;
  if (budget !== null && cost.lowUsd > budget) {
    conflicts.push({
      requirements: ["budget", "ships.count", "infrastructure"],
      because: `${count} ship(s) on ${platform} cost $${cost.lowUsd} to $${cost.highUsd} a month; the budget is $${budget}`,
    });
  }
  const uptime = brief.slo.uptimePercent;
  if (uptime !== null && uptime > BEST_UPTIME) {
    conflicts.push({
      requirements: ["slo.uptimePercent"],
      because: `a ship is one process with one writer: maintenance stops it, and no replica can stand in; ${uptime} % cannot be held`,
    });
  }
  if (days !== null && days < LEAST_DAYS[platform]) {
    conflicts.push({
      requirements: ["timelineDays", "infrastructure"],
      because: `${platform} takes ${LEAST_DAYS[platform]} days at the least; ${days} were given`,
    });
  }
  const named = brief.ships.names.length;
  if (brief.ships.count !== null && named > brief.ships.count) {
    conflicts.push({
      requirements: ["ships.count", "ships.names"],
      because: `${named} ships are named, ${brief.ships.count} are counted`,
    });
  }
  return {
    feasible: conflicts.length === 0,
    conflicts,
    alternatives: conflicts.length === 0 ? [] : offers(brief, cost),
  };
}

function offers(brief: Brief, cost: Decision["cost"]): Decision["alternatives"] {
  const count = brief.ships.count ?? 1;
  const what = `${count}${brief.ships.fake ? " fake" : ""} ship${count === 1 ? "" : "s"}`;
  const where = brief.environments.length > 0 ? ` to ${brief.environments.join(", ")}` : "";
  return [
    {
      offer: `raise the budget to $${Math.ceil(cost.highUsd)} a month`,
      givesUp: "money",
      sentence: `Deploy ${what}${where} on ${brief.infrastructure ?? "VPS"}, budget $${Math.ceil(cost.highUsd)}/month`,
    },
    {
      offer: "run them on servers of your own",
      givesUp: "somebody else keeping the machines",
      sentence: `Deploy ${what}${where} on my own servers`,
    },
    {
      offer: "begin with fewer ships and 99.9 %",
      givesUp: "size now, and the tenth of a percent no single process can promise",
      sentence: `Deploy ${Math.max(1, Math.floor(count / 5))} ships${where} on VPS with 99.9% uptime`,
    },
  ];
}
