import type { RecordBody } from "../evidence/schema.ts";
import { type Change, change, end, type Site } from "./change.ts";
import { isDone, MARKS, mark, type RunState } from "./state.ts";

/** How the undoing of one step ended. */
export interface UndoReport {
  readonly index: number;
  readonly undone: boolean;
  readonly body: RecordBody;
}

/** Undoes what can be undone, newest first, host by host. What an earlier rollback had to leave is tried again. */
export function startRollback(
  { graph }: Site,
  state: RunState,
  at: string,
  bodies: readonly RecordBody[] = [],
): Change {
  const byHost = new Map<string, number[]>();
  for (let index = graph.steps.length - 1; index >= 0; index--) {
    const letter = state.marks[index];
    if (!isDone(letter) && letter !== MARKS.failed && letter !== MARKS.kept) continue;
    const host = graph.steps[index]?.action.host ?? "";
    const steps = byHost.get(host);
    if (steps === undefined) byHost.set(host, [index]);
    else steps.push(index);
  }
  const undo = [...byHost.values()];
  const rolling: RunState = {
    ...state,
    status: "rolling-back",
    endedAt: null,
    gate: null,
    problem: null,
    ready: [],
    running: undo.flat(),
    wanted: "rollback",
  };
  if (undo.length === 0) return end(rolling, "rolled-back", "nothing had been done", at, bodies);
  return { ...change(rolling, bodies), undo };
}

/** Takes in steps whose undoing has ended; the run is over when all have. */
export function undone(state: RunState, reports: readonly UndoReport[], at: string): Change {
  if (state.status !== "rolling-back") return change(state);
  const left = new Set(state.running);
  const fresh = reports.filter((item) => left.delete(item.index));
  let { marks } = state;
  for (const item of fresh) marks = mark(marks, [item.index], item.undone ? MARKS.undone : MARKS.kept);
  const next: RunState = { ...state, marks, running: [...left] };
  const bodies = fresh.map((item) => item.body);
  if (left.size > 0 || fresh.length === 0) return change(next, bodies);
  const kept = marks.split("").filter((letter) => letter === MARKS.kept).length;
  const because = kept === 0 ? "every step was undone" : `${kept} step(s) could not be undone`;
  return end(next, "rolled-back", because, at, bodies);
}
