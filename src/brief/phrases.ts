import type { Reading } from "./reading.ts";

/** What a phrase says: one or more fields and their values. */
export interface Rule {
  readonly pattern: string;
  readonly says: readonly (readonly [field: string, value: unknown])[];
}

interface Compiled {
  readonly slots: readonly { readonly words: ReadonlySet<string>; readonly optional: boolean }[];
  readonly says: Rule["says"];
}

/** Rules of one field and value, a pattern each. */
export function rules(field: string, value: unknown, ...patterns: string[]): readonly Rule[] {
  return patterns.map((pattern) => ({ pattern, says: [[field, value]] }));
}

/**
 * Compiles phrase patterns: words in order, `a|b` for either, `server(s)` for both numbers, a trailing `?` for a word
 * that may be missing. Hyphens in the sentence count as blanks, so "self-hosted" matches `self hosted`.
 */
export function compile(all: readonly Rule[]): ReadonlyMap<string, readonly Compiled[]> {
  const index = new Map<string, Compiled[]>();
  for (const { pattern, says } of all) {
    const slots = pattern.split(" ").map((slot) => ({
      words: new Set(
        slot
          .replace(/\?$/, "")
          .split("|")
          .flatMap((word) => (word.endsWith("(s)") ? [word.slice(0, -3), `${word.slice(0, -3)}s`] : [word])),
      ),
      optional: slot.endsWith("?"),
    }));
    for (const word of slots[0]?.words ?? []) {
      const list = index.get(word);
      if (list === undefined) index.set(word, [{ slots, says }]);
      else list.push({ slots, says });
    }
  }
  return index;
}

/** Walks the sentence once; the longest phrase at each place wins, and `act` gets it with its span of tokens. */
export function eachPhrase(
  reading: Reading,
  index: ReadonlyMap<string, readonly Compiled[]>,
  act: (says: Rule["says"], from: number, to: number) => void,
): void {
  for (let at = 0; at < reading.tokens.length; at++) {
    if (!reading.free(at)) continue;
    let best: Rule["says"] | null = null;
    let end = at;
    for (const phrase of index.get(reading.text(at)) ?? []) {
      const to = matchEnd(reading, phrase, at);
      if (to > end && reading.free(at, to)) [best, end] = [phrase.says, to];
    }
    if (best === null) continue;
    act(best, at, end);
    at = end - 1;
  }
}

function matchEnd(reading: Reading, phrase: Compiled, from: number): number {
  let at = from;
  for (const { words, optional } of phrase.slots) {
    const next = at > from && reading.text(at) === "-" ? at + 1 : at;
    if (words.has(reading.text(next))) at = next + 1;
    else if (!optional) return -1;
  }
  return at;
}
