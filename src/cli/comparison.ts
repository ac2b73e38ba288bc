import type { Decision } from "../decide/schema.ts";
import type { Plan } from "../plan/schema.ts";

interface Change<T> {
  readonly before: T;
  readonly after: T;
}

interface Moved {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What differs between two plans and the decisions behind them; a decision that was not kept differs in nothing. */
export interface Comparison {
  readonly hash: Change<string>;
  readonly platform: Change<string>;
  readonly feasible: Change<boolean> | null;
  readonly security: Change<string>;
  readonly controls: Moved;
  readonly monitoring: Change<string>;
  readonly cost: Change<{
    readonly monthlyUsd: number | null;
    readonly lowUsd: number;
    readonly highUsd: number;
  }> | null;
  readonly lines: readonly {
    readonly item: string;
    readonly before: LineSum | null;
    readonly after: LineSum | null;
  }[];
  readonly ships: Change<number>;
  readonly days: Change<{ readonly low: number; readonly high: number }>;
  readonly phases: Moved;
  /** Steps by kind, with how many more or fewer there are. */
  readonly steps: readonly { readonly kind: string; readonly before: number; readonly after: number }[];
}

interface LineSum {
  readonly quantity: number;
  readonly monthlyUsd: number | null;
  readonly lowUsd: number;
  readonly highUsd: number;
}

export interface Side {
  readonly plan: Plan;
  readonly decision: Decision | null;
}

export function compare(before: Side, after: Side): Comparison {
  const decisions =
    before.decision !== null && after.decision !== null ? { old: before.decision, now: after.decision } : null;
  const both = <T>(of: (side: Side) => T): Change<T> => ({ before: of(before), after: of(after) });
  return {
    hash: both(({ plan }) => plan.hash),
    platform: both(({ plan }) => plan.platform),
    feasible: decisions && { before: decisions.old.feasible, after: decisions.now.feasible },
    security: both(({ plan }) => plan.securityLevel),
    controls:
      decisions === null
        ? { added: [], removed: [] }
        : moved(decisions.old.security.controls, decisions.now.security.controls),
    monitoring: both(({ plan }) => plan.monitoringLevel),
    cost: decisions && { before: totals(decisions.old), after: totals(decisions.now) },
    lines: decisions === null ? [] : linesOf(decisions.old, decisions.now),
    ships: both(({ plan }) => plan.ships.length),
    days: both(({ plan }) => ({ low: plan.days.low, high: plan.days.high })),
    phases: moved(
      before.plan.phases.map(({ name }) => name),
      after.plan.phases.map(({ name }) => name),
    ),
    steps: stepsOf(before.plan, after.plan),
  };
}

function totals({ cost: { monthlyUsd, lowUsd, highUsd } }: Decision) {
  return { monthlyUsd, lowUsd, highUsd };
}

function moved(before: readonly string[], after: readonly string[]): Moved {
  return {
    added: after.filter((item) => !before.includes(item)),
    removed: before.filter((item) => !after.includes(item)),
  };
}

function linesOf(old: Decision, now: Decision): Comparison["lines"] {
  const sums = (decision: Decision) =>
    new Map(
      decision.cost.lines.map(({ item, quantity, monthlyUsd, lowUsd, highUsd }) => [
        item,
        { quantity, monthlyUsd, lowUsd, highUsd },
      ]),
    );
  const [before, after] = [sums(old), sums(now)];
  const items = [...new Set([...before.keys(), ...after.keys()])];
  return items
    .map((item) => ({ item, before: before.get(item) ?? null, after: after.get(item) ?? null }))
    .filter((line) => JSON.stringify(line.before) !== JSON.stringify(line.after));
}

function stepsOf(old: Plan, now: Plan): Comparison["steps"] {
  const counts = (plan: Plan) => {
    const kinds = new Map<string, number>();
    for (const { steps } of plan.phases)
      for (const { action } of steps) kinds.set(action.kind, (kinds.get(action.kind) ?? 0) + 1);
    return kinds;
  };
  const [before, after] = [counts(old), counts(now)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((kind) => ({ kind, before: before.get(kind) ?? 0, after: after.get(kind) ?? 0 }))
    .filter((step) => step.before !== step.after);
}
