import type { Brief, Platform } from "../brief/schema.ts";
import { RECOVERY_MINUTES } from "../knowledge/ship.ts";
import { countOf } from "./levels.ts";
import { wantsSecurity } from "./matrix.ts";
import type { Criterion } from "./schema.ts";
import { CRITERIA } from "./words.ts";

/** What a platform is scored on: its facts for this brief. */
export interface Candidate {
  readonly platform: Platform;
  readonly usd: number;
  /** The machines are the user's own. */
  readonly owned: boolean;
}

export interface Score {
  readonly platform: Platform;
  readonly total: number;
  readonly criteria: Readonly<Record<Criterion, number>>;
}

/** How much each criterion weighs, by what the brief puts first. */
export function weightsOf(brief: Brief): Readonly<Record<Criterion, number>> {
  const secure = wantsSecurity(brief);
  return {
    capacity: 3,
    cost: brief.priority === "cost" ? 6 : 3,
    isolation: secure ? 4 : brief.multiTenant === true ? 3 : 1,
    // The same whether a framework is named or not: to drop one must not lead to a dearer platform.
    compliance: 1,
    skill: 2,
    recovery: brief.disasterRecovery === true || brief.slo.rtoMinutes !== null ? 2 : 1,
    sovereignty: secure ? 3 : 1,
    time: brief.priority === "speed" ? 4 : 1,
  };
}

/** Scores candidates against each other; the total is the weighted mean, between 0 and 10. */
export function scoreAll(brief: Brief, candidates: readonly Candidate[]): readonly Score[] {
  const weights = weightsOf(brief);
  const whole = CRITERIA.reduce((sum, criterion) => sum + weights[criterion], 0);
  const cheapest = Math.min(...candidates.map(({ usd }) => usd));
  return candidates.map((candidate) => {
    const criteria = criteriaOf(brief, candidate, cheapest);
    const sum = CRITERIA.reduce((total, criterion) => total + criteria[criterion] * weights[criterion], 0);
    return { platform: candidate.platform, total: Math.round((sum / whole) * 100) / 10, criteria };
  });
}

/** How kept apart ships are from each other and from whoever runs the machines. */
const ISOLATION: Readonly<Record<Platform, number>> = { "bare-metal": 1, vps: 0.7, groundseg: 0.4, kubernetes: 0.6 };
/** What running it asks of a person: 1 a beginner can, 4 takes an expert. */
export const SKILL: Readonly<Record<Platform, number>> = { "bare-metal": 2, vps: 1, groundseg: 2, kubernetes: 4 };
const EXPERIENCE = { beginner: 1, intermediate: 2.5, expert: 4 } as const;
/** Hours until the first ship runs: machines at hand, or to be rented, delivered, designed. */
const HOURS: Readonly<Record<Platform, readonly [owned: number, rented: number]>> = {
  "bare-metal": [1, 48],
  vps: [1, 1],
  groundseg: [4, 6],
  kubernetes: [24, 24],
};

function criteriaOf(brief: Brief, candidate: Candidate, cheapest: number): Readonly<Record<Criterion, number>> {
  const { platform, owned, usd } = candidate;
  const have = brief.experience === null ? 2 : EXPERIENCE[brief.experience];
  return {
    capacity: capacity(platform, countOf(brief)),
    // A dollar's difference decides nothing.
    cost: (cheapest + 1) / (usd + 1),
    isolation: ISOLATION[platform],
    // Fewer signatures of others on one's own machines; a cluster's policies and audit log come with it.
    compliance: owned || platform === "kubernetes" ? 0.9 : 0.7,
    skill: Math.max(0, 1 - Math.max(0, SKILL[platform] - have) / 3),
    recovery: 1 - Math.log10(RECOVERY_MINUTES[platform] / 10) / 2,
    sovereignty: owned ? 1 : platform === "bare-metal" ? 0.6 : 0.3,
    time: 1 / (1 + HOURS[platform][owned ? 0 : 1] / 8),
  };
}

/** How well a platform suits a number of ships: machine by machine up to a few, containers for some dozens, a cluster for fleets. */
function capacity(platform: Platform, count: number): number {
  const steps: Readonly<Record<Platform, readonly [few: number, some: number, many: number, fleet: number]>> = {
    "bare-metal": [1, 0.7, 0.4, 0.1],
    vps: [1, 0.8, 0.6, 0.2],
    groundseg: [0.4, 1, 0.9, 0.9],
    kubernetes: [0, 0.2, 0.5, 1],
  };
  const [few, some, many, fleet] = steps[platform];
  if (count < 5) return few;
  if (count <= 20) return some;
  return count < 50 ? many : fleet;
}

/** The criterion in which `loser` falls furthest behind `winner`, by its weight; null where it is behind in none. */
export function decisive(brief: Brief, loser: Score, winner: Score): Criterion | null {
  const weights = weightsOf(brief);
  const behind = (criterion: Criterion) =>
    (winner.criteria[criterion] - loser.criteria[criterion]) * weights[criterion];
  const worst = CRITERIA.reduce((most, criterion) => (behind(criterion) > behind(most) ? criterion : most));
  return behind(worst) > 0.01 ? worst : null;
}
