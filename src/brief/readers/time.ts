import { own, readNumber } from "../numbers.ts";
import type { Reading } from "../reading.ts";

const DAYS_IN: Readonly<Record<string, number>> = {
  day: 1,
  week: 7,
  fortnight: 14,
  month: 30,
  quarter: 91,
  year: 365,
  hour: 1 / 24,
};
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
/** What a length of time can be about that is no deadline: "30-day support", "7 years retention". */
const OTHER =
  /^(?:retention|monitoring|monitor|window|history|backup|backups|support|logs|log|old|ago|validation|trial|period|of|each|experience|audit)$/;
const NOT_AFTER = new Set(["for", "every", "last", "past", "each", "after", "keep", "retain"]);
const DAY_MS = 86_400_000;

/** Timelines in days: "4 weeks", "a month", "within 48 hours", "by Friday", "by 2026-12-15" (the last two need `today`). */
export function readTime(reading: Reading, today: string | null): void {
  for (let at = 0; at < reading.tokens.length; at++) {
    if (!reading.free(at)) continue;
    const end = readLength(reading, at);
    if (end > at) at = end - 1;
    else if (reading.text(at) === "by" || reading.text(at) === "before" || reading.text(at) === "until")
      readDate(reading, at, today);
    else if (reading.text(at) === "next" && own(DAYS_IN, reading.text(at + 1)) !== undefined)
      reading.find("timelineDays", DAYS_IN[reading.text(at + 1)], at, at + 2);
  }
}

function readLength(reading: Reading, at: number): number {
  const article = /^(?:a|an|one)$/.test(reading.text(at)) && own(DAYS_IN, reading.text(at + 1)) !== undefined;
  let amount = article ? { value: 1, to: at + 1 } : readNumber(reading.tokens, at);
  if (amount === null || !reading.free(at, amount.to)) return at;
  const range = /^[-–]$|^to$|^or$/.test(reading.text(amount.to)) ? readNumber(reading.tokens, amount.to + 1) : null;
  if (range !== null) amount = range;
  const joined = reading.text(amount.to) === "-";
  const unitAt = joined ? amount.to + 1 : amount.to;
  const unit = own(DAYS_IN, reading.text(unitAt).replace(/s$/, ""));
  if (unit === undefined || !reading.free(at, unitAt + 1)) return at;
  let to = unitAt + 1;
  const next = reading.text(to) === "-" ? reading.text(to + 1) : reading.text(to);
  const before = reading.text(at - 1);
  if (OTHER.test(next) || NOT_AFTER.has(before) || /^(?:uptime|monitoring|retention)$/.test(before)) return at;
  if (article && reading.text(at) !== "one" && /^(?:\/|per|times?|once)$/.test(before)) return at;
  if (/^(?:timeline|deadline|schedule)$/.test(next)) to++;
  reading.find("timelineDays", Math.ceil(amount.value * unit), at, to);
  if (range !== null)
    reading.note("timelineDays", Math.ceil(amount.value * unit), "a range was given: planned for its end");
  return to;
}

function readDate(reading: Reading, at: number, today: string | null): void {
  let to = at + 1;
  while (/^(?:next|this|the|end|of)$/.test(reading.text(to)) && to < at + 5) to++;
  const end = reading.text(to - 2) === "end" || reading.text(to - 3) === "end" || reading.text(to - 1) === "end";
  const found = targetOf(reading, to, end, today === null ? Number.NaN : Date.parse(`${today}T00:00:00Z`));
  if (found === null) return;
  if (Number.isNaN(found.time)) {
    reading.note(
      "timelineDays",
      null,
      `"${reading.sentence.slice(reading.tokens[at]?.start ?? 0, reading.tokens[found.to - 1]?.end ?? 0)}" needs today's date: give it with --today`,
    );
    return;
  }
  const days = Math.round((found.time - Date.parse(`${today}T00:00:00Z`)) / DAY_MS);
  reading.find("timelineDays", days, at, found.to);
}

/** The day meant at `to`, in ms of UTC; NaN where today's date is needed and missing; null where no date stands there. */
function targetOf(reading: Reading, to: number, end: boolean, now: number): { time: number; to: number } | null {
  const token = reading.tokens[to];
  if (token === undefined || !reading.free(to)) return null;
  if (token.kind === "date")
    return { time: Number.isNaN(now) ? now : Date.parse(`${token.text}T00:00:00Z`), to: to + 1 };
  const date = new Date(now);
  const weekday = WEEKDAYS.indexOf(token.text);
  if (weekday >= 0) return { time: now + ((weekday - date.getUTCDay() + 7) % 7 || 7) * DAY_MS, to: to + 1 };
  if (end && token.text === "week") return { time: now + ((7 - date.getUTCDay()) % 7 || 7) * DAY_MS, to: to + 1 };
  if (end && token.text === "month")
    return { time: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0), to: to + 1 };
  if (end && token.text === "year") return { time: Date.UTC(date.getUTCFullYear(), 11, 31), to: to + 1 };
  return monthDay(reading, to, date);
}

/** "December 15", "15 December", "December". */
function monthDay(reading: Reading, at: number, today: Date): { time: number; to: number } | null {
  const dayFirst = reading.tokens[at]?.kind === "number";
  const month = MONTHS.findIndex((name) => [name, name.slice(0, 3)].includes(reading.text(dayFirst ? at + 1 : at)));
  if (month < 0) return null;
  const dayAt = dayFirst ? at : at + 1;
  const said = reading.tokens[dayAt]?.kind === "number" ? Number(reading.text(dayAt)) : null;
  const to = said === null ? at + 1 : at + 2;
  const at0 = (year: number) => Date.UTC(year, month, said ?? 1);
  const year = today.getUTCFullYear();
  return {
    time: at0(year) < today.getTime() ? at0(year + 1) : at0(year),
    to: /^(?:st|nd|rd|th)$/.test(reading.text(to)) ? to + 1 : to,
  };
}
