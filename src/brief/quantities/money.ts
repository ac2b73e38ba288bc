import type { Reading } from "../reading.ts";
import { type Amount, boundAfter, currencyOf } from "./amounts.ts";
import { nounAfter } from "./nouns.ts";
import { own } from "./numbers.ts";
import type { Money } from "./quantity.ts";

/** How many of the period make a month. */
const PER_MONTH: Readonly<Record<string, number>> = {
  month: 1,
  months: 1,
  mo: 1,
  mos: 1,
  mth: 1,
  mnth: 1,
  monthly: 1,
  pm: 1,
  pcm: 1,
  m: 1,
  monat: 1,
  year: 1 / 12,
  years: 1 / 12,
  yr: 1 / 12,
  y: 1 / 12,
  annum: 1 / 12,
  yearly: 1 / 12,
  annually: 1 / 12,
  annual: 1 / 12,
  pa: 1 / 12,
  week: 52 / 12,
  wk: 52 / 12,
  weekly: 52 / 12,
  day: 365 / 12,
  daily: 365 / 12,
  quarter: 1 / 3,
  quarterly: 1 / 3,
  hour: 730,
  hr: 730,
  hourly: 730,
};
const LEADS = new Set(
  "budget budgets budgeted spend spending cost costs costing pay paying afford price priced bill allowance funding cash money".split(
    " ",
  ),
);
const BETWEEN = new Set(
  "is of : = \" ' about around under below max maximum up to at most < ~ limit cap a an we i have can - for the us me our my within set ceiling total monthly only just no more than".split(
    " ",
  ),
);
const NOT_MONEY =
  /^(?:days?|weeks?|months?|years?|hours?|minutes?|ships?|planets?|moons?|comets?|%|percent|ms|gb|tb|users?|people|servers?|nines)$/;

/** The amount as a sum of money, where the words make it one. */
export function moneyOf(reading: Reading, amount: Amount): Money | null {
  let value = amount.value;
  let to = amount.to;
  let scale = 1;
  if (amount.currency !== null && reading.text(to) === "m" && reading.joined(to)) [scale, to] = [1_000_000, to + 1];
  value *= scale;
  const named = amount.currency ?? (reading.free(to) ? currencyOf(reading.text(to)) : undefined);
  const tail = tailOf(reading, to);
  const spoken = named !== undefined || tail.currency !== null;
  // A bare number is money only beside the word budget, or with a period no ship count has ("2k a month").
  if (!spoken && !bareMoney(reading, amount, to, tail)) return null;
  const range = amount.range === null ? null : { low: amount.range.low * scale, high: amount.range.high * scale };
  const bound = amount.bound ?? tail.bound;
  return {
    kind: "money",
    amount: { ...amount, value, range, bound },
    from: amount.from,
    to: tail.to,
    currency: named ?? tail.currency ?? "USD",
    perMonth: tail.perMonth ?? periodBefore(reading, amount.from),
    perShip: tail.perShip,
    once: tail.once || /^(?:upfront|once)$/.test(reading.text(amount.from - 1)) || saidOnce(reading, amount.from),
  };
}

function bareMoney(reading: Reading, amount: Amount, to: number, tail: Tail): boolean {
  if (NOT_MONEY.test(reading.text(skipDash(reading, to))) || nounAfter(reading, to)?.counted === "ships") return false;
  if (tail.perMonth !== null && tail.to > to && !amount.loose)
    return amount.value >= 5 || afterBudget(reading, amount.from);
  if (tail.budget) return true;
  return afterBudget(reading, amount.from);
}

interface Tail {
  readonly currency: string | null;
  readonly perMonth: number | null;
  readonly perShip: boolean;
  readonly once: boolean;
  readonly budget: boolean;
  readonly bound: Amount["bound"];
  readonly to: number;
}

/** What follows a sum, in any order: its currency, its period, "per ship", "at most", "in total". */
function tailOf(reading: Reading, start: number): Tail {
  let to = start;
  let [currency, perMonth, perShip, once, budget] = [null as string | null, null as number | null, false, false, false];
  let bound: Amount["bound"] = null;
  for (let turns = 0; turns < 5; turns++) {
    const text = reading.text(to);
    const named = reading.free(to) ? currencyOf(text) : undefined;
    const period = periodAt(reading, to);
    const ship = perShipAt(reading, to);
    const after = boundAfter(reading, to);
    if (named !== undefined && currency === null) [currency, to] = [named, to + 1];
    else if (ship !== null) [perShip, to] = [true, ship];
    else if (period !== null && perMonth === null) [perMonth, to] = [period.perMonth, period.to];
    else if (/^(?:once|upfront)$/.test(text)) [once, to] = [true, to + 1];
    else if (/^(?:up|one)$/.test(text) && /^(?:front|time|off)$/.test(reading.text(skipDash(reading, to + 1))))
      [once, to] = [true, skipDash(reading, to + 1) + 1];
    else if (
      /^(?:setup|capex|hardware|installation|equipment)$/.test(text) ||
      (text === "for" && /^(?:setup|hardware|equipment)$/.test(reading.text(to + 1)))
    )
      [once, to] = [true, text === "for" ? to + 2 : to + 1];
    else if (/^budget$/.test(text)) [budget, to] = [true, to + 1];
    else if (text === "total" || text === "overall" || text === "altogether") to++;
    else if (text === "in" && reading.text(to + 1) === "total") to += 2;
    else if (text === "all" && reading.text(skipDash(reading, to + 1)) === "in") to = skipDash(reading, to + 1) + 1;
    else if (after !== null && bound === null) [bound, to] = [after.bound, after.to];
    else break;
  }
  return { currency, perMonth, perShip, once, budget, bound, to };
}

function skipDash(reading: Reading, at: number): number {
  return reading.text(at) === "-" ? at + 1 : at;
}

function periodAt(reading: Reading, at: number): { perMonth: number; to: number } | null {
  const text = reading.text(at);
  if (text === "p" && /^[/.]$/.test(reading.text(at + 1)) && /^[ma]$/.test(reading.text(at + 2)))
    return { perMonth: reading.text(at + 2) === "m" ? 1 : 1 / 12, to: reading.text(at + 3) === "." ? at + 4 : at + 3 };
  const spread = spreadAt(reading, at);
  if (spread !== null) return spread;
  const linked =
    /^(?:\/|per|a|an|each|every|p|the|for)$/.test(text) && !(text === "for" && reading.text(at + 1) !== "the");
  let next = linked ? at + (text === "for" ? 2 : 1) : skipDash(reading, at);
  if (linked && /^(?:calendar|single)$/.test(reading.text(next))) next++;
  const word = reading.text(next);
  const perMonth = own(PER_MONTH, word);
  if (perMonth === undefined) return null;
  const alone = /ly$|^pm$|^pcm$|^annual$|^pa$/.test(word);
  return linked || alone ? { perMonth, to: next + 1 } : null;
}

/** "$6000 for 3 months", "over 12 months": a sum for a term. */
function spreadAt(reading: Reading, at: number): { perMonth: number; to: number } | null {
  if (!/^(?:for|over|across)$/.test(reading.text(at))) return null;
  const half = reading.text(at + 1) === "half" && reading.text(at + 2) === "a" && reading.text(at + 3) === "year";
  if (half) return { perMonth: 1 / 6, to: at + 4 };
  const first = /^(?:the|a|an)$/.test(reading.text(at + 1)) ? at + 2 : at + 1;
  const number = Number(SMALL_TERMS[reading.text(first)] ?? reading.text(first));
  const unit = reading.text(Number.isInteger(number) && number > 0 ? first + 1 : first);
  const months = /^months?$/.test(unit) ? 1 : /^years?$/.test(unit) ? 12 : null;
  if (months === null || !(number > 0)) return null;
  return { perMonth: 1 / (number * months), to: first + 2 };
}

const SMALL_TERMS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  nine: 9,
  twelve: 12,
  first: 1,
};

/** "per ship", "a planet", "each", "apiece" after a sum; the index after it. */
function perShipAt(reading: Reading, at: number): number | null {
  const text = reading.text(at);
  if (/^(?:apiece|ea)$/.test(text)) return at + 1;
  const linked = text === "for" && /^(?:each|every)$/.test(reading.text(at + 1)) ? at + 2 : at + 1;
  const noun = /^(?:ship|planet|moon|comet|star|pier|urbit)$/.test(reading.text(linked));
  if (/^(?:\/|per|a|each|every|for)$/.test(text) && noun) return linked + 1;
  if (text !== "each") return null;
  return own(PER_MONTH, reading.text(at + 1)) === undefined ? at + 1 : null;
}

/** "annual budget of $24,000", "monthly spend: $500". */
function periodBefore(reading: Reading, from: number): number | null {
  for (let at = from - 1; at >= 0 && at >= from - 6; at--) {
    const text = reading.text(at);
    if (/^[.;]$/.test(text)) return null;
    if (!/^(?:annual|annually|yearly|monthly|weekly|quarterly)$/.test(text)) continue;
    reading.touch(at, at + 1);
    return own(PER_MONTH, text) ?? null;
  }
  return null;
}

function saidOnce(reading: Reading, from: number): boolean {
  for (let at = from - 1; at >= 0 && at >= from - 6; at--) {
    const text = reading.text(at);
    if (/^[.;,]$/.test(text)) return false;
    if (/^(?:upfront|once)$/.test(text)) return true;
    if (/^(?:time|off)$/.test(text) && /^(?:one|-)$/.test(reading.text(at - 1))) return true;
  }
  return false;
}

function afterBudget(reading: Reading, from: number): boolean {
  for (let back = from - 1; back >= 0 && back >= from - 6; back--) {
    if (LEADS.has(reading.text(back))) return true;
    if (!BETWEEN.has(reading.text(back))) return false;
  }
  return false;
}
