import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { writeFileAtomic } from "../base/files.ts";
import { configuration, type Outcome, ok } from "../base/outcome.ts";
import type { Plan } from "../plan/schema.ts";
import type { RuntimeFiles } from "../specialists/step.ts";
import type { Home } from "./home.ts";

type RuntimeTarget = Plan["runtime"];

/** The version planned for when nothing is pinned yet. */
export const DEFAULT_VERSION = "4.5";

/** What the site has pinned: the vere binary and pill its plans carry, by digest. */
export async function pinnedRuntime(home: Home): Promise<RuntimeTarget> {
  try {
    return JSON.parse(await readFile(home.runtime, "utf8")) as RuntimeTarget;
  } catch {
    return { version: DEFAULT_VERSION, vereSha256: null, pillSha256: null };
  }
}

/** Takes local files into the cache by digest and pins them. Nothing publishes digests for vere: the first look is the pin. */
export async function pinRuntime(
  home: Home,
  version: string,
  vere: string,
  pill: string | null,
): Promise<Outcome<RuntimeTarget>> {
  const vereSha256 = await adopt(home, vere, "vere");
  if (!vereSha256.ok) return vereSha256;
  const pillSha256 = pill === null ? ok(null) : await adopt(home, pill, "pill");
  if (!pillSha256.ok) return pillSha256;
  const target = { version, vereSha256: vereSha256.value, pillSha256: pillSha256.value };
  await writeFileAtomic(home.runtime, `${JSON.stringify(target, null, 2)}\n`);
  return ok(target);
}

/** The files a plan names, from the cache, checked again: a changed file must not reach a host. */
export async function runtimeFiles(home: Home, target: RuntimeTarget): Promise<Outcome<RuntimeFiles>> {
  if (target.vereSha256 === null) {
    return configuration(
      "runtime-not-pinned",
      "the plan pins no vere binary",
      "slipway runtime add --vere FILE --pill FILE, then plan again",
    );
  }
  const vere = await cached(home, target.vereSha256, "vere binary");
  if (!vere.ok) return vere;
  const pill = target.pillSha256 === null ? ok(null) : await cached(home, target.pillSha256, "boot pill");
  if (!pill.ok) return pill;
  return ok({ version: target.version, vere: vere.value, pill: pill.value });
}

const checked = new Map<string, number>();

async function cached(home: Home, sha256: string, what: string): Promise<Outcome<{ file: string; sha256: string }>> {
  const file = join(home.cache, sha256);
  try {
    const { mtimeMs } = await stat(file);
    if (checked.get(file) !== mtimeMs) {
      if ((await digest(file)) !== sha256) {
        return configuration(
          "wrong-hash",
          `the ${what} in the cache is not the one that was pinned`,
          `remove ${file} and add it again: slipway runtime add`,
        );
      }
      checked.set(file, mtimeMs);
    }
    return ok({ file, sha256 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return configuration(
      "runtime-not-here",
      `the ${what} ${sha256.slice(0, 12)} is not in this machine's cache`,
      "slipway runtime add --vere FILE --pill FILE",
    );
  }
}

async function adopt(home: Home, file: string, what: string): Promise<Outcome<string>> {
  try {
    const sha256 = await digest(file);
    const kept = join(home.cache, sha256);
    await mkdir(home.cache, { recursive: true, mode: 0o700 });
    const temporary = `${kept}.${randomBytes(4).toString("hex")}.tmp`;
    try {
      await copyFile(file, temporary);
      await rename(temporary, kept);
    } finally {
      await rm(temporary, { force: true });
    }
    return ok(sha256);
  } catch (error) {
    return configuration(
      "runtime-unreadable",
      `the ${what} file ${file} cannot be taken`,
      "check the path and its mode",
      (error as Error).message,
    );
  }
}

async function digest(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
