import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "../base/files.ts";
import { configuration, critical, type Failure, fail, type Outcome, ok, transient } from "../base/outcome.ts";
import { shellQuote } from "../base/quote.ts";
import type { Pinned } from "./release.ts";

/** A file of the runtime in the cache; its name is its digest. */
export interface CachedFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** False when the cache had it already. */
  readonly added: boolean;
}

export interface FetchOptions {
  /** Largest body taken, bytes; default 256 MiB (vere has 13, pills have up to 60). */
  readonly maxBytes?: number;
  /** Milliseconds without a byte before the server is given up; default 30 000. */
  readonly idleMs?: number;
}

const MAX_BYTES = 256 * 1024 * 1024;

/** Finds a file by digest, its bytes checked again: a cache is read far more rarely than a disk goes bad. */
export async function findCached(directory: string, sha256: string): Promise<CachedFile | null> {
  const file = join(directory, checked(sha256));
  const found = await stat(file).catch(() => null);
  if (found === null) return null;
  if ((await digestOf(file)) === sha256) return { file, sha256, bytes: found.size, added: false };
  await rm(file, { force: true });
  return null;
}

/**
 * Fetches a pinned file into the cache, whole or not at all. Codes: `download-failed` (transient when another try may
 * help, a configuration failure when the server has no such file), `download-too-large`, `wrong-hash` (critical).
 */
export async function fetchFile(
  directory: string,
  wanted: Pinned,
  options: FetchOptions = {},
): Promise<Outcome<CachedFile>> {
  const cached = await findCached(directory, wanted.sha256);
  if (cached !== null) return ok(cached);
  const { maxBytes = MAX_BYTES, idleMs = 30_000 } = options;
  return intoCache(directory, wanted.sha256, wanted.url, async (write) => {
    const control = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => control.abort(), idleMs);
    };
    alive();
    try {
      const response = await fetch(wanted.url, { signal: control.signal, redirect: "follow" });
      if (!response.ok || response.body === null) return statusFailure(wanted.url, response.status);
      let size = 0;
      for await (const chunk of response.body) {
        alive();
        size += chunk.length;
        if (size > maxBytes) return tooLarge(wanted.url, maxBytes);
        await write(chunk);
      }
      const said = Number(response.headers.get("content-length") ?? size);
      // Compressed answers have another length than their text.
      if (response.headers.get("content-encoding") === null && said !== size)
        return lost(wanted.url, `${size} of ${said} bytes came`);
      return null;
    } catch (error) {
      return lost(wanted.url, control.signal.aborted ? `nothing came for ${idleMs} ms` : reason(error));
    } finally {
      clearTimeout(timer);
    }
  });
}

/** Takes a file of this machine into the cache. `sha256` null takes whatever it is, and says what it was. */
export async function adoptFile(directory: string, path: string, sha256: string | null): Promise<Outcome<CachedFile>> {
  let digest: string;
  try {
    digest = await digestOf(path);
  } catch (error) {
    return configuration(
      "file-unreadable",
      `${path} cannot be read.`,
      `Check it: ls -l ${shellQuote(path)}`,
      reason(error),
    );
  }
  if (sha256 !== null && digest !== sha256) return wrongHash(path, sha256, digest);
  const cached = await findCached(directory, digest);
  if (cached !== null) return ok(cached);
  return intoCache(directory, digest, path, async (write) => {
    for await (const chunk of createReadStream(path)) await write(chunk);
    return null;
  });
}

/** Writes beside the final name while counting the digest; the name appears only for the right bytes. */
async function intoCache(
  directory: string,
  sha256: string,
  source: string,
  fill: (write: (chunk: Uint8Array) => Promise<void>) => Promise<Failure | null>,
): Promise<Outcome<CachedFile>> {
  const file = join(directory, checked(sha256));
  const temporary = `${file}.${randomBytes(6).toString("hex")}.part`;
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const handle = await open(temporary, "wx", 0o600);
    try {
      const failure = await fill(async (chunk) => {
        hash.update(chunk);
        bytes += chunk.length;
        await handle.write(chunk);
      });
      if (failure !== null) return fail(failure);
      const digest = hash.digest("hex");
      if (digest !== sha256) return wrongHash(source, sha256, digest);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(temporary, 0o444);
    await rename(temporary, file);
    await syncDirectory(directory);
    return ok({ file, sha256, bytes, added: true });
  } catch (error) {
    return configuration(
      "cache-unwritable",
      `${directory} could not take ${source}.`,
      `Look at space and rights there: df -h ${shellQuote(directory)}`,
      reason(error),
    );
  } finally {
    await rm(temporary, { force: true });
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

function checked(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError("a SHA-256 has 64 hex digits");
  return sha256;
}

function statusFailure(url: string, status: number): Failure {
  const what = `${url} answered ${status}.`;
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return transient("download-failed", what, "It is tried again; a mirror can be set with SLIPWAY_MIRROR.").failure;
  return configuration(
    "download-failed",
    what,
    "Check the version and its address; or give the file itself: slipway runtime add --vere FILE --pill FILE",
  ).failure;
}

function lost(url: string, why: string): Failure {
  return transient(
    "download-failed",
    `${url} could not be fetched.`,
    "It is tried again; check the way out, or set SLIPWAY_MIRROR.",
    why,
  ).failure;
}

function tooLarge(url: string, maxBytes: number): Failure {
  return critical(
    "download-too-large",
    `${url} sends more than ${maxBytes} bytes.`,
    "That is no runtime file: check the address and the mirror.",
  ).failure;
}

function wrongHash(source: string, wanted: string, got: string) {
  return critical(
    "wrong-hash",
    `${source} is not the file it should be; it was thrown away.`,
    "Check the pin against the release; if the pin is right, somebody changed the file: do not use that source.",
    `its SHA-256 is ${got}, pinned is ${wanted}`,
  );
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return "unknown";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message.slice(0, 200);
}
