import { join } from "node:path";
import { EMPTY_BYTES, epochFolder, epochs, readHead, sizeOf, writeHead } from "./pier.ts";

/** Events of a first boot from a solid pill, and the size of the log that holds them, as recorded. */
export const BOOT_EVENTS = 10;
const BOOT_BYTES = 13_209_600;
const EPOCH_BYTES = 45_056;
/** About what one event of a raw poke costs on a real ship. */
const EVENT_BYTES = 95;
const PAGE = 4096;
const TITLE = "stand-in event log, not LMDB";

/** The event log of the newest epoch: its last number is durable before anybody is told. */
export interface EventLog {
  readonly epoch: number;
  readonly last: number;
  /** Makes `count` more events durable; returns the number of the last. */
  append(count: number): number;
}

/** Null when the file is not what we wrote. */
export function openLog(pier: string): EventLog | null {
  const epoch = epochs(pier).at(-1) ?? 0;
  const file = join(epochFolder(pier, epoch), "data.mdb");
  const head = readHead(file);
  const written = /^last (\d+)$/.exec(head[1] ?? "")?.[1];
  if (head[0] !== TITLE || written === undefined || sizeOf(file) % PAGE !== 0) return null;
  let last = Number(written);
  return {
    epoch,
    get last() {
      return last;
    },
    append: (count) => {
      last += count;
      writeHead(file, [TITLE, `last ${last}`], bytesOf(epoch, last));
      return last;
    },
  };
}

function bytesOf(epoch: number, last: number): number {
  const [base, first] = epoch === 0 ? [BOOT_BYTES, BOOT_EVENTS] : [EPOCH_BYTES, epoch];
  if (last === 0) return EMPTY_BYTES;
  return base + Math.ceil((Math.max(0, last - first) * EVENT_BYTES) / PAGE) * PAGE;
}
