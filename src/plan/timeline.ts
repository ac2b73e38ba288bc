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

/** The kinds of steps and the waits the high estimate is made of, biggest first. */
function dominant(slow: readonly PhaseSchedule[], total: number): Timeline["dominatedBy"] {
  const shares = new Map<string, { days: number; phases: Set<string> }>();
  const add = (what: string, phase: string, more: number) => {
    const { days, phases } = shares.get(what) ?? { days: 0, phases: new Set() };
    shares.set(what, { days: days + more, phases: phases.add(phase) });
  };
  for (const { phase, start, end, waited, critical } of slow) {
    if (waited > 0) add("waiting for approvals", "", waited);
    let chain = 0;
    for (const at of critical) {
      const step = phase.steps[at];
      if (step === undefined) continue;
      const days = daysOf(step, "high");
      chain += days;
      add(step.action.kind, phase.name, days);
    }
    if (end - start > chain * 1.001) add("steps taking turns on their hosts", phase.name, end - start - chain);
  }
  return [...shares]
    .sort(([, a], [, b]) => b.days - a.days)
    .slice(0, NAMED)
    .map(([what, { days, phases }]) => ({
      what: `${what}${phases.size > 1 ? ` in ${phases.size} phases` : ""}`,
      days: round(days),
      percent: Math.round((days / Math.max(total, 1e-9)) * 100),
    }));
}

function round(days: number): number {
  return Math.round(days * 100) / 100;
}
