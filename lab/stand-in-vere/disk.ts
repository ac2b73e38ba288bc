import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { copyImage, type Image, readImage } from "./image.ts";
import { takeLock } from "./lock.ts";
import { type EventLog, openLog } from "./log.ts";
import { epochFolder, epochs, type Identity, makeEpoch, megabytes, paths, readMeta, sizeOf } from "./pier.ts";
import { complain, VERSION } from "./settings.ts";

const EPOCH_BYTES = 45_056;

export interface Disk {
  readonly kind: "disk";
  readonly identity: Identity;
  readonly log: EventLog;
  readonly image: Image;
  /** What made the newest epoch, when it was not us; the pier is then stale or gets a new epoch. */
  readonly stranger: boolean;
}

export type Opened =
  | Disk
  | { readonly kind: "locked"; readonly complaint: string }
  /** `where`: the log or the snapshot could not be read; the callers end differently. */
  | { readonly kind: "bad"; readonly where: "log" | "image"; readonly lines: readonly string[] };

export interface OpenOptions {
  /** Takes the lock; the default. */
  readonly exclusive?: boolean;
  /** Goes back to the snapshot the newest epoch began with. */
  readonly full?: boolean;
}

/** Takes the pier's lock, reads what is in it, and prints what the runtime prints meanwhile (stderr). */
export function openDisk(pier: string, loom: number, how: OpenOptions = {}): Opened {
  const { exclusive = true, full = false } = how;
  const bad = (where: "log" | "image", ...lines: readonly string[]): Opened => ({ kind: "bad", where, lines });
  if (!existsSync(pier) || !statSync(pier).isDirectory()) return bad("log", `disk: failed to load pier at ${pier}`);
  if (exclusive) {
    const held = takeLock(paths(pier).lock);
    if (held.kind === "unwritable") return { kind: "locked", complaint: "disk: failed to open/create lock file" };
    if (held.kind === "held") return { kind: "locked", complaint: lockedBy(held.holder) };
    if (held.corrupt) complain("disk: lockfile is corrupt");
  }
  if (!existsSync(paths(pier).urb)) return bad("log", `disk: failed to load /.urb in ${pier}`);
  const identity = readMeta(pier);
  const none = "lmdb: meta read: dbi_open fail: MDB_NOTFOUND: No matching key/data pair found";
  if (identity === null) return bad("log", none, none, "disk: read meta: no identity", "disk: failed to read metadata");
  dropBogusEpoch(pier);
  const epoch = epochs(pier).at(-1) ?? 0;
  const log = openLog(pier);
  if (log === null) return bad("log", "lmdb: failed to open event log: MDB_INVALID: File is not an LMDB file");
  if (exclusive) complain(`disk: loaded epoch 0i${epoch}`);
  if (full) restore(pier, epoch);
  complain(`loom: mapped ${2 ** (loom - 20)}MB`);
  const image = readImage(pier);
  const bytes = sizeOf(paths(pier).image);
  if (image === null) return bad("image", `loom: image corrupt size ${bytes}`, "boot: image failed (size)");
  if (bytes > 2 ** loom) return bad("image", "boot: snapshot too big for loom");
  complain("boot: protected loom");
  complain(image.event === 0 ? "live: logical boot" : `live: mapped: ${megabytes(bytes)}`);
  complain("boot: installed 2178 jets");
  if (image.event > log.last)
    return bad("log", `mars: corrupt pier, snapshot (${image.event}) from future (log=${log.last})`);
  if (image.event < epoch) return bad("log", `mars: corrupt pier, snapshot (${image.event}) out of epoch (${epoch})`);
  const stranger = readVersion(pier, epoch) !== VERSION;
  if (stranger && image.event < log.last) return bad("log", "stale snapshot, downgrade runtime to replay");
  return { kind: "disk", identity, log, image, stranger };
}

/** Starts a new epoch at the snapshot, which must stand at the log's end. Prints as the runtime does. */
export function roll(pier: string, event: number): void {
  complain(`disk: rolling to epoch ${event}`);
  makeEpoch(pier, event, EPOCH_BYTES);
  copyImage(pier, event, "into-epoch");
  complain("loom: image backup complete");
  complain(`disk: created epoch ${event}`);
}

/** An epoch's own snapshot in place of the newest one; before the first epoch there is none. */
function restore(pier: string, epoch: number): void {
  if (epoch === 0) rmSync(paths(pier).image, { force: true });
  else copyImage(pier, epoch, "back");
  complain("loom: image backup complete");
}

function readVersion(pier: string, epoch: number): string {
  const file = join(epochFolder(pier, epoch), "vere.txt");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
}

/** An epoch that was not finished is deleted, with its events: so does the runtime. */
function dropBogusEpoch(pier: string): void {
  const [before, last] = epochs(pier).slice(-2);
  if (before === undefined || last === undefined) return;
  const folder = epochFolder(pier, last);
  if (existsSync(join(folder, "epoc.txt")) && existsSync(join(folder, "data.mdb"))) return;
  complain(`disk: latest epoch is 0i${last} is bogus; falling back to previous at 0i${before}`);
  rmSync(folder, { recursive: true, force: true });
}

export function lockedBy(holder: string): string {
  return holder === "" ? "pier: strange: locked by empty lockfile" : `pier: locked by PID ${holder}`;
}
