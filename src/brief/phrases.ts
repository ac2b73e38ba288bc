import type { Reading } from "./reading.ts";

/** What a phrase says: fields and their values. */
export type Says = Readonly<Record<string, unknown>>;

export interface Rule {
  readonly says: Says;
  readonly patterns: readonly string[];
}

interface Slot {
  readonly words: ReadonlySet<string>;
  readonly optional: boolean;
}

interface Compiled {
  readonly slots: readonly Slot[];
  /** What must follow, without being part of the phrase. */
  readonly ahead: readonly Slot[];
  readonly says: Says;
}

/** Patterns by the words they can begin with. Of thousands a sentence meets a few: each is compiled when it is met. */
export type PhraseIndex = ReadonlyMap<string, readonly (() => Compiled)[]>;

/** Patterns that all say the same. */
export function rule(says: Says, ...patterns: string[]): Rule {
  return { says, patterns };
}

/**
 * Compiles phrase patterns: words in order, `a|b` for either, `server(s)` for both numbers, a trailing `?` for a word
 * that may be missing, `^` before words that must follow and are left to others. Hyphens in the sentence count as
 * blanks, so "self-hosted" matches `self hosted`.
 */
export function compile(all: readonly Rule[]): PhraseIndex {
  const index = new Map<string, (() => Compiled)[]>();
  for (const { patterns, says } of all) {
    for (const pattern of patterns) {
      const met = once(() => {
        const [own = "", ahead = ""] = pattern.split(" ^ ");
        return { slots: slotsOf(own), ahead: slotsOf(ahead), says };
      });
      for (const word of firstWords(pattern)) {
        const list = index.get(word);
        if (list === undefined) index.set(word, [met]);
        else list.push(met);
      }
    }
  }
  return index;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function slotsOf(pattern: string): readonly Slot[] {
  if (pattern === "") return [];
  return pattern.split(" ").map((slot) => ({ words: new Set(wordsOf(slot)), optional: slot.endsWith("?") }));
}

/** The words a phrase can begin with. */
function firstWords(pattern: string): ReadonlySet<string> {
  const words: string[] = [];
  for (let from = 0, to = 0; to < pattern.length; from = to + 1) {
    to = pattern.indexOf(" ", from);
    if (to < 0) to = pattern.length;
    const slot = pattern.slice(from, to);
    if (slot === "^") break;
    words.push(...wordsOf(slot));
    if (!slot.endsWith("?")) break;
  }
  return new Set(words);
}

function wordsOf(slot: string): string[] {
  return slot
    .replace(/\?$/, "")
    .split("|")
    .flatMap((word) => (word.endsWith("(s)") ? [word.slice(0, -3), `${word.slice(0, -3)}s`] : [word]));
}

/** Every word any pattern knows. */
export function wordsOfRules(all: readonly Rule[]): readonly string[] {
  return all.flatMap(({ patterns }) =>
    patterns.flatMap((pattern) =>
      pattern
        .split(" ")
        .filter((slot) => slot !== "^")
        .flatMap(wordsOf),
    ),
  );
}

/** Walks the sentence once; the longest phrase at each place wins, and `act` gets it with its span of tokens. */
export function eachPhrase(
  reading: Reading,
  index: PhraseIndex,
  act: (says: Says, from: number, to: number) => void,
): void {
  for (let at = 0; at < reading.tokens.length; at++) {
    if (!reading.free(at)) continue;
    let best: { readonly says: Says; readonly end: number; readonly length: number } | null = null;
    for (const compiled of index.get(reading.text(at)) ?? []) {
      const { slots, ahead, says } = compiled();
      const end = matchEnd(reading, slots, at);
      if (end < 0 || !reading.free(at, end)) continue;
      const whole = matchEnd(reading, ahead, end, 0, true);
      if (whole > at && whole > (best?.length ?? at)) best = { says, end, length: whole };
    }
    if (best === null) continue;
    act(best.says, at, best.end);
    at = best.end - 1;
  }
}

/** The index after the slots, or -1. A word that may be missing is taken where the rest still fits, else left. */
function matchEnd(reading: Reading, slots: readonly Slot[], at: number, slot = 0, inside = false): number {
  const wanted = slots[slot];
  if (wanted === undefined) return at;
  const next = (slot > 0 || inside) && reading.text(at) === "-" ? at + 1 : at;
  if (wanted.words.has(reading.text(next))) {
    const end = matchEnd(reading, slots, next + 1, slot + 1, inside);
    if (end >= 0) return end;
  }
  return wanted.optional ? matchEnd(reading, slots, at, slot + 1, inside) : -1;
}
