import { existsSync } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../base/files.ts";
import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { shellQuote } from "../base/quote.ts";
import type { Plan } from "../plan/schema.ts";
import type { RuntimeFiles } from "../specialists/step.ts";
import { webAddress } from "../urbit/release.ts";
import { adoptFile, type CachedFile, fetchFile, findCached } from "../urbit/runtime-cache.ts";
import type { Home } from "./home.ts";

type RuntimeTarget = Plan["runtime"];

/** The version planned for when nothing is pinned yet. */
export const DEFAULT_VERSION = "4.5";

/** Where a file of the runtime comes from: a path of this machine, or an address, which takes a digest. */
export interface Source {
  readonly from: string;
  /** SHA-256 it must have, in hex; null takes whatever a local file is, which is then the pin. */
  readonly sha256: string | null;
}

/** What the site has pinned: the vere binary and pill its plans carry, by digest. */
export async function pinnedRuntime(home: Home): Promise<RuntimeTarget> {
  try {
    return JSON.parse(await readFile(home.runtime, "utf8")) as RuntimeTarget;
  } catch {
    return { version: DEFAULT_VERSION, vereSha256: null, pillSha256: null };
  }
}

/**
 * Takes the files into the cache by digest and pins them. Nothing publishes digests for vere and its pills: the pin is
 * the user's, or for a local file the first look at it. Codes: those of the cache, `digest-missing`, `not-a-runtime`.
 */
export async function pinRuntime(
  home: Home,
  version: string,
  vere: Source,
  pill: Source | null,
): Promise<Outcome<RuntimeTarget>> {
  const binary = await take(home, vere, "vere binary");
  if (!binary.ok) return binary;
  const seed = pill === null ? ok(null) : await take(home, pill, "boot pill");
  if (!seed.ok) return seed;
  const target = { version, vereSha256: binary.value.sha256, pillSha256: seed.value?.sha256 ?? null };
  await writeFileAtomic(home.runtime, `${JSON.stringify(target, null, 2)}\n`);
  return ok(target);
}

async function take(home: Home, { from, sha256 }: Source, what: string): Promise<Outcome<CachedFile>> {
  const url = webAddress(from);
  if (url !== null && !url.ok) return url;
  if (url !== null && sha256 === null)
    return configuration(
      "digest-missing",
      `a ${what} from the network needs the SHA-256 it must have`,
      `give it with the address; sha256sum shows it for a copy you trust`,
      "no checksum is published beside these files",
    );
  const taken =
    url === null || sha256 === null
      ? await adoptFile(home.cache, from, sha256)
      : await fetchFile(home.cache, { url: url.value, sha256 });
  if (!taken.ok) return taken;
  const wrong = await unusable(taken.value.file);
  if (wrong === null) return taken;
  return configuration("not-a-runtime", `${from} is no ${what}: ${wrong.is}`, wrong.next(from));
}

/** What people hand over instead: an archive, or a web page that was saved. Null when it may be what it should be. */
async function unusable(file: string): Promise<{ is: string; next: (from: string) => string } | null> {
  const handle = await open(file, "r");
  const head = Buffer.alloc(64);
  const { bytesRead } = await handle.read(head, 0, 64, 0).finally(() => handle.close());
  const begins = (...bytes: readonly number[]) => bytes.every((byte, index) => head[index] === byte);
  const again = () => "download it again, and look at what came: file FILE";
  if (bytesRead === 0) return { is: "it is empty", next: again };
  if (/^\s*<(!doctype|html|\?xml)/i.test(head.toString("latin1"))) return { is: "it is a web page", next: again };
  if (begins(0x1f, 0x8b))
    return { is: "it is an archive", next: (from) => `unpack it first: tar -xzf ${shellQuote(from)}` };
  if (begins(0x50, 0x4b))
    return { is: "it is an archive", next: (from) => `unpack it first: unzip ${shellQuote(from)}` };
  return null;
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

/** Files whose bytes were looked at since they last changed: a digest of a hundred megabytes takes its time. */
const checked = new Map<string, number>();

async function cached(home: Home, sha256: string, what: string): Promise<Outcome<{ file: string; sha256: string }>> {
  const file = join(home.cache, sha256);
  const found = await stat(file).catch(() => null);
  if (found !== null && checked.get(file) === found.mtimeMs) return ok({ file, sha256 });
  if (found !== null && (await findCached(home.cache, sha256)) !== null) {
    checked.set(file, found.mtimeMs);
    return ok({ file, sha256 });
  }
  if (found !== null && !existsSync(file))
    return configuration(
      "wrong-hash",
      `the ${what} in the cache was not the one that was pinned; it was thrown away`,
      "add it again: slipway runtime add --vere FILE --pill FILE",
    );
  return configuration(
    "runtime-not-here",
    `the ${what} ${sha256.slice(0, 12)} is not in this machine's cache`,
    "slipway runtime add --vere FILE --pill FILE",
  );
}
