import { canonicalJson, sha256 } from "../base/canonical.ts";
import type { Brief } from "../brief/schema.ts";
import type { Decision } from "../decide/schema.ts";
import type { Placements } from "../machines/placements.ts";
import { executablePhases, platformPhases } from "./phases.ts";
import { placeShips } from "./place.ts";
import type { HostTarget, Phase, Plan } from "./schema.ts";

/** What the planner knows of the site: read from the inventory, never written. */
export interface Site {
  readonly hosts: readonly HostTarget[];
  readonly runtime: Plan["runtime"];
  /** Reference of each ship's key, by @p. */
  readonly keys: Readonly<Record<string, string>>;
  /** Ships that already have their place. */
  readonly placed: Placements;
}

/** The plan of a decision: phases of steps from the specialists' catalogue, with gates, times and its own hash. Pure. */
export function compose(brief: Brief, decision: Decision, site: Site): Plan {
  const { hosts, ships } = placeShips(brief, decision, site);
  const base = {
    platform: decision.platform.choice,
    securityLevel: decision.security.level,
    monitoringLevel: decision.monitoring.level,
    monthlyUsd: decision.cost.monthlyUsd,
    budgetUsdPerMonth: brief.budgetUsdPerMonth,
    timelineDays: brief.timelineDays,
    notCovered: notCovered(decision),
    runtime: site.runtime,
    hosts,
    ships,
  };
  const built = base.platform === "bare-metal" || base.platform === "vps";
  const phases = built ? executablePhases(decision, base) : platformPhases(decision, base);
  const body = { ...base, complexity: complexityOf(phases, ships.length, brief), days: daysOf(phases), phases };
  return { hash: sha256(canonicalJson(body)), ...body };
}

/** The hash a plan should carry. */
export function hashOf(plan: Plan): string {
  const { hash: _, ...body } = plan;
  return sha256(canonicalJson(body));
}

/** Controls this version sets itself; the others stand in every report as not proven. */
const SET_HERE = /firewall|ufw|nftables|service user|lease|single writer/i;

function notCovered(decision: Decision): string[] {
  const controls = decision.security.controls.filter((control) => !SET_HERE.test(control));
  return [
    ...controls.map((control) => `security: ${control}`),
    ...decision.monitoring.components.map((item) => `monitoring: ${item}`),
  ];
}

/** The seed's three sizes, by what they are for. */
function complexityOf(phases: readonly Phase[], ships: number, brief: Brief): Plan["complexity"] {
  if (ships >= 50 || brief.compliance.length > 0 || phases.length > 7) return "complex";
  if (ships > 1 || brief.environments.length > 1) return "medium";
  return "simple";
}

const WORKDAY_MINUTES = 8 * 60;

/** Working days along the longest chain of steps, phase after phase; the seed's soak and review times are the high end's. */
function daysOf(phases: readonly Phase[]): Plan["days"] {
  let low = 0;
  let high = 0;
  for (const phase of phases) {
    const longest = criticalPath(phase);
    low += longest.low;
    high += longest.high;
  }
  const days = (minutes: number) => Math.max(1, Math.ceil(minutes / WORKDAY_MINUTES));
  return { low: days(low), high: Math.max(days(high), Math.max(phases.length, 1)) };
}

function criticalPath(phase: Phase): { low: number; high: number } {
  const ends = new Map<string, { low: number; high: number }>();
  let longest = { low: 0, high: 0 };
  // Steps stand after what they need (the linter holds that), so one pass is enough.
  for (const step of phase.steps) {
    let start = { low: 0, high: 0 };
    for (const need of step.needs) {
      const end = ends.get(need);
      if (end !== undefined) start = { low: Math.max(start.low, end.low), high: Math.max(start.high, end.high) };
    }
    const end = { low: start.low + step.minutes.low, high: start.high + step.minutes.high };
    ends.set(step.id, end);
    longest = { low: Math.max(longest.low, end.low), high: Math.max(longest.high, end.high) };
  }
  return longest;
}
