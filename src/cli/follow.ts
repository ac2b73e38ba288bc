import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Outcome } from "../base/outcome.ts";
import { ok } from "../base/outcome.ts";
import type { EvidenceRecord } from "../evidence/schema.ts";
import type { Engine } from "../run/engine/client.ts";
import { up } from "../run/engine/site.ts";
import { type Home, runDirectory } from "../run/home.ts";
import { isOver, type RunState } from "../run/state.ts";
import type { Io } from "./io.ts";

const POLL_MS = 200;
/** How often the engine and worker are looked after: a dead one is started again, and the run goes on. */
const CARE_MS = 3_000;

export interface Follower {
  /** Each new line of the run's evidence, in order. */
  onRecord(record: EvidenceRecord): void;
  onState(state: RunState): void;
}

/** Follows a run until it is over, or waits for a person. Null: the user stopped watching; the run goes on. */
export async function follow(
  io: Io,
  home: Home,
  engine: Engine,
  run: string,
  follower: Follower,
): Promise<Outcome<RunState | null>> {
  let stopped = false;
  const release = io.onInterrupt(() => {
    stopped = true;
  });
  const tail = tailEvidence(join(runDirectory(home, run), "evidence.jsonl"));
  let cared = Date.now();
  try {
    for (;;) {
      if (stopped) return ok(null);
      if (Date.now() - cared > CARE_MS) {
        cared = Date.now();
        const alive = await up(home, io.env);
        if (!alive.ok && alive.failure.kind !== "transient") return alive;
      }
      const state = await engine.status(run);
      for (const record of await tail()) follower.onRecord(record);
      if (state.ok && state.value !== null) {
        follower.onState(state.value);
        if (rests(state.value)) {
          for (const record of await tail()) follower.onRecord(record);
          return ok(state.value);
        }
      } else if (!state.ok && state.failure.kind !== "transient") return state;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    release();
  }
}

/** Nothing more will happen until somebody says so. */
function rests(state: RunState): boolean {
  return isOver(state.status) || state.status === "waiting" || state.status === "stopped" || state.status === "paused";
}

/** Reads what was appended since the last call; a line still being written is left for the next. */
function tailEvidence(file: string): () => Promise<EvidenceRecord[]> {
  let offset = 0;
  return async () => {
    let handle: Awaited<ReturnType<typeof open>>;
    try {
      handle = await open(file, "r");
    } catch {
      return [];
    }
    try {
      const { size } = await handle.stat();
      if (size <= offset) return [];
      const buffer = Buffer.alloc(size - offset);
      await handle.read(buffer, 0, buffer.length, offset);
      const whole = buffer.lastIndexOf(10) + 1;
      offset += whole;
      return buffer
        .subarray(0, whole)
        .toString("utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as EvidenceRecord);
    } finally {
      await handle.close();
    }
  };
}
