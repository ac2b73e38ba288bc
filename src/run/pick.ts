import type { Graph } from "./graph.ts";
import type { RunState } from "./state.ts";

export interface Picked {
  /** Steps of one host each, to be run side by side. */
  readonly batches: readonly (readonly number[])[];
  /** What stays ready, in the order it was in. */
  readonly left: readonly number[];
}

/** Share of the places that may stay empty so that a host's steps are not broken up. */
const SPARE = 1 / 32;

/**
 * Chooses the ready steps that go next, within the limits. A host's go together: one message takes them there and one
 * report brings them back, and a batch once broken up stays so through all that depends on it. Therefore the last few
 * free places wait for a few more, rather than take a part of what a host has ready.
 */
export function pick(
  graph: Pick<Graph, "steps">,
  { ready, running, limits }: Pick<RunState, "ready" | "running" | "limits">,
): Picked {
  const { parallel, perHost } = limits;
  const hostOf = (index: number) => graph.steps[index]?.action.host ?? "";
  const load = new Map<string, number>();
  for (const index of running) load.set(hostOf(index), (load.get(hostOf(index)) ?? 0) + 1);
  const waiting = new Map<string, number[]>();
  for (const index of ready) {
    const steps = waiting.get(hostOf(index));
    if (steps === undefined) waiting.set(hostOf(index), [index]);
    else steps.push(index);
  }
  const enough = Math.min(perHost, Math.floor(parallel * SPARE));
  const batches: number[][] = [];
  let room = parallel - running.length;
  for (const [host, steps] of waiting) {
    const wanted = Math.min(steps.length, perHost - (load.get(host) ?? 0));
    if (room <= 0) break;
    if (wanted <= 0 || (wanted > room && room < enough)) continue;
    const batch = steps.slice(0, Math.min(wanted, room));
    room -= batch.length;
    batches.push(batch);
  }
  const taken = new Set(batches.flat());
  return { batches, left: ready.filter((index) => !taken.has(index)) };
}
