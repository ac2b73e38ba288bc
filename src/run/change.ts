import type { RecordBody } from "../evidence/schema.ts";
import type { Plan } from "../plan/schema.ts";
import type { Graph } from "./graph.ts";
import type { OpenGate, RunState } from "./state.ts";

export interface Site {
  readonly plan: Plan;
  readonly graph: Graph;
}

/** What one transition asks of the engine. Batches are step indices of one host, run together. */
export interface Change {
  readonly state: RunState;
  readonly bodies: readonly RecordBody[];
  readonly dispatch: readonly (readonly number[])[];
  /** Per host, steps to undo one after another, newest first. */
  readonly undo: readonly (readonly number[])[];
  /** A gate that was opened: its expiry is to be checked at `expiresAt`. */
  readonly opened: OpenGate | null;
}

export function change(state: RunState, bodies: readonly RecordBody[] = []): Change {
  return { state, bodies, dispatch: [], undo: [], opened: null };
}

/** Ends the run: nothing of it goes on, though it may still be rolled back. */
export function end(
  state: RunState,
  outcome: "done" | "cancelled" | "rolled-back" | "rejected",
  because: string,
  at: string,
  bodies: readonly RecordBody[] = [],
): Change {
  const over: RunState = { ...state, status: outcome, endedAt: at, gate: null, ready: [], doing: {}, wanted: "run" };
  return change(over, [...bodies, { kind: "run-ended", outcome, because }]);
}
