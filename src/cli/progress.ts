import type { EvidenceRecord } from "../evidence/schema.ts";
import type { Plan } from "../plan/schema.ts";
import { phaseReportText } from "../report/phase-report.ts";
import { isDone, type RunState } from "../run/state.ts";
import type { Follower } from "./follow.ts";
import { type Io, paint } from "./io.ts";

/** Above this many steps a line per step would hide the phases; the counter shows the rest. */
const TALKATIVE_STEPS = 200;

/** Prints a run as it goes: a line per step, a report per phase, and on a terminal a moving last line. */
export function progressPrinter(io: Io, plan: Plan): Follower & { end(): void } {
  const records: EvidenceRecord[] = [];
  const total = plan.phases.reduce((sum, phase) => sum + phase.steps.length, 0);
  let moving = "";
  const clear = () => {
    if (moving !== "") io.out("\r\u001b[K");
    moving = "";
  };
  const line = (text: string) => {
    clear();
    io.out(`${text}\n`);
  };
  return {
    onRecord: (record) => {
      records.push(record);
      const { body } = record;
      switch (body.kind) {
        case "step-done":
          if (total <= TALKATIVE_STEPS) {
            const how = body.unchanged ? paint(io, "dim", " (nothing to change)") : "";
            line(`  ${paint(io, "green", "✓")} ${body.step}: ${body.accomplished.join("; ")}${how}`);
          }
          return;
        case "step-failed":
          line(`  ${paint(io, "red", "✗")} ${body.step}: ${body.failure.what}`);
          return;
        case "step-retried":
          line(`  ${paint(io, "yellow", "…")} ${body.step}: ${body.failure.what} It is tried again.`);
          return;
        case "step-undone":
          line(`  ${body.undone ? "↩" : paint(io, "yellow", "!")} ${body.step}: ${body.detail}`);
          return;
        case "phase-done":
          line(`\n${phaseReportText(plan, records, body.phase)}\n`);
          return;
        case "gate-approved":
          line(`  approved: ${body.gate} by ${body.by}`);
          return;
        case "ordered":
          line(`  ${body.order} ordered by ${body.by}`);
          return;
        default:
          return;
      }
    },
    onState: (state) => {
      if (!io.terminal) return;
      const next = movingLine(state);
      if (next === moving) return;
      clear();
      moving = next;
      io.out(next);
    },
    end: clear,
  };
}

function movingLine(state: RunState): string {
  const done = state.marks.split("").filter(isDone).length;
  const doing = Object.values(state.doing)[0] ?? "";
  return `  … ${done}/${state.marks.length} steps, ${state.running.length} at work ${doing}`.slice(0, 100);
}
