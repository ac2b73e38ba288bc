import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { ARCH, VERSION } from "./settings.ts";

export interface Identity {
  /** @p with sig. */
  readonly who: string;
  readonly fake: boolean;
}

/** Size of the files of a log that hold an identity, and of an empty one. */
const META_BYTES = 45_056;
export const EMPTY_BYTES = 8192;

export function paths(pier: string) {
  const urb = join(pier, ".urb");
  return {
    pier,
    urb,
    lock: join(pier, ".vere.lock"),
    ports: join(pier, ".http.ports"),
    run: join(pier, ".run"),
    bin: join(pier, ".bin"),
    pace: join(pier, ".bin", "pace"),
    meta: join(urb, "log", "data.mdb"),
    log: join(urb, "log"),
    image: join(urb, "chk", "image.bin"),
    dev: join(urb, "dev"),
    put: join(urb, "put"),
    roc: join(urb, "roc"),
    sock: join(urb, "conn.sock"),
  };
}

export function epochFolder(pier: string, epoch: number): string {
  return join(paths(pier).log, `0i${epoch}`);
}

/** The skeleton a boot makes in its first moments; it has no identity yet. */
export function makeSkeleton(pier: string): void {
  const { urb, image } = paths(pier);
  for (const folder of [pier, urb, ...["chk", "get", "log", "put"].map((name) => join(urb, name))])
    mkdirSync(folder, { mode: 0o700 });
  writeHead(image, [], 0);
  makeEpoch(pier, 0, EMPTY_BYTES);
}

/** `stamp` says whose version made it; it is what later decides whether another may go on. */
export function makeEpoch(pier: string, epoch: number, bytes: number): void {
  const folder = epochFolder(pier, epoch);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, "epoc.txt"), "2");
  writeFileSync(join(folder, "vere.txt"), VERSION);
  writeHead(join(folder, "data.mdb"), ["stand-in event log, not LMDB", `last ${epoch}`], bytes);
  writeHead(join(folder, "lock.mdb"), [], EMPTY_BYTES);
}

/** The identity a pier has from a few seconds into a first boot on. */
export function writeMeta(pier: string, identity: Identity): void {
  const { meta, log } = paths(pier);
  writeHead(meta, ["stand-in identity, not LMDB", identity.who, identity.fake ? "fake" : "live"], META_BYTES);
  writeHead(join(log, "lock.mdb"), [], EMPTY_BYTES);
}

/** Opening a log that holds no identity makes an empty one, as LMDB does. */
export function readMeta(pier: string): Identity | null {
  const { meta, log } = paths(pier);
  if (!existsSync(meta)) {
    writeHead(meta, [], EMPTY_BYTES);
    writeHead(join(log, "lock.mdb"), [], EMPTY_BYTES);
  }
  const [title, who = "", kind] = readHead(meta);
  return title === "stand-in identity, not LMDB" ? { who, fake: kind === "fake" } : null;
}

/** Copies the running binary into the pier; true when the pier had no pace and has one now. */
export function dock(pier: string): boolean {
  const { bin, pace, run } = paths(pier);
  const fresh = !existsSync(pace);
  mkdirSync(join(bin, "live"), { recursive: true, mode: 0o700 });
  if (fresh) writeFileSync(pace, "live");
  const kept = join(bin, readFileSync(pace, "utf8").trim(), `vere-v${VERSION}-${ARCH}`);
  mkdirSync(join(kept, ".."), { recursive: true, mode: 0o700 });
  if (!existsSync(kept)) {
    copyFileSync(process.execPath, kept);
    chmodSync(kept, 0o755);
  }
  rmSync(run, { force: true });
  linkSync(kept, run);
  return fresh;
}

/** Epoch numbers, oldest first. */
export function epochs(pier: string): readonly number[] {
  const { log } = paths(pier);
  if (!existsSync(log)) return [];
  return readdirSync(log)
    .filter((name) => /^0i\d+$/.test(name))
    .map((name) => Number(name.slice(2)))
    .sort((a, b) => a - b);
}

/**
 * Our files have a first page of text lines and a hole behind it, so that they have the size a real one has and cost
 * nothing. Written in place and synced: a kill leaves the old page or the new one.
 */
export function writeHead(file: string, lines: readonly string[], bytes: number): void {
  const descriptor = openSync(file, existsSync(file) ? "r+" : "w", 0o644);
  const text = lines.map((line) => `${line}\n`).join("");
  if (text !== "") writeSync(descriptor, Buffer.from(text.padEnd(256, "\0")), 0, 256, 0);
  ftruncateSync(descriptor, bytes);
  fdatasyncSync(descriptor);
  closeSync(descriptor);
}

export function readHead(file: string): readonly string[] {
  const page = Buffer.alloc(256);
  try {
    const descriptor = openSync(file, "r");
    const read = readSync(descriptor, page, 0, 256, 0);
    closeSync(descriptor);
    return page.subarray(0, read).toString("latin1").replace(/\0+$/, "").split("\n").slice(0, -1);
  } catch {
    return [];
  }
}

export function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/** 134283264 as the runtime prints it: MB/134.283.264. */
export function megabytes(bytes: number): string {
  return `MB/${String(bytes).replace(/\B(?=(\d{3})+(?!\d))/g, ".")}`;
}
