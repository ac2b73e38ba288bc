import type { Token } from "../tokens.ts";

/** A number read from tokens `from` (inclusive) to `to` (exclusive); `loose` when the words only suggest it ("a few"). */
export interface NumberRead {
  readonly value: number;
  readonly to: number;
  readonly loose: boolean;
  /** The scale spoken with it (1000 in "2k"), 1 otherwise. */
  readonly scale: number;
}

const SMALL =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const SCALES: Readonly<Record<string, number>> = {
  hundred: 100,
  thousand: 1_000,
  grand: 1_000,
  million: 1_000_000,
  billion: 1_000_000_000,
  dozen: 12,
  k: 1_000,
};
const VAGUE: Readonly<Record<string, number>> = {
  couple: 2,
  pair: 2,
  trio: 3,
  few: 3,
  several: 3,
  handful: 5,
  dozens: 24,
  hundreds: 200,
  thousands: 2_000,
};
/** Every word that is a number or part of one. */
export const NUMBER_NAMES: readonly string[] = [...SMALL, ...TENS, ...Object.keys(SCALES), ...Object.keys(VAGUE)];
/** Of the vague ones, those that say a number all the same. */
const EXACT = new Set(["couple", "pair", "trio"]);

/** Reads a number in digits or words at `at`: "3", "2,000", "10k", "10^9", "twenty-five", "a couple of", "two dozen". */
export function readNumber(tokens: readonly Token[], at: number): NumberRead | null {
  const first = tokens[at];
  if (first === undefined) return null;
  if (first.kind === "number") return digits(tokens, at, Number(first.text.replaceAll(",", "")));
  if (first.kind !== "word") return null;
  const half = halfDozen(tokens, at);
  if (half !== null) return half;
  const article = first.text === "a" || first.text === "an";
  const head = article ? at + 1 : at;
  const vague = vagueNumber(tokens, head);
  if (vague !== null) return vague;
  const word = textAt(tokens, head);
  if (article) return own(SCALES, word) === undefined || word === "k" ? null : scaled(tokens, head, 1);
  return inWords(tokens, at);
}

function halfDozen(tokens: readonly Token[], at: number): NumberRead | null {
  const rest = [at, at + 1, at + 2, at + 3].map((index) => textAt(tokens, index)).join(" ");
  const match = /^(?:half a|a half|half) (dozen|grand)/.exec(rest);
  if (match === null) return null;
  const value = match[1] === "dozen" ? 6 : 500;
  return { value, to: at + match[0].split(" ").length, loose: false, scale: 1 };
}

/** "a few", "a couple of", "a couple hundred", "several dozen". */
function vagueNumber(tokens: readonly Token[], head: number): NumberRead | null {
  const word = textAt(tokens, head);
  const vague = own(VAGUE, word);
  if (vague === undefined) return null;
  const to = textAt(tokens, head + 1) === "of" ? head + 2 : head + 1;
  const scale = textAt(tokens, to) === "k" ? undefined : own(SCALES, textAt(tokens, to));
  return scale === undefined
    ? { value: vague, to, loose: !EXACT.has(word), scale: 1 }
    : { value: vague * scale, to: to + 1, loose: !EXACT.has(word), scale };
}

function digits(tokens: readonly Token[], at: number, value: number): NumberRead {
  if (textAt(tokens, at + 1) === "^" && tokens[at + 2]?.kind === "number") {
    return { value: value ** Number(textAt(tokens, at + 2)), to: at + 3, loose: false, scale: 1 };
  }
  return scaled(tokens, at + 1, value);
}

/** A scale after a number, where one stands at `at`. */
function scaled(tokens: readonly Token[], at: number, value: number): NumberRead {
  const token = tokens[at];
  const scale = token?.kind === "word" && (token.text !== "k" || token.joined) ? own(SCALES, token.text) : undefined;
  return scale === undefined
    ? { value, to: at, loose: false, scale: 1 }
    : { value: value * scale, to: at + 1, loose: false, scale };
}

function inWords(tokens: readonly Token[], at: number): NumberRead | null {
  let total = 0;
  let current: number | null = null;
  let to = at;
  for (let i = at; i < tokens.length && i < at + 16; i++) {
    const text = textAt(tokens, i);
    const small = smallNumber(text);
    const scale = text === "k" ? undefined : own(SCALES, text);
    if (
      small !== null &&
      (current === null ||
        (current % 10 === 0 && current % 100 !== 10 && current >= 20 && small < 10) ||
        (current % 100 === 0 && current > 0))
    ) {
      current = (current ?? 0) + small;
    } else if (scale !== undefined && current !== null) {
      current *= scale;
      if (scale >= 1_000) {
        total += current;
        current = 0;
      }
    } else if (
      current !== null &&
      (text === "-" ? current >= 20 && current < 100 : text === "and" && current % 100 === 0 && current + total > 0) &&
      smallNumber(textAt(tokens, i + 1)) !== null
    )
      continue;
    else break;
    to = i + 1;
  }
  return current === null ? null : { value: total + current, to, loose: false, scale: 1 };
}

function smallNumber(word: string): number | null {
  const unit = SMALL.indexOf(word);
  if (unit >= 0) return unit;
  const ten = TENS.indexOf(word);
  return ten >= 0 ? (ten + 2) * 10 : null;
}

/** An own member, so that "constructor" in a sentence is a word like any other. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function textAt(tokens: readonly Token[], at: number): string {
  return tokens[at]?.text ?? "";
}
