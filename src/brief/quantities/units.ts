import type { Reading } from "../reading.ts";
import { type Amount, boundAfter } from "./amounts.ts";
import { moneyOf } from "./money.ts";
import { nounAfter } from "./nouns.ts";
import { own, readNumber } from "./numbers.ts";
import type { Quantity, Share, Size, Things, Time } from "./quantity.ts";

const HOUR = 1 / 24;
const DAYS: Readonly<Record<string, number>> = {
  ms: HOUR / 3_600_000,
  msec: HOUR / 3_600_000,
  msecs: HOUR / 3_600_000,
  millis: HOUR / 3_600_000,
  millisecond: HOUR / 3_600_000,
  milliseconds: HOUR / 3_600_000,
  second: HOUR / 3_600,
  seconds: HOUR / 3_600,
  sec: HOUR / 3_600,
  secs: HOUR / 3_600,
  minute: HOUR / 60,
  minutes: HOUR / 60,
  min: HOUR / 60,
  mins: HOUR / 60,
  hour: HOUR,
  hours: HOUR,
  hr: HOUR,
  hrs: HOUR,
  day: 1,
  days: 1,
  night: 1,
  nights: 1,
  week: 7,
  weeks: 7,
  wk: 7,
  wks: 7,
  fortnight: 14,
  fortnights: 14,
  sprint: 14,
  sprints: 14,
  month: 30,
  months: 30,
  mo: 30,
  mos: 30,
  mth: 30,
  mths: 30,
  quarter: 91,
  quarters: 91,
  year: 365,
  years: 365,
  yr: 365,
  yrs: 365,
};
/** Letters that are units only where they touch their number: "4w", "48h". */
const JOINED: Readonly<Record<string, number>> = { s: HOUR / 3_600, h: HOUR, d: 1, w: 7, y: 365 };

/** What the amount is an amount of. */
export function quantityOf(reading: Reading, amount: Amount): Quantity {
  return (
    shareOf(reading, amount) ??
    sizeOf(reading, amount) ??
    moneyOf(reading, amount) ??
    timeOf(reading, amount) ??
    thingsOf(reading, amount) ?? { kind: "bare", amount, from: amount.from, to: amount.to }
  );
}

function shareOf(reading: Reading, amount: Amount): Share | null {
  if (amount.currency !== null) return null;
  const at = reading.text(amount.to) === "-" ? amount.to + 1 : amount.to;
  const text = reading.text(at);
  const spaced = text === "per" && reading.text(at + 1) === "cent";
  if (/^(?:%|percent|pct)$/.test(text) || spaced)
    return { kind: "percent", amount, from: amount.from, to: spaced ? at + 2 : at + 1 };
  const nines = text === "nines" || text === "nine" || (text === "9" && reading.text(at + 1) === "s");
  if (!nines || amount.range !== null || !Number.isInteger(amount.value) || amount.value < 1 || amount.value > 9)
    return null;
  return { kind: "nines", amount, from: amount.from, to: text === "9" ? at + 2 : at + 1 };
}

const MEMORY = /^(?:ram|memory|mem)$/;
const DISK = /^(?:disks?|storage|ssds?|nvme|hdd|drives?|volume|space)$/;

/** Memory, disk and processors: "16GB RAM", "1 TB NVMe", "8 vCPU"; a bare "4GB droplet" is memory. */
function sizeOf(reading: Reading, amount: Amount): Size | null {
  if (amount.currency !== null) return null;
  const at = reading.text(amount.to) === "-" ? amount.to + 1 : amount.to;
  const text = reading.text(at);
  const base = { amount, from: amount.from };
  if (/^(?:v?cpus?|v?cores?|threads?|processors?)$/.test(text)) return { ...base, kind: "cpus", scale: 1, to: at + 1 };
  const tera = /^(?:tb|tib|terabytes?)$/.test(text);
  if (!tera && !/^(?:gb|gib|gigs?|gigabytes?|mb|mib)$/.test(text) && !(text === "g" && reading.joined(at))) return null;
  const scale = tera ? 1000 : /^m/.test(text) ? 1 / 1024 : 1;
  const next = reading.text(at + 1) === "of" ? at + 2 : at + 1;
  if (MEMORY.test(reading.text(next))) return { ...base, kind: "memory", scale: tera ? 1024 : scale, to: next + 1 };
  if (DISK.test(reading.text(next))) {
    const twice = DISK.test(reading.text(next + 1)) ? next + 2 : next + 1;
    return { ...base, kind: "disk", scale, to: twice };
  }
  return { ...base, kind: tera || amount.value > 256 ? "disk" : "memory", scale, to: at + 1 };
}

function timeOf(reading: Reading, amount: Amount): Time | null {
  if (amount.currency !== null) return null;
  let at = reading.text(amount.to) === "-" ? amount.to + 1 : amount.to;
  let value = amount.value;
  const half = halfAt(reading, at);
  if (half !== null) [value, at] = [value + 0.5, half];
  const business = /^(?:business|working|work|week)$/.test(reading.text(at)) && /^days?$/.test(reading.text(at + 1));
  if (business || /^(?:calendar|full|whole|solid|short|more|consecutive)$/.test(reading.text(at))) at++;
  const text = reading.text(at);
  const minutes =
    text === "m" &&
    reading.joined(at) &&
    [1, 2, 3].some((back) => /^(?:rpo|rto)$/.test(reading.text(amount.from - back)));
  const unitDays =
    (minutes ? HOUR / 60 : undefined) ??
    own(DAYS, text) ??
    (reading.joined(at) && at === amount.to ? own(JOINED, text) : undefined);
  if (unitDays === undefined || (text === "second" && amount.value === 1)) return null;
  let to = at + 1;
  const more = halfAt(reading, to);
  if (more !== null) [value, to] = [value + 0.5, more];
  const second = laterEnd(reading, to, amount, unitDays);
  if (second !== null) [value, to] = [second.value, second.to];
  const range = second === null ? amount.range : { low: amount.value, high: second.value };
  const after = boundAfter(reading, to);
  return {
    kind: "time",
    amount: { ...amount, value, range, bound: amount.bound ?? after?.bound ?? null },
    from: amount.from,
    to: after?.to ?? to,
    // Five working days fill a week.
    unitDays: business ? 7 / 5 : unitDays,
  };
}

/** "and a half" at a place; the index after it. */
function halfAt(reading: Reading, at: number): number | null {
  const said = reading.text(at) === "and" && reading.text(at + 1) === "a" && reading.text(at + 2) === "half";
  return said ? at + 3 : null;
}

/** "2 weeks to 3 weeks": the unit said twice. */
function laterEnd(
  reading: Reading,
  to: number,
  amount: Amount,
  unitDays: number,
): { value: number; to: number } | null {
  if (amount.range !== null || !/^(?:-|–|to|or|and)$/.test(reading.text(to))) return null;
  if (reading.text(to) === "and" && reading.text(amount.from - 1) !== "between") return null;
  const number = readNumber(reading.tokens, to + 1);
  if (number === null || !reading.free(to, number.to)) return null;
  const unit = own(DAYS, reading.text(number.to));
  if (unit === undefined || number.value * unit <= amount.value * unitDays) return null;
  return { value: (number.value * unit) / unitDays, to: number.to + 1 };
}

function thingsOf(reading: Reading, amount: Amount): Things | null {
  if (amount.currency !== null) return null;
  const noun = nounAfter(reading, amount.to);
  if (noun === null || noun.counted === "other") return null;
  const after = boundAfter(reading, noun.to);
  return {
    kind: "things",
    noun,
    amount: { ...amount, bound: amount.bound ?? after?.bound ?? null },
    from: amount.from,
    to: after?.to ?? noun.to,
  };
}
