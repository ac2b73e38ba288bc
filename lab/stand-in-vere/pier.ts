import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ARCH, VERSION } from "./settings.ts";

/** Size of a snapshot right after a first boot and after a start, as recorded. */
export const IMAGE_BOOT = 67_158_016;
export const IMAGE_RUN = 134_283_264;

export interface Identity {
  /** @p with sig. */
  readonly who: string;
  readonly fake: boolean;
}

export function paths(pier: string) {
  const urb = join(pier, ".urb");
  return {
    pier,
    urb,
    lock: join(pier, ".vere.lock"),
    ports: join(pier, ".http.ports"),
    run: join(pier, ".run"),
    bin: join(pier, ".bin"),
    meta: join(urb, "log", "data.mdb"),
    log: join(urb, "log"),
    image: join(urb, "chk", "image.bin"),
    sock: join(urb, "conn.sock"),
  };
}

/** The skeleton a boot makes in its first moments; it has no identity yet. */
export function makeSkeleton(pier: string): void {
  const { urb, image } = paths(pier);
  for (const folder of [
    pier,
    urb,
    ...["chk", "dev", "get", "log", "put", join("log", "0i0")].map((name) => join(urb, name)),
  ]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  sparse(image, 0);
  const epoch = join(urb, "log", "0i0");
  writeFileSync(join(epoch, "epoc.txt"), "2");
  writeFileSync(join(epoch, "vere.txt"), VERSION);
  sparse(join(epoch, "lock.mdb"), 8192);
}

/** The identity a pier has from about five seconds into a first boot on. */
export function writeMeta(pier: string, identity: Identity): void {
  const { meta, log } = paths(pier);
  writeFileSync(meta, `${JSON.stringify(identity)}\n`.padEnd(45_056, "\0"));
  sparse(join(log, "lock.mdb"), 8192);
}

export function readMeta(pier: string): Identity | null {
  try {
    return JSON.parse(readFileSync(paths(pier).meta, "utf8").replace(/\0+$/, "")) as Identity;
  } catch {
    return null;
  }
}

export function dock(pier: string): void {
  const { bin, run } = paths(pier);
  const live = join(bin, "live");
  mkdirSync(live, { recursive: true, mode: 0o700 });
  writeFileSync(join(bin, "pace"), "live");
  const copy = join(live, `vere-v${VERSION}-${ARCH}`);
  if (!existsSync(copy)) {
    copyFileSync(process.execPath, copy);
    chmodSync(copy, 0o755);
  }
  rmSync(run, { force: true });
  linkSync(copy, run);
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

export function sparse(file: string, size: number): void {
  const descriptor = openSync(file, "a", 0o644);
  ftruncateSync(descriptor, size);
  closeSync(descriptor);
}

export function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
