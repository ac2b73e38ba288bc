import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Outcome } from "../base/outcome.ts";
import { ok } from "../base/outcome.ts";
import { EVIDENCE_FILE } from "../evidence/chain.ts";
import type { EvidenceRecord } from "../evidence/schema.ts";
import { tailRecords } from "../evidence/tail.ts";
import type { Engine } from "../run/engine/client.ts";
import { revive } from "../run/engine/site.ts";
import { type Home, runDirectory } from "../run/home.ts";
import { isAtRest, type RunState } from "../run/state.ts";
import { EXIT } from "./exit.ts";
import type { Io } from "./io.ts";

const POLL_MS = 200;
/** Longest wait for one answer: it is the worker that gives it, and a dead one is to be looked after meanwhile. */
const PATIENCE_MS = 3_000;
/** How often the engine and worker are looked after: a dead one is started again, and the run goes on. */
const CARE_MS = 3_000;

export interface Follower {
  /** Each new line of the run's evidence, in order. */
  onRecord(record: EvidenceRecord): void;
  onState(state: RunState): void;
}

/** Follows a run until it is over, or waits for a person. Null: `stop` came first; the run goes on. */
export async function follow(
  io: Io,
  home: Home,
  engine: Engine,
  run: string,
  follower: Follower,
  stop: AbortSignal,
): Promise<Outcome<RunState | null>> {
  const tail = tailRecords(join(runDirectory(home, run), EVIDENCE_FILE));
  const care = carer(io, home, run);
  const left = new Promise<null>((resolve) => stop.addEventListener("abort", () => resolve(null), { once: true }));
  for (;;) {
    if (stop.aborted) return ok(null);
    const cared = await care();
    if (!cared.ok) return cared;
    const state = await Promise.race([engine.status(run, PATIENCE_MS), left]);
    if (state === null) return ok(null);
    for (const record of await tail()) follower.onRecord(record);
    if (state.ok && state.value !== null) {
      follower.onState(state.value);
      if (isAtRest(state.value.status)) {
        for (const record of await tail()) follower.onRecord(record);
        return ok(state.value);
      }
    } else if (!state.ok && state.failure.kind !== "transient") return state;
    await setTimeout(POLL_MS, null, { signal: stop }).catch(() => null);
  }
}

/** Says how a run that goes on without its watcher is found again; the exit code of a watcher that left. */
export function left(io: Io, run: string): number {
  io.err(`\nthe run goes on without us; follow it: slipway watch ${run}, stop it: slipway pause ${run}\n`);
  return EXIT.interrupted;
}

/** Looks after engine and worker every few seconds; says once when somebody took them down on purpose. */
function carer(io: Io, home: Home, run: string): () => Promise<Outcome<null>> {
  let cared = Date.now();
  let said = false;
  return async () => {
    if (Date.now() - cared < CARE_MS) return ok(null);
    cared = Date.now();
    const alive = await revive(home, io.env);
    if (!alive.ok) return alive.failure.kind === "transient" ? ok(null) : alive;
    if (!alive.value && !said)
      io.err(`\nengine and worker were taken down: run ${run} rests, and goes on with: slipway up\n`);
    said = !alive.value;
    return ok(null);
  };
}
