import type { Reading } from "../reading.ts";

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = "january february march april may june july august september october november december".split(" ");
/** Days of the year people count towards: month (from 0) and day. */
const FEASTS: Readonly<Record<string, readonly [number, number]>> = {
  christmas: [11, 25],
  xmas: [11, 25],
  "christmas eve": [11, 24],
  "new year": [0, 1],
  "new years": [0, 1],
  "new years eve": [11, 31],
  "new years day": [0, 1],
  halloween: [9, 31],
  "valentines day": [1, 14],
  valentines: [1, 14],
  "bastille day": [6, 14],
  "july 4th": [6, 4],
  spring: [2, 1],
  summer: [5, 1],
  autumn: [8, 1],
  fall: [8, 1],
  winter: [11, 1],
  "boxing day": [11, 26],
};
const FEAST_WORDS = new Set(Object.keys(FEASTS).map((name) => name.split(" ")[0]));
const DAY_MS = 86_400_000;
/** Words before a date that make it a deadline; without one of them only a full date counts. */
const LEADS =
  /^(?:by|before|until|till|on|due|deadline|latest|for|in|at|than|is|:|=|this|next|mid|early|late|end|of|the|live|done|ready|needed|and|come|to|over)$/;
/** Before a date, these make it a start or a past. */
const NOT_DUE = /^(?:since|from|starting|starts|start|last|after|began|begin|beginning|begins|through)$/;

interface Target {
  readonly time: number;
  readonly from: number;
  readonly to: number;
}

/** Deadlines by date: "by Friday", "before Christmas", "end of Q1", "15 December", "12/15/2026". All need `today`. */
export function readDates(reading: Reading, today: string | null): void {
  const now = today === null ? null : Date.parse(`${today}T00:00:00Z`);
  for (let at = 0; at < reading.tokens.length; at++) {
    if (!reading.free(at) || reading.tokens[at]?.kind === "mark") continue;
    // Without today's date the words are still known to be a date.
    const found = targetAt(reading, at, now ?? Date.UTC(2026, 0, 1));
    if (found === null) continue;
    at = found.to - 1;
    place(reading, found, now);
  }
}

function place(reading: Reading, found: Target, now: number | null): void {
  const said = reading.slice(found.from, found.to);
  if (now === null) {
    // A full date is known without today's; only how far it is off is not.
    const full = reading.tokens[found.to - 1]?.kind === "date";
    reading.find(full ? "deadline" : "deadlineOpen", full ? isoDay(found.time) : null, found.from, found.to);
    reading.note("timelineDays", null, `"${said}" needs today's date: give it with --today`);
    return;
  }
  reading.find("deadline", isoDay(found.time), found.from, found.to);
  reading.find("timelineDays", Math.round((found.time - now) / DAY_MS), found.from, found.to);
}

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The date whose first word stands at `at`, with the words that lead to it. */
function targetAt(reading: Reading, at: number, now: number): Target | null {
  const from = leadFrom(reading, at);
  if (NOT_DUE.test(reading.text(from - 1)) || NOT_DUE.test(reading.text(from))) return null;
  const led = from < at;
  const target =
    exact(reading, at, now) ??
    monthDay(reading, at, now, led) ??
    relative(reading, at, now, led) ??
    feast(reading, at, now, led) ??
    quarter(reading, at, now, led);
  return target === null || !reading.free(at, target.to) ? null : { ...target, from };
}

/** The first of the words that lead to a date ("by the end of", "no later than"). */
function leadFrom(reading: Reading, at: number): number {
  let from = at;
  if (reading.text(at - 1) === "-" && /^(?:mid|early|late)$/.test(reading.text(at - 2))) from -= 2;
  while (from > 0 && from > at - 7 && LEADS.test(reading.text(from - 1)) && reading.free(from - 1)) from--;
  if (/^(?:no|not)$/.test(reading.text(from - 1)) && reading.text(from) === "later") from--;
  if (reading.text(from) === "than" && reading.text(from - 1) === "later")
    from -= /^(?:no|not)$/.test(reading.text(from - 2)) ? 2 : 1;
  while (from < at && /^(?:is|:|=|and|to|the|of)$/.test(reading.text(from))) from++;
  return from;
}

type Found = { readonly time: number; readonly to: number };

function exact(reading: Reading, at: number, now: number): Found | null {
  const token = reading.tokens[at];
  if (token?.kind !== "date") return null;
  const parts = token.text.split(/[-/.]/).map(Number);
  const [a = 0, b = 0, c = 0] = parts;
  const iso = token.text.includes("-");
  // Full stops are European; with slashes the month comes first unless it cannot be one.
  const [year, month, day] = iso ? [a, b, c] : token.text.includes(".") || a > 12 ? [c, b, a] : [c, a, b];
  const time = dayTime(year, month - 1, day);
  return time === null || Number.isNaN(now) ? null : { time, to: at + 1 };
}

/** "15 December", "December 15th, 2026", "mid-January", "end of March", "in May". */
function monthDay(reading: Reading, at: number, now: number, led: boolean): Found | null {
  const first = reading.tokens[at]?.kind === "number" || ordinal(reading.text(at)) !== null;
  const suffix = first && /^(?:st|nd|rd|th)$/.test(reading.text(at + 1)) ? at + 2 : at + 1;
  const monthAt = first ? (reading.text(suffix) === "of" ? suffix + 1 : suffix) : at;
  const month = monthOf(reading, monthAt, led || first);
  if (month === null) return null;
  let to = monthAt + 1;
  let day = first ? (ordinal(reading.text(at)) ?? Number(reading.text(at))) : null;
  if (day === null && reading.tokens[to]?.kind === "number" && Number(reading.text(to)) <= 31) {
    day = Number(reading.text(to));
    to = /^(?:st|nd|rd|th)$/.test(reading.text(to + 1)) ? to + 2 : to + 1;
  }
  const yearAt = reading.text(to) === "," ? to + 1 : to;
  const said = /^20\d\d$/.test(reading.text(yearAt)) ? Number(reading.text(yearAt)) : null;
  if (said !== null) to = yearAt + 1;
  // A month by name alone is a word like any other ("may") unless something leads to it.
  if (day === null && !led) return null;
  const wanted = day ?? partOfMonth(reading, at);
  const year = said ?? new Date(now).getUTCFullYear();
  const time = wanted === "end" ? Date.UTC(year, month + 1, 0) : dayTime(year, month, wanted);
  if (time === null) return null;
  if (said !== null || time >= now) return { time, to };
  const later = wanted === "end" ? Date.UTC(year + 1, month + 1, 0) : dayTime(year + 1, month, wanted);
  return later === null ? null : { time: later, to };
}

/** A month by name; a short or double-meaning one ("may", "mar") only where something shows that a date is meant. */
function monthOf(reading: Reading, at: number, sure: boolean): number | null {
  const text = reading.text(at);
  const index = MONTHS.findIndex(
    (name) => name === text || name.slice(0, 3) === text || (text === "sept" && name === "september"),
  );
  return index < 0 || (!sure && text.length <= 5) ? null : index;
}

/** Which day of a month is meant without one: its end after "end of" or "in", its middle after "mid", else its first. */
function partOfMonth(reading: Reading, at: number): number | "end" {
  const before = [1, 2, 3, 4].map((back) => reading.text(at - back));
  if (before.includes("mid") || before.includes("middle")) return 15;
  if (before[0] === "early" || before[1] === "early") return 10;
  if (before[0] === "late" || before[1] === "late") return 25;
  return before.includes("end") || before[0] === "in" || before[0] === "during" ? "end" : 1;
}

/** "Friday", "next Friday", "tomorrow", "the weekend", "end of the month", "this week". */
function relative(reading: Reading, at: number, now: number, led: boolean): Found | null {
  const text = reading.text(at);
  const date = new Date(now);
  const weekday = WEEKDAYS.findIndex(
    (name) => name === text || (name.slice(0, 3) === text && led) || (led && text === `${name}s`),
  );
  if (weekday >= 0) {
    const coming = now + ((weekday - date.getUTCDay() + 7) % 7 || 7) * DAY_MS;
    if (reading.text(at - 1) !== "next") return { time: coming, to: at + 1 };
    const monday = now + ((8 - date.getUTCDay()) % 7 || 7) * DAY_MS;
    return { time: monday + ((weekday + 6) % 7) * DAY_MS, to: at + 1 };
  }
  if (/^(?:today|tonight|eod)$/.test(text)) return { time: now + DAY_MS, to: at + 1 };
  if (text === "tomorrow") return { time: now + DAY_MS, to: at + 1 };
  if (text === "overnight") return { time: now + DAY_MS, to: at + 1 };
  if (text === "weekend" && led) return { time: now + ((6 - date.getUTCDay() + 7) % 7 || 7) * DAY_MS, to: at + 1 };
  return endOf(reading, at, date, now);
}

/** "end of the week", "end of next month", "this quarter", "year end", "eom". */
function endOf(reading: Reading, at: number, date: Date, now: number): Found | null {
  const text = reading.text(at);
  const short = { eow: "week", eom: "month", eoq: "quarter", eoy: "year" }[text];
  const before = [1, 2, 3, 4].map((back) => reading.text(at - back));
  const unit = short ?? text;
  const ended =
    short !== undefined ||
    before.includes("end") ||
    before[0] === "this" ||
    /^(?:-end|end)$/.test(dashedEnd(reading, at));
  if (!ended || !/^(?:week|month|quarter|year)$/.test(unit)) return null;
  const next = before.includes("next") ? 1 : 0;
  const to =
    short === undefined && dashedEnd(reading, at) !== "" ? at + (dashedEnd(reading, at) === "end" ? 2 : 3) : at + 1;
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (unit === "week") return { time: now + (((7 - date.getUTCDay()) % 7 || 7) + next * 7) * DAY_MS, to };
  if (unit === "month") return { time: Date.UTC(year, month + 1 + next, 0), to };
  if (unit === "quarter") return { time: Date.UTC(year, (Math.floor(month / 3) + 1 + next) * 3, 0), to };
  return { time: Date.UTC(year + next, 11, 31), to };
}

/** "year-end", "month end". */
function dashedEnd(reading: Reading, at: number): "end" | "-end" | "" {
  if (reading.text(at + 1) === "end") return "end";
  return reading.text(at + 1) === "-" && reading.text(at + 2) === "end" ? "-end" : "";
}

function feast(reading: Reading, at: number, now: number, led: boolean): Found | null {
  if (!FEAST_WORDS.has(reading.text(at))) return null;
  for (const words of [3, 2, 1]) {
    const name = Array.from({ length: words }, (_, index) => reading.text(at + index)).join(" ");
    const feast = Object.hasOwn(FEASTS, name) ? FEASTS[name] : undefined;
    if (feast === undefined || (!led && words === 1 && !/^(?:christmas|xmas)$/.test(name))) continue;
    const year = new Date(now).getUTCFullYear();
    const time = Date.UTC(year, feast[0], feast[1]);
    return { time: time < now ? Date.UTC(year + 1, feast[0], feast[1]) : time, to: at + words };
  }
  return null;
}

/** "end of Q1", "in Q2", "by Q3 2027": its last day after "end of" or "in", its first after "by". */
function quarter(reading: Reading, at: number, now: number, led: boolean): Found | null {
  const text = reading.text(at);
  if (!/^q[1-4]$/.test(text) || !led) return null;
  const index = Number(text.slice(1)) - 1;
  const before = [1, 2, 3, 4].map((back) => reading.text(at - back));
  const last = before.includes("end") || before[0] === "in" || before[0] === "during";
  const said = /^20\d\d$/.test(reading.text(at + 1)) ? Number(reading.text(at + 1)) : null;
  const timeIn = (year: number) => (last ? Date.UTC(year, index * 3 + 3, 0) : Date.UTC(year, index * 3, 1));
  const year = said ?? new Date(now).getUTCFullYear();
  const time = said === null && timeIn(year) < now ? timeIn(year + 1) : timeIn(year);
  return { time, to: said === null ? at + 1 : at + 2 };
}

function ordinal(text: string): number | null {
  const match = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(text);
  return match === null ? null : Number(match[1]);
}

/** A day that exists, in ms of UTC. */
function dayTime(year: number, month: number, day: number): number | null {
  const date = new Date(Date.UTC(year, month, day));
  return date.getUTCMonth() === month && date.getUTCDate() === day && year >= 2000 && year < 2200
    ? date.getTime()
    : null;
}
