import type { Finding, Reading } from "../reading.ts";
import { gapOf, type Item, joined } from "./items.ts";

/** The counts that add up to what is asked for, or two that cannot both hold. */
export type Sum = { readonly parts: readonly Item[] } | { readonly clash: readonly [Finding, Finding] };

/** Sorts out the counts of a sentence: parts and their whole, the same said twice, different kinds and environments. */
export function addUp(reading: Reading, items: readonly Item[]): Sum {
  const more = items.some(({ count }) => count.role === "more");
  const fresh = items.filter(({ count }) => count.role !== "subset" && !(more && count.role === "existing"));
  const parts: Item[] = [];
  let whole: Item | null = null;
  for (const item of [...fresh].sort((a, b) => a.finding.from - b.finding.from)) {
    const same = parts.find(
      ({ count }) => count.kind === item.count.kind && count.environment === item.count.environment,
    );
    const last = parts.at(-1);
    if (same === undefined && last !== undefined && whole === null && mayBeWhole(last, item)) {
      whole = last;
      parts.pop();
    }
    if (same === undefined || apart(reading, same.finding, item.finding)) parts.push(item);
    else if (same.count.value !== item.count.value) return { clash: [same.finding, item.finding] };
  }
  return resolved(reading, whole, parts);
}

/** "12 ships: 10 planets and 2 moons": the first may be the whole of the others. */
function mayBeWhole({ count }: Item, part: Item): boolean {
  return count.kind === null && count.environment === null && part.count.kind !== null;
}

/** Two counts of one kind that are in different places, joined by "and": both are meant. */
function apart(reading: Reading, a: Finding, b: Finding): boolean {
  const gap = gapOf(reading, a, b);
  if (gap === null || !joined(reading, a, b)) return false;
  return gap.replace(/[\s,]|\b(?:and|plus|also|then)\b/gi, "").length > 2;
}

function resolved(reading: Reading, whole: Item | null, parts: readonly Item[]): Sum {
  const generic = parts.find(({ count }) => count.environment === null && count.kind === null);
  const spread = parts.filter(({ count }) => count.environment !== null);
  // "5 ships: 2 in staging and 3 in production".
  if (generic !== undefined && spread.length > 0 && total(spread) === generic.count.value) return { parts: spread };
  const [first, last] = [parts[0], parts.at(-1)];
  if (whole === null || first === undefined || last === undefined || whole.count.value === total(parts))
    return { parts };
  const listed = /[:(]/.test(gapOf(reading, whole.finding, first.finding) ?? ":");
  if (!listed && joined(reading, whole.finding, first.finding)) return { parts: [whole, ...parts] };
  const among = reading.sentence.slice(whole.finding.end, last.finding.start);
  if (whole.count.value > total(parts) && /\bincluding\b|\bof which\b|\bsome\b/i.test(among)) return { parts: [whole] };
  return { clash: [whole.finding, last.finding] };
}

export function total(parts: readonly Item[]): number {
  return parts.reduce((sum, { count }) => sum + count.value, 0);
}

/** Weak counts of the same thing are one: "my ship is slow and the ship crashes". */
export function unique(items: readonly Item[]): readonly Item[] {
  const kept: Item[] = [];
  for (const item of items) {
    const { count } = item;
    const known = kept.some(
      ({ count: { kind, environment } }) =>
        count.role !== "more" &&
        environment === count.environment &&
        (kind === count.kind || kind === null || count.kind === null),
    );
    if (!known) kept.push(item);
  }
  return kept;
}

/** "two moons and a planet": an article beside a number counts too. */
export function besides(reading: Reading, weak: readonly Item[], strong: readonly Item[]): readonly Item[] {
  // Only the numbers next to it can stand beside an article.
  let next = 0;
  return weak.filter((item) => {
    while ((strong[next]?.finding.start ?? Number.POSITIVE_INFINITY) < item.finding.start) next++;
    return (
      item.count.role === "more" ||
      [strong[next - 1], strong[next]].some((other) => other !== undefined && adds(reading, item, other))
    );
  });
}

function adds(reading: Reading, weak: Item, strong: Item): boolean {
  const [a, b] = strong.finding.end <= weak.finding.start ? [strong, weak] : [weak, strong];
  const { kind, environment } = weak.count;
  const differ = strong.count.kind !== kind || (environment !== null && strong.count.environment !== environment);
  return a.finding.end <= b.finding.start && differ && joined(reading, a.finding, b.finding);
}
