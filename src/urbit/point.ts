import { p, scot, tryParse } from "@urbit/aura";
import { configuration, type Outcome, ok } from "../base/outcome.ts";

export type PointKind = "galaxy" | "star" | "planet" | "moon" | "comet";

/** One Urbit identity. */
export interface Point {
  /** Canonical @p with sig. */
  readonly name: string;
  readonly number: bigint;
  readonly kind: PointKind;
  /** @p of the point it descends from; a galaxy's is its own, a comet's the star its low 16 bits name. */
  readonly parent: string;
}

const LIMIT = 1n << 128n;
const FIRST_GALAXY_PORT = 13_337;
/** A sig and one syllable. */
const GALAXY_LETTERS = 4;

/** Reads a @p in its canonical spelling; code `not-a-point` otherwise, with the right spelling where one can be seen. */
export function parsePoint(text: string): Outcome<Point> {
  const number = numberOf(text);
  if (number !== null) return ok(pointOf(number));
  const meant = likely(text);
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  return configuration(
    "not-a-point",
    `${shown} is not a ship's name.`,
    meant === null
      ? "Write the @p as Bridge shows it, for example ~zod, ~marzod or ~sampel-palnet."
      : `Write it as ${meant}`,
  );
}

/** Throws for a number no point has (negative, or above 128 bits): a bug in the caller. */
export function pointOf(number: bigint): Point {
  if (number < 0n || number >= LIMIT) throw new RangeError("no such point");
  return { name: scot("p", number), number, kind: kindOf(number), parent: scot("p", parentOf(number)) };
}

/** Where a galaxy's Ames listens: every ship looks for it there, so no other port will do. Null for any other point. */
export function galaxyPort(name: string): number | null {
  const number = name.length === GALAXY_LETTERS ? numberOf(name) : null;
  return number !== null && kindOf(number) === "galaxy" ? FIRST_GALAXY_PORT + Number(number) : null;
}

export function kindOf(number: bigint): PointKind {
  if (number < 1n << 8n) return "galaxy";
  if (number < 1n << 16n) return "star";
  if (number < 1n << 32n) return "planet";
  return number < 1n << 64n ? "moon" : "comet";
}

function parentOf(number: bigint): bigint {
  return p.sein(number);
}

/** Names for `count` fake ships: galaxies from ~zod upward, then stars. At most 65536. */
export function fakeNames(count: number): readonly string[] {
  if (!Number.isInteger(count) || count < 0 || count > 0x10000) throw new RangeError("0 to 65536 fake ships");
  return Array.from({ length: count }, (_, index) => scot("p", BigInt(index)));
}

function numberOf(text: string): bigint | null {
  // The longest name, a comet's, has 57 characters; only the canonical spelling of a number names it.
  if (text.length > 64) return null;
  try {
    const number = tryParse("p", text);
    return number !== null && number < LIMIT && scot("p", number) === text ? number : null;
  } catch {
    return null;
  }
}

/** The name somebody meant who left out the sig, typed capitals or blanks, or wrote a padded form such as `~dozzod`. */
function likely(text: string): string | null {
  if (text.length > 100) return null;
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^[~@\s]+/, "");
  const unpadded = bare.replace(/^doz(?=[a-z]{3}$)/, "").replace(/^(dozzod-+)+/, "");
  for (const candidate of [bare, bare.replace(/[\s_.]+/g, "-"), unpadded]) {
    if (numberOf(`~${candidate}`) !== null) return `~${candidate}`;
  }
  return null;
}
