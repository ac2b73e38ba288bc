import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { epochs, paths } from "./pier.ts";

/**
 * The event log: one line per event, appended and synced before anybody is told. Events of an epoch lie in its own
 * `data.mdb`, behind a first line that says this is no LMDB file.
 */
export interface EventLog {
  readonly last: number;
  /** Appends events and makes them durable; returns the number of the last. */
  append(count: number): number;
  close(): void;
}

const HEADER = "stand-in event log, not LMDB\n";
/** About what one event of a raw poke costs on a real ship. */
const EVENT_BYTES = 95;

export function openLog(pier: string): EventLog {
  const epoch = epochs(pier).at(-1) ?? 0;
  const file = join(paths(pier).log, `0i${epoch}`, "data.mdb");
  let last = readLast(file, epoch);
  const fresh = !existsSync(file);
  const descriptor = openSync(file, "a", 0o644);
  if (fresh) writeSync(descriptor, HEADER);
  return {
    get last() {
      return last;
    },
    append: (count) => {
      const lines = Array.from({ length: count }, (_, k) => `${last + k + 1}`.padEnd(EVENT_BYTES - 1, ".")).join("\n");
      writeSync(descriptor, `${lines}\n`);
      fdatasyncSync(descriptor);
      last += count;
      return last;
    },
    close: () => closeSync(descriptor),
  };
}

/** Number of the last event on disk: what a start replays to. */
export function lastEvent(pier: string): number {
  const epoch = epochs(pier).at(-1) ?? 0;
  return readLast(join(paths(pier).log, `0i${epoch}`, "data.mdb"), epoch);
}

function readLast(file: string, epoch: number): number {
  if (!existsSync(file)) return epoch;
  const lines = readFileSync(file, "latin1")
    .split("\n")
    .filter((line) => line.length === EVENT_BYTES - 1);
  return lines.length === 0 ? epoch : Number(/^\d+/.exec(lines.at(-1) ?? "")?.[0] ?? epoch);
}
