import { parsePoint } from "../../urbit/point.ts";
import type { Finding, Reading } from "../reading.ts";
import { repairs } from "../repair.ts";
import type { Brief, Environment, Kind } from "../schema.ts";
import { ENVIRONMENTS } from "../words.ts";
import type { Count } from "./ships.ts";

/** What all the counts and names of a sentence come to. */
export type Ships = Pick<
  Brief["ships"],
  "count" | "names" | "kind" | "parent" | "low" | "high" | "growTo" | "groups" | "spread"
>;

export type Total = { readonly ships: Ships } | { readonly clash: readonly [Finding, Finding] };

interface Item {
  readonly finding: Finding;
  readonly count: Count;
}

const AND =
  /^[\s,]*(?:(?:and|plus|with|&|\+|as well as|along with|together with)\s*(?:also|its|her|his|their|the|another|then)?\s*)$/i;
const LIST = /^[\s,]*(?:and|&|\+|plus|or)?\s*$/i;
/** Words between a count and the names that are those ships: "two planets, ~zod and ~nec", "my ship called ~zod". */
const NAMED = /^\s*(?:[,:(–—-]|called|named|namely|\bi\.?e\.?|are|is|as|=)?\s*(?:namely|called|named|are|is|:)?\s*$/i;
const OF =
  /^\s*(?:of|under|from|on|for|off|below|belonging to|spawned (?:from|by)|sponsored by)\s+(?:my|our|the)?\s*(?:planet|star|ship|galaxy)?\s*$/i;

/** Adds up what the sentence says of ships: counts that are parts of one another, of different kinds, in different environments. */
export function totalOf(reading: Reading): Total {
  const strong = itemsOf(reading, "ships.count");
  const weak = itemsOf(reading, "ships.countWeak");
  const names = namesOf(reading, [...strong, ...weak]);
  const later = strong.filter(({ count }) => count.role === "later");
  const now = strong.filter(({ count }) => count.role !== "later");
  // A single later number is what is asked for: "grow my fleet to 50".
  const asked = now.length === 0 ? later : now;
  const growTo = now.length === 0 ? null : (later.at(-1)?.count.value ?? null);
  const counted = asked.length > 0 ? [...asked, ...weak.filter((item) => beside(reading, item, asked))] : unique(weak);
  const sum = addUp(reading, counted);
  if ("clash" in sum) return sum;
  const total = perUser(reading, sum.parts) ?? withNames(reading, sum.parts, names, asked.length > 0);
  const spread = spreadOf(sum.parts);
  const kinds = new Set(total.groups.map(({ kind }) => kind));
  return {
    ships: {
      count: total.count,
      names: [...new Set(names.own.map(({ value }) => value as string))],
      kind: kinds.size === 1 ? (total.groups[0]?.kind ?? null) : null,
      parent: names.parent,
      low: endOf(sum.parts, total.count, "low"),
      high: endOf(sum.parts, total.count, "high"),
      growTo,
      groups: total.groups.length > 1 ? total.groups : [],
      spread,
    },
  };
}

function itemsOf(reading: Reading, field: string): readonly Item[] {
  const found = [...reading.all(field)].sort((a, b) => a.from - b.from);
  return found
    .filter((finding, index) => {
      const next = found[index + 1];
      return next === undefined || !repairs(reading, finding.to, next.from);
    })
    .map((finding) => ({ finding, count: finding.value as Count }));
}

/** Names to deploy, whose moons are asked for, and which names belong to which count. */
function namesOf(reading: Reading, items: readonly Item[]) {
  const own: Finding[] = [];
  let parent: string | null = null;
  const attached = new Map<Finding, Item>();
  const added = new Set<Finding>();
  let previous: Finding | null = null;
  for (const finding of [...reading.all("ships.name")].sort((a, b) => a.from - b.from)) {
    const before = nearest(items, finding);
    const gap = before === undefined ? "" : reading.sentence.slice(before.finding.end, finding.start);
    const sub =
      before !== undefined &&
      before.count.kind !== null &&
      OF.test(gap) &&
      rankOf(finding.value as string) > RANK[before.count.kind];
    if (sub || possessive(reading, finding)) {
      parent = finding.value as string;
      if (sub) continue;
    }
    if (possessive(reading, finding)) continue;
    own.push(finding);
    const listed =
      previous !== null && LIST.test(reading.sentence.slice(previous.end, finding.start)) ? previous : null;
    const owner = before !== undefined && NAMED.test(gap) ? before : listed === null ? undefined : attached.get(listed);
    if (owner !== undefined) attached.set(finding, owner);
    else if (
      (before !== undefined && AND.test(gap)) ||
      (listed !== null && added.has(listed)) ||
      joinsCount(reading, items, finding)
    )
      added.add(finding);
    previous = finding;
  }
  if (parent === null) parent = moonsOfNamed(items, own);
  return { own, parent, attached, added };
}

const RANK: Readonly<Record<Kind, number>> = { comet: 0, moon: 1, planet: 2, star: 3, galaxy: 4 };

function rankOf(name: string): number {
  const point = parsePoint(name);
  return point.ok ? RANK[point.value.kind] : 0;
}

/** "~sampel-palnet and its two moons": the named ship is deployed and has the moons. */
function moonsOfNamed(items: readonly Item[], own: readonly Finding[]): string | null {
  const only = own[0];
  const moons = items.some(({ count }) => count.kind === "moon");
  return moons && own.length === 1 && only !== undefined && rankOf(only.value as string) >= RANK.planet
    ? (only.value as string)
    : null;
}

/** "~sampel-palnet's moons". */
function possessive(reading: Reading, finding: Finding): boolean {
  return /^['’]s\s/i.test(reading.sentence.slice(finding.end, finding.end + 3));
}

function nearest(items: readonly Item[], finding: Finding): Item | undefined {
  return items.filter((item) => item.finding.end <= finding.start).sort((a, b) => b.finding.end - a.finding.end)[0];
}

/** A count follows the name (or a list of names) with "and", "plus" or "with". */
function joinsCount(reading: Reading, items: readonly Item[], finding: Finding): boolean {
  const next = items.find((item) => item.finding.start >= finding.end);
  if (next === undefined) return false;
  const names = reading
    .all("ships.name")
    .filter((name) => name.start > finding.start && name.end <= next.finding.start);
  const gap = reading.sentence.slice(finding.end, next.finding.start).replace(/~[a-z-]+/g, "");
  return (
    names.every(({ start }) => start > 0) &&
    (AND.test(gap) ||
      (names.length > 0 && /^[\s,]*(?:and|plus|with|&|\+)?[\s,]*(?:and|plus|with|&|\+)\s*(?:its|the)?\s*$/i.test(gap)))
  );
}

/** "two moons and a planet": an article beside a count counts too. */
function beside(reading: Reading, item: Item, strong: readonly Item[]): boolean {
  if (item.count.role === "more") return true;
  return strong.some(({ finding, count }) => {
    const [a, b] = finding.end <= item.finding.start ? [finding, item.finding] : [item.finding, finding];
    const differ =
      count.kind !== item.count.kind ||
      (count.environment !== item.count.environment && item.count.environment !== null);
    return a.end <= b.start && differ && joined(reading, a, b);
  });
}

/** Words between two counts that add them: "and", "plus", a comma; not a full stop, not "but". */
function joined(reading: Reading, a: Finding, b: Finding): boolean {
  const gap = reading.sentence.slice(a.end, b.start);
  return (
    gap.length <= 60 && !/[.;!?\n]\s|\bbut\b|\bor\b/i.test(gap) && /\b(?:and|plus|with|as well as)\b|[,&+/|]/i.test(gap)
  );
}

/** Weak counts of the same thing are one: "my ship is slow and the ship crashes". */
function unique(items: readonly Item[]): readonly Item[] {
  const kept: Item[] = [];
  for (const item of items) {
    const same = kept.some(
      ({ count }) =>
        item.count.role !== "more" &&
        count.environment === item.count.environment &&
        (count.kind === item.count.kind || count.kind === null || item.count.kind === null),
    );
    if (!same) kept.push(item);
  }
  return kept;
}

type Sum = { readonly parts: readonly Item[] } | { readonly clash: readonly [Finding, Finding] };

/** The counts that add up to the whole. */
function addUp(reading: Reading, items: readonly Item[]): Sum {
  const fresh = items.some(({ count }) => count.role === "more")
    ? items.filter(({ count }) => count.role !== "existing")
    : items;
  const parts: Item[] = [];
  let whole: Item | null = null;
  for (const item of [...fresh].sort((a, b) => a.finding.from - b.finding.from)) {
    if (item.count.role === "subset") continue;
    const same = parts.find(
      ({ count }) => count.kind === item.count.kind && count.environment === item.count.environment,
    );
    const last = parts.at(-1);
    if (
      same === undefined &&
      last !== undefined &&
      last.count.kind === null &&
      item.count.kind !== null &&
      whole === null &&
      last.count.environment === null
    ) {
      // "12 ships: 10 planets and 2 moons": the first may be the whole of the others.
      whole = last;
      parts.pop();
    }
    if (same === undefined) parts.push(item);
    else if (same.count.value === item.count.value && !apart(reading, same.finding, item.finding)) continue;
    else if (apart(reading, same.finding, item.finding)) parts.push(item);
    else return { clash: [same.finding, item.finding] };
  }
  return resolved(reading, whole, parts);
}

/** Two counts of one kind that are in different places, joined by "and": both are meant. */
function apart(reading: Reading, a: Finding, b: Finding): boolean {
  const gap = reading.sentence.slice(a.end, b.start);
  return joined(reading, a, b) && gap.replace(/[\s,]|\b(?:and|plus|also|then)\b/gi, "").length > 2;
}

function resolved(reading: Reading, whole: Item | null, parts: readonly Item[]): Sum {
  const total = parts.reduce((sum, { count }) => sum + count.value, 0);
  const last = parts.at(-1);
  const generic = parts.find(({ count }) => count.environment === null && count.kind === null);
  const spread = parts.filter(({ count }) => count.environment !== null);
  // "5 ships: 2 in staging and 3 in production".
  if (
    generic !== undefined &&
    spread.length > 0 &&
    spread.reduce((sum, { count }) => sum + count.value, 0) === generic.count.value
  )
    return { parts: spread };
  if (whole === null || last === undefined) return { parts };
  if (whole.count.value === total) return { parts };
  const first = parts[0];
  if (
    first !== undefined &&
    joined(reading, whole.finding, first.finding) &&
    !/[:(]/.test(reading.sentence.slice(whole.finding.end, first.finding.start))
  )
    return { parts: [whole, ...parts] };
  return whole.count.value > total &&
    /\bincluding\b|\bof which\b|\bsome\b/i.test(reading.sentence.slice(whole.finding.end, last.finding.start))
    ? { parts: [whole] }
    : { clash: [whole.finding, last.finding] };
}

/** Counts and names together: how many, and what they are. */
function withNames(reading: Reading, parts: readonly Item[], names: ReturnType<typeof namesOf>, strong: boolean) {
  const environments = Math.max(
    1,
    new Set(reading.all("environments").flatMap(({ value }) => (value === "all" ? [...ENVIRONMENTS] : [value]))).size,
  );
  const groups = new Map<Kind | null, number>();
  const add = (kind: Kind | null, count: number) => groups.set(kind, (groups.get(kind) ?? 0) + count);
  let count = 0;
  for (const { count: part, finding } of parts) {
    const own = names.own.filter((name) => names.attached.get(name)?.finding === finding);
    const value = Math.max(part.each ? part.value * environments : part.value, strong ? 0 : own.length);
    count += value;
    add(part.kind ?? commonKind(own), value);
  }
  const loose = names.own.filter((name) => !parts.some(({ finding }) => names.attached.get(name)?.finding === finding));
  const extra = loose.filter((name) => names.added.has(name));
  if (parts.length === 0)
    for (const name of new Set(names.own.map(({ value }) => value as string))) add(kindOf(name), 1);
  else for (const name of extra) add(kindOf(name.value as string), 1);
  const distinct = new Set(names.own.map(({ value }) => value)).size;
  if (parts.length === 0) return { count: distinct > 0 ? distinct : null, groups: list(groups) };
  const total = count + new Set(extra.map(({ value }) => value)).size;
  // "a ship called ~zod and ~bus": names outnumber an article.
  return { count: strong ? total : Math.max(total, distinct), groups: list(groups) };
}

/** "a planet for each of my 20 employees": as many as there are people. */
function perUser(reading: Reading, parts: readonly Item[]): { count: number; groups: Ships["groups"] } | null {
  const users = reading.all("users")[0];
  const only = parts[0];
  if (users === undefined || only === undefined || parts.length > 1 || only.count.value !== 1) return null;
  const [from, to] = [Math.min(only.finding.from, users.from), Math.max(only.finding.to, users.to)];
  const each = Array.from({ length: to - from + 2 }, (_, on) => reading.text(from + on)).some((text) =>
    /^(?:each|per|every|apiece)$/.test(text),
  );
  const count = users.value as number;
  if (!each || to - from > 16 || count < 1) return null;
  reading.note("ships.count", count, `one for each of "${reading.slice(users.from, users.to)}"`);
  return { count, groups: [{ kind: only.count.kind, count }] };
}

function list(groups: ReadonlyMap<Kind | null, number>): Ships["groups"] {
  return [...groups].map(([kind, count]) => ({ kind, count }));
}

function kindOf(name: string): Kind | null {
  const point = parsePoint(name);
  return point.ok ? point.value.kind : null;
}

function commonKind(names: readonly Finding[]): Kind | null {
  const kinds = new Set(names.map(({ value }) => kindOf(value as string)));
  return kinds.size === 1 ? ([...kinds][0] ?? null) : null;
}

function spreadOf(parts: readonly Item[]): Ships["spread"] {
  if (parts.length < 2 || parts.some(({ count }) => count.environment === null)) return [];
  const spread = new Map<Environment, number>();
  for (const { count } of parts)
    if (count.environment !== null) spread.set(count.environment, (spread.get(count.environment) ?? 0) + count.value);
  return ENVIRONMENTS.flatMap((environment) => {
    const count = spread.get(environment);
    return count === undefined ? [] : [{ environment, count }];
  });
}

function endOf(parts: readonly Item[], total: number | null, end: "low" | "high"): number | null {
  if (total === null || parts.every(({ count }) => count[end] === null)) return null;
  const sum = parts.reduce((all, { count }) => all + (count[end] ?? count.value), 0);
  const counted = parts.reduce((all, { count }) => all + count.value, 0);
  return sum + (total - counted);
}
