import { constants, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRawAsset, isSea } from "node:sea";

/** `struct flock` of 64-bit Linux: type, whence, start, length, pid. */
const F_SETLK = 6;
const F_WRLCK = 1;

interface Koffi {
  load(library: string): { func(definition: string): (...argv: unknown[]) => number };
}

export type Lock =
  | { readonly kind: "taken"; readonly corrupt: boolean }
  | { readonly kind: "held"; readonly holder: string }
  | { readonly kind: "unwritable" };

/**
 * Takes the write lock on byte 0 of the pier's lock file, as the runtime does, and appends our PID at the current
 * offset. `holder` is the first PID in the file, which may be a dead one's.
 */
export function takeLock(file: string): Lock {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o644);
  } catch {
    return { kind: "unwritable" };
  }
  // It reads twelve bytes and writes where that left it: a third PID and those after it take one another's place.
  const buffer = Buffer.alloc(12);
  const text = buffer.subarray(0, readSync(descriptor, buffer, 0, 12, null)).toString("latin1");
  const lock = Buffer.alloc(32);
  lock.writeInt16LE(F_WRLCK, 0);
  lock.writeBigInt64LE(1n, 16);
  if (libc("int fcntl(int fd, int cmd, void *lock)")(descriptor, F_SETLK, lock) !== 0)
    return { kind: "held", holder: text.split("\n")[0] ?? "" };
  writeSync(descriptor, `${process.pid}\n`);
  // The descriptor stays open for the life of the process: closing it would give the lock away.
  return { kind: "taken", corrupt: !/^(\d+\n)*\d*$/.test(text) };
}

let loaded: Koffi | null = null;

/** A function of the C library. */
export function libc(definition: string): (...argv: unknown[]) => number {
  loaded ??= koffi();
  return loaded.load("libc.so.6").func(definition);
}

/** koffi's prebuilt addon: an asset of the executable, or the installed package's own file when run from source. */
function koffi(): Koffi {
  const module = { exports: {} as Koffi };
  if (!isSea()) {
    const found = createRequire(import.meta.url).resolve(`@koromix/koffi-linux-${process.arch}`);
    process.dlopen(module, join(found, "..", `linux_${process.arch}`, "koffi.node"));
    return module.exports;
  }
  const folder = mkdtempSync(join(tmpdir(), "stand-in-"));
  try {
    const addon = join(folder, "koffi.node");
    writeFileSync(addon, Buffer.from(getRawAsset("koffi.node")), { mode: 0o700 });
    process.dlopen(module, addon);
    return module.exports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
