import { priceOf } from "../../knowledge/prices.ts";
import { own, readNumber } from "../numbers.ts";
import type { Reading } from "../reading.ts";

const CURRENCY: Readonly<Record<string, string>> = {
  $: "USD",
  usd: "USD",
  dollar: "USD",
  dollars: "USD",
  bucks: "USD",
  buck: "USD",
  "€": "EUR",
  eur: "EUR",
  euro: "EUR",
  euros: "EUR",
  "£": "GBP",
  gbp: "GBP",
  pounds: "GBP",
  quid: "GBP",
  "¥": "JPY",
  yen: "JPY",
  chf: "CHF",
  francs: "CHF",
};
/** How many of the period make a month. */
const PER_MONTH: Readonly<Record<string, number>> = {
  month: 1,
  months: 1,
  mo: 1,
  mth: 1,
  monthly: 1,
  pm: 1,
  m: 1,
  year: 1 / 12,
  yr: 1 / 12,
  y: 1 / 12,
  annum: 1 / 12,
  yearly: 1 / 12,
  annually: 1 / 12,
  week: 52 / 12,
  weekly: 52 / 12,
  day: 365 / 12,
  daily: 365 / 12,
  quarter: 1 / 3,
  hour: 730,
};
const LEADS = new Set(["budget", "spend", "cost", "costs"]);
const BETWEEN = new Set([
  "is",
  "of",
  ":",
  "about",
  "around",
  "under",
  "below",
  "max",
  "maximum",
  "up",
  "to",
  "at",
  "most",
  "<",
  "~",
  "limit",
  "cap",
]);

/** Budgets: "$2,000/month", "2k a month", "€40", "$18k a year", "under 50 bucks", "budget 500", "$10 per ship". */
export function readMoney(reading: Reading): void {
  for (let at = 0; at < reading.tokens.length; at++) {
    if (!reading.free(at)) continue;
    const end = readSum(reading, at);
    if (end > at) at = end - 1;
  }
}

/** Reads one sum that begins at `at`; the index after it, or `at` where none begins. */
function readSum(reading: Reading, at: number): number {
  const sign = signAt(reading, at);
  const from = sign === undefined ? at : at + 1;
  const amount = readNumber(reading.tokens, from);
  if (amount === null || !reading.free(at, amount.to)) return at;
  let value = amount.value;
  let to = millions(reading, amount.to);
  if (to > amount.to) value *= 1_000_000;
  if (reading.text(to) === "+") to++;
  // "$50-500": the most that may be spent.
  const upper = /^[-–]$|^to$/.test(reading.text(to))
    ? readNumber(reading.tokens, signAt(reading, to + 1) === undefined ? to + 1 : to + 2)
    : null;
  const ranged =
    upper !== null &&
    (sign !== undefined || wordCurrency(reading, upper.to) !== undefined || periodAt(reading, upper.to) !== null);
  if (ranged) [value, to] = [upper.value, upper.to];
  const named = sign === undefined ? wordCurrency(reading, to) : undefined;
  if (named !== undefined) to++;
  const each = perShip(reading, to);
  const eachFirst = each > to;
  to = each;
  const period = periodAt(reading, to);
  const bare = sign === undefined && named === undefined;
  // A bare number is money only beside the word budget, or with a period no ship count has ("2k a month").
  if (bare && !afterBudget(reading, at) && (period === null || amount.loose)) return at;
  if (bare && /^(?:days?|weeks?|months?|years?|hours?|ships?|planets?|%)$/.test(reading.text(to))) return at;
  const end = period === null ? to : perShip(reading, period.to);
  const eachLast = period !== null && end > period.to;
  record(reading, {
    at,
    end,
    value,
    currency: sign ?? named ?? "USD",
    perMonth: period?.perMonth ?? null,
    perShip: eachFirst || eachLast,
  });
  return end;
}

interface Sum {
  readonly at: number;
  readonly end: number;
  readonly value: number;
  readonly currency: string;
  readonly perMonth: number | null;
  readonly perShip: boolean;
}

function record(reading: Reading, sum: Sum): void {
  const said = reading.sentence.slice(reading.tokens[sum.at]?.start ?? 0, reading.tokens[sum.end - 1]?.end ?? 0);
  if (/^(?:once|upfront)$/.test(reading.text(sum.end))) {
    reading.note("budgetUsdPerMonth", null, `${said} is paid once: a budget here is by the month`);
    return;
  }
  const rate = rateOf(sum.currency);
  if (rate === null) {
    reading.note("budgetUsdPerMonth", null, `no dated rate for ${sum.currency}: say the budget in $ or €`);
    return;
  }
  const usd = Math.round(sum.value * rate.usd * (sum.perMonth ?? 1) * 100) / 100;
  reading.find(sum.perShip ? "budgetPerShip" : "budgetUsdPerMonth", usd, sum.at, sum.end);
  if (rate.because !== null) reading.note("budgetUsdPerMonth", usd, `${said} at ${rate.because}`);
  if (sum.perMonth === null)
    reading.note("budgetUsdPerMonth", usd, `no period stands beside ${said}: taken by the month`);
}

function rateOf(currency: string): { usd: number; because: string | null } | null {
  if (currency === "USD") return { usd: 1, because: null };
  if (currency !== "EUR") return null;
  const rate = priceOf("fx-eurusd-2026-10-28");
  return { usd: rate.price, because: `${rate.price} USD/EUR (${rate.provider}, ${rate.asOf})` };
}

function signAt(reading: Reading, at: number): string | undefined {
  return reading.tokens[at]?.kind === "mark" ? own(CURRENCY, reading.text(at)) : undefined;
}

/** A currency after the sum: "40 euros", "40€". */
function wordCurrency(reading: Reading, at: number): string | undefined {
  return reading.free(at) ? own(CURRENCY, reading.text(at)) : undefined;
}

function millions(reading: Reading, at: number): number {
  return reading.text(at) === "m" && reading.tokens[at]?.joined === true ? at + 1 : at;
}

function periodAt(reading: Reading, at: number): { perMonth: number; to: number } | null {
  const linked = /^(?:\/|per|a|an|each|every)$/.test(reading.text(at));
  const word = reading.text(linked ? at + 1 : at);
  const perMonth = own(PER_MONTH, word);
  if (perMonth === undefined || (!linked && !/ly$|^pm$/.test(word))) return null;
  return { perMonth, to: linked ? at + 2 : at + 1 };
}

/** "per ship" after a sum. */
function perShip(reading: Reading, at: number): number {
  const linked = /^(?:\/|per|a|each)$/.test(reading.text(at));
  if (linked && /^(?:ship|planet|moon)$/.test(reading.text(at + 1))) return at + 2;
  return at;
}

function afterBudget(reading: Reading, at: number): boolean {
  for (let back = at - 1; back >= 0 && back >= at - 5; back--) {
    if (LEADS.has(reading.text(back))) return true;
    if (!BETWEEN.has(reading.text(back))) return false;
  }
  return false;
}
