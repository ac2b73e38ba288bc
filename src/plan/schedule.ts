import type { Phase, PlanStep } from "./schema.ts";

/** Calendar days a minute takes: people work eight hours a day on five days of seven; machines and time itself do not rest. */
const WORKING_DAY = 8 * 60 * (5 / 7);
const DAY = 24 * 60;

/** Longest an approval is waited for, in days of the high estimate; the low one finds the approver at hand. */
const APPROVAL_DAYS = 0.5;

/** Steps a host takes at once, and steps at work at once over the whole run. */
const PER_HOST = 8;
const AT_ONCE = 256;

export type Estimate = "low" | "high";

/** When a step begins and ends, in calendar days from the approval of the plan. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface PhaseSchedule extends Span {
  readonly phase: Phase;
  /** Days waited for the gate before it; 0 where there is none. */
  readonly waited: number;
  readonly steps: readonly Span[];
  /** Positions of the steps on its longest chain, in order. */
  readonly critical: readonly number[];
}

export function daysOf(step: PlanStep, estimate: Estimate): number {
  return step.minutes[estimate] / (step.working ? WORKING_DAY : DAY);
}

/**
 * Phase after phase, each as long as its longest chain of steps, or as its busiest host needs for all of its own. The
 * approval of the plan itself is day 0.
 */
export function schedule(phases: readonly Phase[], estimate: Estimate): readonly PhaseSchedule[] {
  let now = 0;
  return phases.map((phase, index) => {
    const waited = phase.gate === null || index === 0 || estimate === "low" ? 0 : APPROVAL_DAYS;
    const { steps, critical, days } = lay(phase, estimate);
    const start = now + waited;
    now = start + days;
    return {
      phase,
      waited,
      start,
      end: now,
      steps: steps.map((span) => ({ start: start + span.start, end: start + span.end })),
      critical,
    };
  });
}

function lay(phase: Phase, estimate: Estimate) {
  const position = new Map(phase.steps.map((step, index) => [step.id, index]));
  const before: number[] = [];
  const load = new Map<string, number>();
  const steps: Span[] = [];
  let last = -1;
  // Steps stand after what they need (the linter holds that), so one pass is enough.
  for (const [index, step] of phase.steps.entries()) {
    let start = 0;
    let after = -1;
    for (const need of step.needs) {
      const at = position.get(need);
      const end = at === undefined ? 0 : (steps[at]?.end ?? 0);
      if (at !== undefined && end >= start) [start, after] = [end, at];
    }
    const days = daysOf(step, estimate);
    before.push(after);
    steps.push({ start, end: start + days });
    if (last < 0 || start + days > (steps[last]?.end ?? 0)) last = index;
    const host = step.action.host ?? "";
    load.set(host, (load.get(host) ?? 0) + days);
  }
  const critical: number[] = [];
  for (let at = last; at >= 0; at = before[at] ?? -1) critical.unshift(at);
  const longest = steps[last]?.end ?? 0;
  const { "": _, ...hosts } = Object.fromEntries(load);
  const busiest = Math.max(0, ...Object.values(hosts)) / PER_HOST;
  const together = Object.values(hosts).reduce((sum, days) => sum + days, 0) / AT_ONCE;
  const days = Math.max(longest, busiest, together);
  // More steps than hosts take at once: all of them spread over the time they need together.
  const stretch = longest === 0 ? 1 : days / longest;
  return {
    days,
    critical,
    steps: steps.map((span) => ({ start: span.start * stretch, end: span.end * stretch })),
  };
}
