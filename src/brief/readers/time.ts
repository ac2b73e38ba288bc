import type { Quantity } from "../quantities/quantity.ts";
import type { Reading } from "../reading.ts";
import { readDates } from "./dates.ts";

/** What a length of time can be about that is no deadline: "30-day support", "7 years retention". */
const OTHER =
  /^(?:retention|monitoring|monitor|window|history|backup|backups|support|logs|log|old|ago|validation|trial|period|of|each|experience|audit|soak|warranty|contract|downtime|outage|outages|intervals?|rotation|retained|on|storage|lookback|apart|later|now|already|running|term|commitment)$/;
/** A word that follows a length of time and belongs to its deadline. */
const CLOSERS = /^(?:timeline|deadline|schedule|timeframe|turnaround|delivery|window|max|tops)$/;
const NOT_AFTER = new Set(
  "for every last past each after keep retain than kept retained ago since previous over during".split(" "),
);
const NOT_BEFORE = /^(?:uptime|monitoring|retention|downtime|maintenance|history|retain|keep|experience)$/;
/** Words that make a length of time wished for, not required. */
const WISHED = /^(?:ideally|hopefully|preferably|optimistically)$/;
const SHORTEST = 1 / 1_440;

/** Timelines in days: "4 weeks", "a month", "within 48 hours", "next week", and dates (which need `today`). */
export function readTime(reading: Reading, quantities: readonly Quantity[], today: string | null): void {
  for (const quantity of quantities) {
    if (quantity.kind === "time" && reading.free(quantity.amount.at, quantity.amount.to)) place(reading, quantity);
  }
  for (let at = 0; at < reading.tokens.length; at++) if (reading.free(at)) articles(reading, at);
  readDates(reading, today);
}

function place(reading: Reading, { amount, unitDays, from, to }: Quantity & { kind: "time" }): void {
  if (unitDays < SHORTEST * 0.9) return;
  const days = Math.ceil(amount.value * unitDays - 1e-9);
  if (years(reading, amount.value, unitDays, from, to)) return;
  if (!isDeadline(reading, from, to)) return;
  const end = CLOSERS.test(reading.text(to)) ? to + 1 : to;
  if (WISHED.test(reading.text(from - 1)) || WISHED.test(reading.text(from - 2))) {
    reading.find("timelineWished", days, from, end);
    return;
  }
  reading.find("timelineDays", days, from, end);
  const said = reading.slice(amount.at, to);
  if (amount.range !== null) reading.note("timelineDays", days, `"${said}" is a range: planned for its end`);
  else if (amount.loose) reading.note("timelineDays", days, `"${said}" was taken as ${days} days`);
}

function isDeadline(reading: Reading, from: number, to: number): boolean {
  const next = reading.text(to) === "-" ? reading.text(to + 1) : reading.text(to);
  const before = reading.text(from - 1) === "the" ? reading.text(from - 2) : reading.text(from - 1);
  if (OTHER.test(next) && !(next === "of" && reading.text(to + 1) === "time")) return false;
  if (NOT_BEFORE.test(before)) return false;
  if (grows(reading, from)) return false;
  // "for 3 months" is how long it shall run; "budget … for" is money's; "timeline for" hardly occurs.
  return !NOT_AFTER.has(before);
}

/** "grow to 50 within a year": when there shall be more, not when these are due. */
function grows(reading: Reading, from: number): boolean {
  for (let at = from - 1; at >= 0 && at >= from - 9; at--) {
    const text = reading.text(at);
    if (/^[.;]$/.test(text)) return false;
    if (/^(?:grow|growing|grows|expand|expanding|later|eventually|forecast|ramp|ramping)$/.test(text)) return true;
  }
  return false;
}

/** "10 years of Linux experience": what the user knows, no deadline. */
function years(reading: Reading, value: number, unitDays: number, from: number, to: number): boolean {
  const experience = [0, 1, 2, 3, 4].some((on) =>
    /^(?:experience|sysadmin|admin|operations|ops|background)$/.test(reading.text(to + on)),
  );
  const running =
    /^(?:for|over)$/.test(reading.text(from - 1)) &&
    [2, 3, 4, 5, 6].some((back) =>
      /^(?:been|running|ran|run|operated|managed|managing|doing)$/.test(reading.text(from - back)),
    );
  if (
    !(experience && unitDays >= 30 && /^(?:of|experience|-|in|doing|as)$/.test(reading.text(to))) &&
    !(running && unitDays >= 30)
  )
    return false;
  const days = value * unitDays;
  reading.find("experience", days >= 3 * 365 ? "expert" : days >= 180 ? "intermediate" : "beginner", from, to);
  return true;
}

const ARTICLE_DAYS: Readonly<Record<string, number>> = {
  day: 1,
  week: 7,
  fortnight: 14,
  sprint: 14,
  month: 30,
  quarter: 91,
  year: 365,
  hour: 1 / 24,
};

/** "a month", "half a year", "next week", "a week and a half". */
function articles(reading: Reading, at: number): void {
  const text = reading.text(at);
  const half = text === "half" && /^(?:a|an)$/.test(reading.text(at + 1));
  const unitAt = half ? at + 2 : at + 1;
  const days = Object.hasOwn(ARTICLE_DAYS, reading.text(unitAt)) ? (ARTICLE_DAYS[reading.text(unitAt)] ?? 0) : 0;
  if (days === 0 || !reading.free(at, unitAt + 1)) return;
  const extra =
    reading.text(unitAt + 1) === "and" && reading.text(unitAt + 2) === "a" && reading.text(unitAt + 3) === "half";
  const to = extra ? unitAt + 4 : unitAt + 1;
  const value = Math.ceil(half ? days / 2 : extra ? days * 1.5 : days);
  const before = reading.text(at - 1);
  if (half || /^(?:a|an)$/.test(text)) {
    if (days < 1 && before !== "in") return;
    if (/^(?:\/|per|times?|once|twice|of|day|night)$/.test(before) || !isDeadline(reading, at, to)) return;
    reading.find("timelineDays", value, at, CLOSERS.test(reading.text(to)) ? to + 1 : to);
  } else if (
    text === "next" &&
    !grows(reading, at) &&
    !/^(?:starting|from|until)$/.test(before) &&
    (before !== "the" || /^(?:within|in|inside|over)$/.test(reading.text(at - 2))) &&
    reading.text(at - 2) !== "end" &&
    before !== "of"
  )
    reading.find("timelineDays", days, at, to);
  else if (/^(?:the|one|this)$/.test(text) && /^(?:within|inside)$/.test(before))
    reading.find("timelineDays", value, at, to);
}
