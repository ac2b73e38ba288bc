import type { RecordBody } from "../evidence/schema.ts";
import { type Change, change, type Site } from "./change.ts";
import type { Graph } from "./graph.ts";
import { pick } from "./pick.ts";
import { isDone, MARKS, mark, type RunState } from "./state.ts";

/** Every step of its phase that this one waits for is done. */
export function needsMet(graph: Graph, marks: string, index: number): boolean {
  return (graph.needs[index] ?? []).every((need) => isDone(marks[need]));
}

/** Hands out ready steps within the limits. */
export function dispatch({ graph }: Site, state: RunState, bodies: readonly RecordBody[]): Change {
  const { batches, left } = pick(graph, state);
  const indices = batches.flat();
  const next: RunState = {
    ...state,
    status: "running",
    ready: left,
    running: [...state.running, ...indices],
    marks: mark(state.marks, indices, MARKS.running),
  };
  return { ...change(next, bodies), dispatch: batches };
}
