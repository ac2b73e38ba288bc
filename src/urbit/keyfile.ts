import { open } from "node:fs/promises";
import { configuration, critical, type Outcome, ok } from "../base/outcome.ts";
import { shellQuote } from "../base/quote.ts";
import { type Secret, secret } from "../base/secret.ts";
import { cue, type Noun, toBytes } from "./noun.ts";
import { type Point, parsePoint, pointOf } from "./point.ts";
import { parseUw } from "./uw.ts";

/** `legacy` is `[who life ring sig]`; the newer ones are `[[1 ~] who kyz]` and `[[2 ~] who rift kyz]`. */
export type KeyShape = "legacy" | "one" | "two";

export interface Keyfile {
  /** The key's text, one line. */
  readonly secret: Secret;
  /** Key revision, from 1 (a comet's may be 0). */
  readonly life: number;
  /** Continuity number, where the file says it. */
  readonly rift: number | null;
  readonly shape: KeyShape;
}

/** A keyfile has some 150 characters; one with several keys is still far below this. */
const LARGEST = 16 * 1024;

/** Tag byte and two seeds of 32 bytes. */
const RING_BYTES = 65;
const SUITE_B = 0x42;

/**
 * Reads a keyfile and checks offline that it is whole and belongs to `ship`. No message repeats any of the file's
 * content. Codes: `key-unreadable`, `key-permissions`, `key-malformed`, `key-truncated`, `key-wrong-ship`, `key-life`,
 * `key-old-form`, `key-ring`.
 */
export async function readKeyfile(path: string, ship: string): Promise<Outcome<Keyfile>> {
  const text = await readPrivate(path, ship);
  return text.ok ? parseKeyfile(text.value, ship, path) : text;
}

async function readPrivate(path: string, ship: string): Promise<Outcome<string>> {
  try {
    const file = await open(path, "r");
    try {
      const found = await file.stat();
      if (!found.isFile()) return unreadable(path, ship, "it is not a file");
      if ((found.mode & 0o077) !== 0)
        return configuration(
          "key-permissions",
          `${path} can be read by other users of this machine.`,
          `chmod 600 ${shellQuote(path)}`,
          `its mode is ${(found.mode & 0o777).toString(8).padStart(4, "0")}, and it is the ship`,
        );
      if (found.size > LARGEST) return malformed(path, ship, `it has ${found.size} bytes`);
      return ok(await file.readFile("utf8"));
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return unreadable(path, ship, code === "ENOENT" ? "there is no such file" : code);
  }
}

/** Checks the text of a keyfile; `source` names it in messages. */
export function parseKeyfile(text: string, ship: string, source = "the keyfile"): Outcome<Keyfile> {
  const point = parsePoint(ship);
  if (!point.ok) return point;
  const line = text.trim();
  const atom = parseUw(line, LARGEST);
  if (atom === null) return /^0w[0-9a-zA-Z.~-]*$/.test(line) ? truncated(source, ship) : malformed(source, ship);
  const cued = cue(toBytes(atom), { bytes: LARGEST, nodes: 1_000 });
  if ("bad" in cued) return cued.bad === "malformed" ? malformed(source, ship) : truncated(source, ship);
  const seed = seedOf(cued.noun);
  if (seed === null) return malformed(source, ship);
  const refusal = refuse(seed, point.value, source);
  if (refusal !== null) return refusal;
  return ok({
    secret: secret(`keyfile of ${ship}`, line),
    life: seed.life,
    rift: seed.rift,
    shape: seed.shape,
  });
}

interface Seed {
  readonly shape: KeyShape;
  readonly who: bigint;
  readonly life: number;
  readonly rift: number | null;
  readonly rings: readonly bigint[];
}

function seedOf(noun: Noun): Seed | null {
  if (typeof noun === "bigint") return null;
  const [head, rest] = noun;
  if (typeof head === "bigint") {
    const [life, ring, sig] = three(rest);
    const number = small(life);
    if (number === null || typeof ring !== "bigint" || sig === undefined) return null;
    return { shape: "legacy", who: head, life: number, rift: null, rings: [ring] };
  }
  if (head[1] !== 0n || typeof rest === "bigint") return null;
  const [who, body] = rest;
  if (typeof who !== "bigint") return null;
  if (head[0] === 1n) return keyed("one", who, null, body);
  if (head[0] !== 2n || typeof body === "bigint") return null;
  const rift = small(body[0]);
  return rift === null ? null : keyed("two", who, rift, body[1]);
}

/** A list of `[life ring]`; the newest life counts. */
function keyed(shape: KeyShape, who: bigint, rift: number | null, noun: Noun): Seed | null {
  const rings: bigint[] = [];
  let life = -1;
  let rest = noun;
  for (let count = 0; typeof rest !== "bigint" && count < 100; count += 1, rest = rest[1]) {
    const [pair] = rest;
    if (typeof pair === "bigint" || typeof pair[1] !== "bigint") return null;
    const number = small(pair[0]);
    if (number === null) return null;
    life = Math.max(life, number);
    rings.push(pair[1]);
  }
  return rest === 0n && rings.length > 0 ? { shape, who, life, rift, rings } : null;
}

function refuse(seed: Seed, ship: Point, source: string): Outcome<never> | null {
  if (seed.who !== ship.number) {
    const owner = seed.who < 1n << 128n ? pointOf(seed.who).name : "no ship";
    return critical(
      "key-wrong-ship",
      `${source} is a key of ${owner}, not of ${ship.name}.`,
      `Give the keyfile of ${ship.name}, or plan ${owner}.`,
    );
  }
  if (ship.kind !== "comet" && seed.life < 1)
    return configuration(
      "key-life",
      `${source} has key revision ${seed.life}; keys of ${ship.name} start at 1.`,
      "Set the networking keys in Bridge, and download the keyfile again.",
    );
  if (ship.kind === "moon" && seed.shape === "legacy")
    return configuration(
      "key-old-form",
      `${source} has the old form, which vere no longer takes for a moon.`,
      `On ${ship.parent}, make a new key: |moon-cycle-keys ${ship.name}`,
    );
  const right = seed.rings.every((ring) => {
    const bytes = toBytes(ring);
    // Seeds are random: one that is 8 bytes short of full length was cut, not drawn.
    return bytes[0] === SUITE_B && bytes.length <= RING_BYTES && bytes.length > RING_BYTES - 8;
  });
  if (right) return null;
  return configuration(
    "key-ring",
    `${source} holds no complete pair of keys.`,
    downloadAgain(ship.name),
    "a key is a tag B and two seeds of 32 bytes",
  );
}

function three(noun: Noun): readonly [Noun?, Noun?, Noun?] {
  if (typeof noun === "bigint" || typeof noun[1] === "bigint") return [];
  return [noun[0], noun[1][0], noun[1][1]];
}

function small(noun: Noun | undefined): number | null {
  return typeof noun === "bigint" && noun < 1n << 32n ? Number(noun) : null;
}

function downloadAgain(ship: string): string {
  return `Download the keyfile of ${ship} again from Bridge, then: slipway key check ${ship} FILE`;
}

function unreadable(path: string, ship: string, why: string) {
  return configuration(
    "key-unreadable",
    `${path} cannot be read.`,
    `Check the path given for ${ship}: ls -l ${shellQuote(path)}`,
    why,
  );
}

function malformed(source: string, ship: string, why = "one line of @uw text (0w…) was expected") {
  return configuration("key-malformed", `${source} is not a keyfile.`, downloadAgain(ship), why);
}

function truncated(source: string, ship: string) {
  return configuration("key-truncated", `${source} is not whole.`, downloadAgain(ship), "part of the line is missing");
}
