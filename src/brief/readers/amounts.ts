import { each, type Reading } from "../reading.ts";

/** USD per unit on 2026-11-23 (knowledge/prices, ECB rows); a budget in another currency is turned into dollars with it. */
const RATES: Readonly<Record<string, number>> = { $: 1, usd: 1, dollars: 1, bucks: 1, "€": 1.16, eur: 1.16, euros: 1.16, "£": 1.32, gbp: 1.32, pounds: 1.32 };

const AMOUNT = "(\\d[\\d,]*(?:\\.\\d+)?)\\s*(k|m)?";
const PERIOD = "(?:\\s*(?:/|per|a|an|each|every)?\\s*(month|mo|year|yr|annum|week|day|monthly|yearly|annually)\\b)?";
const MONEY = new RegExp(`(?:([$€£])\\s*${AMOUNT}|\\b${AMOUNT}\\s*(usd|eur|gbp|dollars|bucks|euros|pounds)\\b|(?<=budget(?: is| of|:)? )${AMOUNT}(?![\\d%]))${PERIOD}`, "g");
/** "2k a month": a plain amount with a period is money too. */
const BARE = new RegExp(`\\b(\\d[\\d,]*(?:\\.\\d+)?)\\s*(k)?\\s*(?:/|per|a)\\s*(month|mo|year|yr)\\b`, "g");
const MONTHS: Readonly<Record<string, number>> = { month: 1, mo: 1, monthly: 1, year: 12, yr: 12, annum: 12, yearly: 12, annually: 12, week: 12 / 52, day: 1 / 30.4 };

const UNITS: Readonly<Record<string, number>> = { day: 1, week: 7, fortnight: 14, month: 30, quarter: 91, year: 365 };
const NUMBERS: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, eight: 8, ten: 10, twelve: 12, couple: 2 };
const SPAN = /\b(\d{1,4}|an?|one|two|three|four|five|six|eight|ten|twelve|(?:a )?couple(?: of)?)[ -](days?|weeks?|fortnights?|months?|quarters?|years?)\b(?!\s*(?:retention|window|history))/g;
const NOW = /\b(?:immediately|immediate|today|asap|right away|right now|as soon as possible)\b/g;
const BY = /\bby (?:next )?(monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|the end of the (?:week|month))\b/g;
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const PERCENT = /\b(\d{2,3}(?:\.\d{1,5})?)\s*(?:%|percent)(?:\s*(?:uptime|availability|sla|slo))?/g;
const NINES = /\b(two|three|four|five|2|3|4|5) nines\b/g;
const LATENCY = /(?:<|\bunder|\bbelow|\bless than|\bwithin)?\s*\b(\d{1,5})\s*(ms|milliseconds?)\b/g;

/** Budgets, timelines and service levels. `today` (YYYY-MM-DD) is needed for "by Friday". */
export function readAmounts(reading: Reading, today: string | null): void {
  each(reading, MONEY, (match, start, end) => {
    const [, sign, a1, k1, a2, k2, unit, a3, k3, period] = match;
    const amount = a1 ?? a2 ?? a3 ?? "";
    const scale = scaleOf(k1 ?? k2 ?? k3);
    const rate = RATES[sign ?? unit ?? "$"] ?? 1;
    budget(reading, amount, scale * rate, period, start, end);
  });
  if (reading.all("budgetUsdPerMonth").length === 0) {
    each(reading, BARE, (match, start, end) => budget(reading, match[1] ?? "", scaleOf(match[2]), match[3], start, end));
  }
  each(reading, SPAN, (match, start, end) => {
    if (inside(reading, "budgetUsdPerMonth", start, end)) return;
    const word = (match[1] ?? "").replace(/^a (?=couple)| of$/g, "");
    const count = NUMBERS[word] ?? Number(word);
    reading.find("timelineDays", count * (UNITS[(match[2] ?? "").replace(/s$/, "")] ?? 1), start, end);
  });
  each(reading, NOW, (_match, start, end) => reading.find("timelineDays", 1, start, end));
  each(reading, BY, (match, start, end) => {
    const days = today === null ? null : daysUntil(match[1] ?? "", today);
    if (days !== null) reading.find("timelineDays", days, start, end);
  });
  each(reading, PERCENT, (match, start, end) => {
    const value = Number(match[1]);
    if (value >= 90 && value <= 100) reading.find("slo.uptimePercent", value, start, end);
  });
  each(reading, NINES, (match, start, end) => {
    const count = NUMBERS[match[1] ?? ""] ?? Number(match[1]);
    reading.find("slo.uptimePercent", Number((100 - 10 ** (2 - count)).toFixed(count)), start, end);
  });
  each(reading, LATENCY, (match, start, end) => reading.find("slo.responseMs", Number(match[1]), start, end));
}

function budget(reading: Reading, amount: string, factor: number, period: string | undefined, start: number, end: number): void {
  const months = MONTHS[period ?? "month"] ?? 1;
  const usd = (Number(amount.replaceAll(",", "")) * factor) / months;
  reading.find("budgetUsdPerMonth", Math.round(usd * 100) / 100, start, end);
}

function scaleOf(letter: string | undefined): number {
  return letter === "k" ? 1000 : letter === "m" ? 1_000_000 : 1;
}

function inside(reading: Reading, field: string, start: number, end: number): boolean {
  return reading.all(field).some((finding) => finding.start < end && start < finding.end);
}

function daysUntil(word: string, today: string): number | null {
  const date = new Date(`${today}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return null;
  if (word === "tomorrow") return 1;
  if (word === "the end of the week") return (7 - date.getUTCDay()) % 7 || 7;
  if (word === "the end of the month") {
    return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() - date.getUTCDate() || 1;
  }
  return (DAYS.indexOf(word) - date.getUTCDay() + 7) % 7 || 7;
}
