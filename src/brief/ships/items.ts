import type { Finding, Reading } from "../reading.ts";
import { repairs } from "../repair.ts";
import type { Count } from "./counts.ts";

/** A number of ships and where it was found. */
export interface Item {
  readonly finding: Finding;
  readonly count: Count;
}

/** Longest stretch of words that can tie two findings together, in characters. */
const REACH = 60;

/** The counts of a field in the order of the words, without those the next one corrects. */
export function itemsOf(reading: Reading, field: string): readonly Item[] {
  const found = [...reading.all(field)].sort((a, b) => a.from - b.from);
  return found
    .filter((finding, index) => {
      const next = found[index + 1];
      return next === undefined || !repairs(reading, finding.to, next.from);
    })
    .map((finding) => ({ finding, count: finding.value as Count }));
}

/** The words between two findings; null when they are too far apart to be tied. */
export function gapOf(reading: Reading, a: Finding, b: Finding): string | null {
  return b.start < a.end || b.start - a.end > REACH ? null : reading.sentence.slice(a.end, b.start);
}

/** Words between two counts that add them: "and", "plus", a comma; not a full stop, not "but". */
export function joined(reading: Reading, a: Finding, b: Finding): boolean {
  const gap = gapOf(reading, a, b);
  if (gap === null || /[.;!?\n]\s|\bbut\b|\bor\b/i.test(gap)) return false;
  return /\b(?:and|plus|with|as well as)\b|[,&+/|]/i.test(gap);
}
