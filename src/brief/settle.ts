import type { Failure } from "../base/outcome.ts";
import { contradictory, corrected } from "./judge.ts";
import type { Budget } from "./readers/money.ts";
import type { Finding, Reading } from "./reading.ts";
import type { Brief } from "./schema.ts";

type Settled<T> = { readonly value: T } | { readonly failure: Failure };

/** The budget of a sentence that may name several sums: per ship and in all, wished for and at the most. */
export function budgetOf(
  reading: Reading,
  ships: number | null,
): Settled<Pick<Brief, "budgetUsdPerMonth" | "budgetBand" | "budgetOnceUsd">> {
  const found = corrected(reading, "budget");
  const once = reading.all("budgetOnceUsd")[0];
  const base = { budgetOnceUsd: (once?.value as number | undefined) ?? null };
  const free = reading.all("budgetFree").length > 0;
  const whole = found.filter(({ value }) => !(value as Budget).perShip);
  const sums = whole.length > 0 ? whole : found;
  const first = sums[0];
  if (first === undefined) return { value: { ...base, budgetUsdPerMonth: free ? 0 : null, budgetBand: null } };
  const worth = (finding: Finding): Budget => {
    const budget = finding.value as Budget;
    const times = budget.perShip ? (ships ?? 1) : 1;
    return { ...budget, usd: cents(budget.usd * times), low: budget.low === null ? null : cents(budget.low * times) };
  };
  const values = sums.map(worth);
  const highest = Math.max(...values.map(({ usd }) => usd));
  const distinct = new Set(values.map(({ usd }) => usd));
  const other = sums.find((finding) => worth(finding).usd !== worth(first).usd);
  if (other !== undefined && distinct.size > 1 && !stretches(reading, first, other))
    return { failure: contradictory(reading, "budgetUsdPerMonth", first, other) };
  if (other !== undefined) reading.note("budgetUsdPerMonth", highest, "two sums were given: planned for the higher");
  const lows = values.flatMap(({ usd, low }) =>
    low === null ? (distinct.size > 1 && usd < highest ? [usd] : []) : [low],
  );
  const low = lows.length === 0 ? null : Math.min(...lows);
  const open = values.some(({ low: least, usd }) => least !== null && least === usd) && distinct.size === 1;
  if (open && low !== null) {
    reading.note("budgetUsdPerMonth", null, `at least $${low} was given and no end: nothing is ruled out by cost`);
    return { value: { ...base, budgetUsdPerMonth: null, budgetBand: { lowUsd: low, highUsd: null } } };
  }
  return {
    value: { ...base, budgetUsdPerMonth: highest, budgetBand: low === null ? null : { lowUsd: low, highUsd: highest } },
  };
}

/** "$500 a month, $700 at the most", "could go up to", "ideally $300": the second widens the first. */
function stretches(reading: Reading, a: Finding, b: Finding): boolean {
  const around = reading.sentence.slice(Math.max(0, a.start - 24), b.end + 24);
  return /\b(?:max|maximum|most|up to|stretch|ideally|preferably|hopefully|limit|ceiling|tops|absolute|could go|can go|hard cap|or|if needed|if necessary|flexible|each|per environment|dev|staging|production|prod)\b/i.test(
    around,
  );
}

/** The timeline of a sentence that may name several: the firm before the wished-for, the nearer of two dates, the last of several phases. */
export function timelineOf(reading: Reading): Settled<Pick<Brief, "timelineDays" | "deadline">> {
  const found = corrected(reading, "timelineDays");
  const first = found[0];
  const now = reading.all("timelineNow")[0];
  const wished = reading.all("timelineWished")[0];
  if (first === undefined) {
    const day = (reading.all("deadline")[0]?.value as string | undefined) ?? null;
    const days = ((wished ?? now)?.value as number | undefined) ?? null;
    if (wished !== undefined) reading.note("timelineDays", days, "wished for, not required");
    else if (now !== undefined)
      reading.note("timelineDays", days, `"${reading.slice(now.from, now.to)}" was taken as one day`);
    return { value: { timelineDays: days, deadline: day } };
  }
  const deadlineAt = (finding: Finding) =>
    (reading.beginning("deadline", finding.from)?.value as string | undefined) ?? null;
  const others = found.filter(({ value }) => value !== first.value);
  if (others.length === 0)
    return {
      value: {
        timelineDays: first.value as number,
        deadline: found.map(deadlineAt).find((day) => day !== null) ?? null,
      },
    };
  const all = [first, ...others];
  const days = (finding: Finding) => finding.value as number;
  const phased = all.filter((finding) => nearPhase(reading, finding)).length > 1;
  if (!phased && all.every((finding) => deadlineAt(finding) === null))
    return { failure: contradictory(reading, "timelineDays", first, others[0] ?? first) };
  const chosen = all.reduce((best, finding) =>
    (phased ? days(finding) > days(best) : days(finding) < days(best)) ? finding : best,
  );
  reading.note(
    "timelineDays",
    days(chosen),
    phased ? "several dates were given: all shall be done by the last" : "two were given: the nearer holds",
  );
  return { value: { timelineDays: days(chosen), deadline: deadlineAt(chosen) } };
}

function nearPhase(reading: Reading, finding: Finding): boolean {
  const around = reading.sentence.slice(Math.max(0, finding.start - 40), finding.end + 24);
  return /\b(?:dev|development|staging|prod|production|first|then|pilot|rest|remaining|phase)\b/i.test(around);
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
