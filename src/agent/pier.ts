import { readdir, readFile, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

/** Names of the ships with a pier under `home`; a name that is no @p is none of ours. */
export async function pierNames(home: string): Promise<readonly string[]> {
  const entries = await readdir(home, { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || !/^[a-z]{3}([a-z]{3}(-{1,2}[a-z]{6}){0,7})?$/.test(entry.name)) continue;
    if (await exists(join(home, entry.name, ".urb"))) names.push(entry.name);
  }
  return names.sort();
}

/** Bytes free and in all on the file system that holds the piers: the one that must not fill up. */
export async function diskOf(home: string): Promise<Disk | null> {
  const found = await statfs(home).catch(() => null);
  return found === null ? null : { freeBytes: found.bavail * found.bsize, sizeBytes: found.blocks * found.bsize };
}

export interface Disk {
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

export interface PierFiles {
  readonly logBytes: number | null;
  readonly logAllocatedBytes: number | null;
  readonly epochs: number | null;
  readonly imageBytes: number | null;
  readonly snapshotAt: number | null;
  /** Port of the public web listener, as the ship wrote it. */
  readonly httpPort: number | null;
}

const BLOCK = 512;

/** Sizes by `stat` alone: no file of a running pier is opened, but for the list of its ports. */
export async function pierFiles(pier: string): Promise<PierFiles> {
  const log = join(pier, ".urb/log");
  const epochs = (await readdir(log).catch(() => [])).filter((name) => /^0i\d/.test(name));
  const logs = await Promise.all(epochs.map((name) => stat(join(log, name, "data.mdb")).catch(() => null)));
  const found = logs.flatMap((file) => (file === null ? [] : [file]));
  const image = await stat(join(pier, ".urb/chk/image.bin")).catch(() => null);
  const ports = await readFile(join(pier, ".http.ports"), "utf8").catch(() => "");
  const port = /^(\d+) insecure public/m.exec(ports)?.[1];
  return {
    logBytes: found.length === 0 ? null : sum(found.map(({ size }) => size)),
    logAllocatedBytes: found.length === 0 ? null : sum(found.map(({ blocks }) => blocks * BLOCK)),
    epochs: epochs.length === 0 ? null : epochs.length,
    imageBytes: image?.size ?? null,
    snapshotAt: image === null ? null : Math.floor(image.mtimeMs / 1000),
    httpPort: port === undefined ? null : Number(port),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
