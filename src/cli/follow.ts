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
  let release: () => void = () => undefined;
  const left = new Promise<"left">((resolve) => {
    release = io.onInterrupt(() => resolve("left"));
  });
  const tail = tailEvidence(join(runDirectory(home, run), "evidence.jsonl"));
  let asked: ReturnType<Engine["status"]> | null = null;
  let cared = Date.now();
  try {
    for (;;) {
      if (Date.now() - cared > CARE_MS) {
        cared = Date.now();
        const alive = await up(home, io.env);
        if (!alive.ok && alive.failure.kind !== "transient") return alive;
      }
      // It is the worker that answers: while it is dead the question hangs, and looking after it must go on.
      asked ??= engine.status(run);
      const state = await within(CARE_MS, asked, left);
      if (state === "left") return ok(null);
      for (const record of await tail()) follower.onRecord(record);
      if (state === "later") continue;
      asked = null;
      if (state.ok && state.value !== null) {
        follower.onState(state.value);
        if (rests(state.value)) {
          for (const record of await tail()) follower.onRecord(record);
          return ok(state.value);
        }
      } else if (!state.ok && state.failure.kind !== "transient") return state;
      if ((await within(POLL_MS, left)) === "left") return ok(null);
    }
  } finally {
    release();
  }
}

/** What the first of them comes to, or "later" when `ms` have passed. */
async function within<T extends readonly Promise<unknown>[]>(
  ms: number,
  ...events: T
): Promise<Awaited<T[number]> | "later"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"later">((resolve) => {
    timer = setTimeout(() => resolve("later"), ms);
  });
  try {
    return await Promise.race([...events, late]);
  } finally {
    clearTimeout(timer);
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
