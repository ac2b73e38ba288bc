import type { Reading } from "../reading.ts";
import { type NumberRead, own, readNumber } from "./numbers.ts";

/** How firmly a number is meant: "about 5", "at most 5", "at least 5". */
export type Bound = "about" | "most" | "least";

/** A number of a sentence, or two that make a range, with the words that bound it. */
export interface Amount {
  /** What is planned for: of a range, its upper end. */
  readonly value: number;
  /** Both ends of a range; null when one number was given. */
  readonly range: { readonly low: number; readonly high: number } | null;
  readonly bound: Bound | null;
  /** The words only suggest a number ("a few"). */
  readonly loose: boolean;
  /** Currency by the sign or code before it. */
  readonly currency: string | null;
  /** Where its first word stands, the words that bound it included; where the number itself begins; the index after it. */
  readonly from: number;
  readonly at: number;
  readonly to: number;
}

const CURRENCIES: Readonly<Record<string, string>> = {
  $: "USD",
  usd: "USD",
  dollar: "USD",
  dollars: "USD",
  buck: "USD",
  bucks: "USD",
  "€": "EUR",
  eur: "EUR",
  euro: "EUR",
  euros: "EUR",
  "£": "GBP",
  gbp: "GBP",
  pound: "GBP",
  pounds: "GBP",
  quid: "GBP",
  "¥": "JPY",
  jpy: "JPY",
  yen: "JPY",
  chf: "CHF",
  francs: "CHF",
  cad: "CAD",
  aud: "AUD",
};

const DOLLARS: Readonly<Record<string, string>> = { us: "USD", ca: "CAD", c: "CAD", cdn: "CAD", au: "AUD", a: "AUD" };

/** The currency a word or sign names. */
export function currencyOf(text: string): string | undefined {
  return own(CURRENCIES, text);
}

/** Words before a number that bound it, as they are written, longest first. */
const BEFORE: readonly (readonly [words: readonly string[], bound: Bound])[] = (
  [
    [
      "most",
      "up to a maximum of|up to|at the most|at most|no more than|not more than|nothing more than|no greater than",
    ],
    [
      "most",
      "not over|not above|less than|fewer than|lower than|cheaper than|not to exceed|not exceeding|not exceed|dont exceed|cant exceed|cannot exceed|must not exceed|shouldnt exceed|wont exceed|should not exceed",
    ],
    [
      "most",
      "a maximum of|maximum of|max of|maximum|max|capped at|cap of|cap at|cap|limited to|limit of|limit|a ceiling of",
    ],
    [
      "most",
      "under|below|within|inside of|inside|beneath|sub -|sub|as much as|no later than|not later than|< =|<|≤|no higher than",
    ],
    [
      "least",
      "at least|at minimum|no fewer than|no less than|not less than|more than|greater than|upwards of|north of",
    ],
    ["least", "a minimum of|minimum of|min of|minimum|min|over|above|> =|>|≥"],
    [
      "about",
      "about|around|roughly|approximately|approx .|approx|circa|ca .|ca|some|nearly|almost|close to|something like",
    ],
    ["about", "~|≈|maybe|perhaps|probably|say|in the region of|in the neighborhood of|in the neighbourhood of"],
  ] as const
)
  .flatMap(([bound, list]) => list.split("|").map((words) => [words.split(" "), bound] as const))
  .sort(([a], [b]) => b.length - a.length);

const AFTER: readonly (readonly [words: readonly string[], bound: Bound])[] = (
  [
    [
      "most",
      "hard limit|hard cap|at the most|at most|maximum|max|tops|or less|or fewer|or under|or below|or cheaper|ceiling|cap|limit",
    ],
    ["least", "at the least|at least|minimum|min|or more|or higher|or better|or above|and up|and above|+"],
    ["about", "or so|or thereabouts|- ish|ish|give or take|roughly"],
  ] as const
).flatMap(([bound, list]) => list.split("|").map((words) => [words.split(" "), bound] as const));

/** Reads the amount whose number (or currency sign) begins at `at`; null where none does. */
export function readAmount(reading: Reading, at: number): Amount | null {
  const first = readOne(reading, at);
  if (first === null) return null;
  const { bound, from } = boundBefore(reading, at);
  const second = secondOf(reading, at, first);
  const again = second === null ? saidTwice(reading, first) : first.to;
  const currency = first.currency ?? second?.currency ?? null;
  const plus = second === null && reading.text(first.to) === "+" && reading.joined(first.to);
  const base = { currency, from, at };
  if (second === null) {
    return {
      ...base,
      value: first.value,
      range: null,
      bound: plus ? "least" : bound,
      loose: first.loose,
      to: plus ? first.to + 1 : again,
    };
  }
  // "$1-2k": the scale is said once.
  const low = second.scale > 1 && first.scale === 1 && first.value < second.value / second.scale;
  const a = low ? first.value * second.scale : first.value;
  const range = { low: Math.min(a, second.value), high: Math.max(a, second.value) };
  const opener = /^(?:between|from)$/.test(reading.text(from - 1)) ? from - 1 : from;
  return { ...base, from: opener, value: range.high, range, bound, loose: false, to: second.to };
}

/** "five (5) ships": the index after the second saying of the same number. */
function saidTwice(reading: Reading, first: One): number {
  if (reading.text(first.to) !== "(") return first.to;
  const second = readOne(reading, first.to + 1);
  return second !== null && second.value === first.value && reading.text(second.to) === ")" ? second.to + 1 : first.to;
}

interface One extends NumberRead {
  readonly currency: string | null;
}

/** One number with the currency before it, if any. */
function readOne(reading: Reading, at: number): One | null {
  let numberAt = at;
  let currency: string | null = null;
  // "US$500", "AU$ 400": the letters say whose dollars.
  const dollars = reading.text(at + 1) === "$" && reading.joined(at + 1) ? own(DOLLARS, reading.text(at)) : undefined;
  const sign = dollars ?? own(CURRENCIES, reading.text(at));
  if (sign !== undefined) {
    currency = sign;
    numberAt += dollars === undefined ? 1 : 2;
  }
  const number = readNumber(reading.tokens, numberAt);
  if (number === null || !reading.free(at, number.to)) return null;
  return { ...number, ...(currency === null ? {} : european(reading, numberAt, number)), currency };
}

/** Beside a currency "1.500" is fifteen hundred and "39,90" has cents, as the continent writes them. */
function european(reading: Reading, at: number, number: NumberRead): Partial<NumberRead> {
  const token = reading.tokens[at];
  if (token?.kind !== "number") return {};
  if (/^\d{1,3}\.\d{3}$/.test(token.text)) return { value: Number(token.text.replace(".", "")) * number.scale };
  const cents = reading.tokens[at + 2];
  const decimal =
    reading.text(at + 1) === "," &&
    reading.joined(at + 1) &&
    reading.joined(at + 2) &&
    /^\d\d$/.test(cents?.text ?? "");
  return decimal && number.to === at + 1 ? { value: Number(`${token.text}.${cents?.text}`), to: at + 3 } : {};
}

/** The other end of a range: "10-20", "10 to 20", "$50 or $60", "between 10 and 20". */
function secondOf(reading: Reading, at: number, first: One): One | null {
  const joint = reading.text(first.to);
  const between = joint === "and" && (reading.text(at - 1) === "between" || reading.text(at - 2) === "between");
  const dots = joint === "." && reading.text(first.to + 1) === "." && reading.joined(first.to + 1);
  if (!between && !dots && !/^(?:-|–|—|to|or|till|until|through)$/.test(joint)) return null;
  const next = dots ? first.to + 2 : first.to + 1;
  const second = readOne(reading, next);
  if (second === null || (first.currency === null && second.currency !== null && joint === "to")) return null;
  // "99.9 or 99" and "3 to 1" are no ranges, and a hyphen that touches one side only begins a list item.
  return second.value > first.value || (second.value === first.value && joint === "-") ? second : null;
}

function boundBefore(reading: Reading, at: number): { bound: Bound | null; from: number } {
  for (const [words, bound] of BEFORE) {
    const from = at - words.length;
    if (from < 0 || !words.every((word, index) => reading.text(from + index) === word)) continue;
    if (reading.free(from, at)) return { bound, from };
  }
  return { bound: null, from: at };
}

/** Words that bound a number after its unit: "50 ships at most". */
export function boundAfter(reading: Reading, to: number): { bound: Bound; to: number } | null {
  for (const [words, bound] of AFTER) {
    const end = to + words.length;
    if (!words.every((word, index) => reading.text(to + index) === word) || !reading.free(to, end)) continue;
    // "3 ships max $50", "2 moons + 1 planet": the word belongs to what follows.
    const onward = reading.tokens[end]?.kind === "number" || currencyOf(reading.text(end)) !== undefined;
    if (!onward && (words[0] !== "+" || reading.joined(to))) return { bound, to: end };
  }
  return null;
}
