import { daysOf, type PhaseSchedule, schedule } from "./schedule.ts";
import type { Phase, Plan, Timeline } from "./schema.ts";

/** Entries of what takes the time. */
const NAMED = 3;

/** How long the plan takes, whether that is in time, and what takes most of it. */
export function timelineOf(phases: readonly Phase[], askedDays: number | null): Pick<Plan, "days" | "timeline"> {
  const slow = schedule(phases, "high");
  const low = Math.max(1, Math.ceil(round(schedule(phases, "low").at(-1)?.end ?? 0)));
  const total = slow.at(-1)?.end ?? 0;
  const high = Math.max(low, Math.ceil(round(total)));
  return {
    days: { low, high },
    timeline: {
      verdict: verdictOf(low, high, askedDays),
      criticalPath: slow.flatMap(({ phase, critical }) => critical.flatMap((at) => phase.steps[at]?.id ?? [])),
      dominatedBy: dominant(slow, total),
    },
  };
}

function verdictOf(low: number, high: number, asked: number | null): Timeline["verdict"] {
  if (asked === null) return "not asked";
  if (high <= asked) return "within";
  return low <= asked ? "uncertain" : "beyond";
}

/** The steps and waits the high estimate is made of, kinds of one phase together, biggest first. */
function dominant(slow: readonly PhaseSchedule[], total: number): Timeline["dominatedBy"] {
  const shares = new Map<string, number>();
  const add = (what: string, days: number) => shares.set(what, (shares.get(what) ?? 0) + days);
  for (const { phase, start, end, waited, critical } of slow) {
    if (waited > 0) add("waiting for approvals", waited);
    let chain = 0;
    for (const at of critical) {
      const step = phase.steps[at];
      if (step === undefined) continue;
      const days = daysOf(step, "high");
      chain += days;
      add(`${phase.name}: ${step.action.kind}`, days);
    }
    const queued = end - start - chain;
    if (queued > 0.01) add(`${phase.name}: ${phase.steps.length} steps taking turns on their hosts`, queued);
  }
  return [...shares]
    .sort(([, a], [, b]) => b - a)
    .slice(0, NAMED)
    .map(([what, days]) => ({ what, days: round(days), percent: Math.round((days / Math.max(total, 1e-9)) * 100) }));
}

function round(days: number): number {
  return Math.round(days * 100) / 100;
}
