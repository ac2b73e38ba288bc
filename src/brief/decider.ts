import type { Brief } from "./schema.ts";

/**
 * As much of a decision as questions are weighed by. The room that decides lies to the right of this one, so its
 * function is handed in.
 */
export interface Verdict {
  readonly platform: { readonly choice: string; readonly lead: string };
  readonly security: { readonly level: string };
  readonly monitoring: { readonly level: string };
  readonly cost: { readonly monthlyUsd: number | null; readonly lowUsd: number; readonly highUsd: number };
  readonly feasible: boolean;
}

export type Decide = (brief: Brief) => Verdict;

const WEIGHTS = { platform: 8, feasible: 6, lead: 3, security: 3, monitoring: 2, cost: 4 } as const;

/** How far apart two decisions are: 0 for the same, growing with what differs and how much. */
export function distance(a: Verdict, b: Verdict): number {
  const middle = ({ cost }: Verdict) => cost.monthlyUsd ?? (cost.lowUsd + cost.highUsd) / 2;
  const [low, high] = [Math.min(middle(a), middle(b)), Math.max(middle(a), middle(b))];
  return (
    (a.platform.choice === b.platform.choice ? 0 : WEIGHTS.platform) +
    (a.feasible === b.feasible ? 0 : WEIGHTS.feasible) +
    (a.platform.lead === b.platform.lead ? 0 : WEIGHTS.lead) +
    (a.security.level === b.security.level ? 0 : WEIGHTS.security) +
    (a.monitoring.level === b.monitoring.level ? 0 : WEIGHTS.monitoring) +
    (high === 0 ? 0 : WEIGHTS.cost * ((high - low) / high))
  );
}
