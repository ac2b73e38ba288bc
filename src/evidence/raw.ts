import { randomBytes } from "node:crypto";
import { access, type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../base/canonical.ts";
import { type Outcome, ok } from "../base/outcome.ts";
import { unwritable } from "./chain.ts";

export const RAW_FOLDER = "raw";

/** Longest output kept whole; what is beyond is counted, not kept. */
const LONGEST = 1024 * 1024;

/**
 * Long @uw and @uv numbers, dotted in fives or not: a key, a session token or a jammed secret, never something a report
 * needs.
 */
export const KEY_SHAPED = /0[wv](?:[0-9a-zA-Z~-]{1,5}(?:\.[0-9a-zA-Z~-]{5}){2,}[0-9a-zA-Z.~-]*|[0-9a-zA-Z~-]{12,})/g;
/** Four three-plus-three syllable words: a +code, or a moon's name; told apart by the sig a name has. */
const CODE_SHAPED = /(?<![~a-z-])(?:[a-z]{6}-){3}[a-z]{6}(?![a-z-])/g;

/** Takes everything that looks like a secret out of a text. The last net: outputs are filtered where they are made. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, "[secret]");
  return clean.replace(KEY_SHAPED, "[secret]").replace(CODE_SHAPED, "[secret]");
}

const known = new Set<string>();

/** Keeps an output under its digest; keeping it twice is keeping it once. */
export async function storeRaw(
  directory: string,
  text: string,
): Promise<Outcome<{ readonly sha256: string; readonly bytes: number }>> {
  const clean = redact(text);
  const whole =
    clean.length <= LONGEST ? clean : `${clean.slice(0, LONGEST)}\n[cut: ${clean.length - LONGEST} more characters]\n`;
  const data = Buffer.from(whole);
  const digest = sha256(data);
  const folder = join(directory, RAW_FOLDER);
  const file = join(folder, digest);
  if (known.has(file)) return ok({ sha256: digest, bytes: data.length });
  const temporary = `${file}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (!there) {
      const handle = await openIn(folder, temporary);
      try {
        await handle.writeFile(data);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(temporary, file);
    }
    if (known.size > 10_000) known.clear();
    known.add(file);
    return ok({ sha256: digest, bytes: data.length });
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return unwritable(error as NodeJS.ErrnoException);
  }
}

/** Opens a new file; its folder is made when it is missing, which is once in a run. */
async function openIn(folder: string, file: string): Promise<FileHandle> {
  const create = () => open(file, "wx", 0o600);
  try {
    return await create();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return create();
  }
}
