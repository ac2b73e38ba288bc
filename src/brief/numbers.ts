import type { Token } from "./tokens.ts";

/** A number read from tokens `from` (inclusive) to `to` (exclusive); `loose` when the words only suggest it ("a few"). */
export interface NumberRead {
  readonly value: number;
  readonly to: number;
  readonly loose: boolean;
}

const SMALL =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const SCALES: Readonly<Record<string, number>> = {
  hundred: 100,
  thousand: 1_000,
  million: 1_000_000,
  billion: 1_000_000_000,
  dozen: 12,
  k: 1_000,
};
const VAGUE: Readonly<Record<string, number>> = { couple: 2, pair: 2, few: 3, several: 3, handful: 5 };

/** Reads a number in digits or words at `at`: "3", "2,000", "10k", "10^9", "twenty-five", "a couple of", "two dozen". */
export function readNumber(tokens: readonly Token[], at: number): NumberRead | null {
  const first = tokens[at];
  if (first === undefined) return null;
  if (first.kind === "number") return digits(tokens, at, Number(first.text.replaceAll(",", "")));
  if (first.kind !== "word") return null;
  if (first.text === "half" && textAt(tokens, at + 1) === "a" && textAt(tokens, at + 2) === "dozen")
    return { value: 6, to: at + 3, loose: false };
  const article = first.text === "a" || first.text === "an";
  const head = article ? at + 1 : at;
  const word = textAt(tokens, head);
  const vague = own(VAGUE, word);
  if (vague !== undefined)
    return { value: vague, to: textAt(tokens, head + 1) === "of" ? head + 2 : head + 1, loose: vague > 2 };
  if (article) return own(SCALES, word) === undefined || word === "k" ? null : scaled(tokens, head, 1);
  return inWords(tokens, at);
}

function digits(tokens: readonly Token[], at: number, value: number): NumberRead {
  if (textAt(tokens, at + 1) === "^" && tokens[at + 2]?.kind === "number") {
    return { value: value ** Number(textAt(tokens, at + 2)), to: at + 3, loose: false };
  }
  return scaled(tokens, at + 1, value);
}

/** A scale after a number, where one stands at `at`. */
function scaled(tokens: readonly Token[], at: number, value: number): NumberRead {
  const token = tokens[at];
  const scale = token?.kind === "word" && (token.text !== "k" || token.joined) ? own(SCALES, token.text) : undefined;
  return scale === undefined ? { value, to: at, loose: false } : { value: value * scale, to: at + 1, loose: false };
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
      (text === "-" || (text === "and" && current !== null && current % 100 === 0 && (current > 0 || total > 0))) &&
      smallNumber(textAt(tokens, i + 1)) !== null
    )
      continue;
    else break;
    to = i + 1;
  }
  return current === null ? null : { value: total + current, to, loose: false };
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
