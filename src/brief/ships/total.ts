import type { Finding, Reading } from "../reading.ts";
import type { Brief, Environment, Kind } from "../schema.ts";
import { ENVIRONMENTS } from "../words.ts";
import { type Names, namesOf, pointOf } from "./belongs.ts";
import type { Count } from "./counts.ts";
import { type Item, itemsOf } from "./items.ts";
import { addUp, besides, total, unique } from "./sum.ts";

/** What all the counts and names of a sentence come to. */
export type Ships = Omit<Brief["ships"], "fake">;

export type Total = { readonly ships: Ships } | { readonly clash: readonly [Finding, Finding] };

/** Adds up what the sentence says of ships: counts that are parts of one another, of different kinds, in different environments. */
export function totalOf(reading: Reading): Total {
  const strong = itemsOf(reading, "ships.count");
  const weak = itemsOf(reading, "ships.countWeak");
  const names = namesOf(reading, [...strong, ...weak]);
  const later = laterOf(strong);
  const now = strong.filter((item) => !later.has(item));
  // A single later number is what is asked for: "grow my fleet to 50".
  const asked = now.length === 0 ? strong : now;
  const counted = asked.length > 0 ? [...asked, ...besides(reading, weak, asked)] : unique(weak);
  const sum = addUp(reading, counted);
  if ("clash" in sum) return sum;
  const { count, groups } = perUser(reading, sum.parts) ?? withNames(reading, sum.parts, names, asked.length > 0);
  const kinds = new Set(groups.map(({ kind }) => kind));
  return {
    ships: {
      count,
      names: distinct(names.own),
      kind: kinds.size === 1 ? (groups[0]?.kind ?? null) : null,
      parent: names.parent,
      low: endOf(sum.parts, count, "low") ?? bound(reading, "ships.low"),
      high: endOf(sum.parts, count, "high") ?? bound(reading, "ships.high"),
      growTo: now.length === 0 ? null : ([...later].at(-1)?.count.value ?? null),
      groups: groups.length > 1 ? groups : [],
      spread: spreadOf(sum.parts),
    },
  };
}

/** Numbers that speak of a later day: "growing to 50", or what follows "2 ships to begin with". */
function laterOf(items: readonly Item[]): ReadonlySet<Item> {
  const begin = items.find(({ count }) => count.role === "begin");
  return new Set(
    items.filter(({ count: { role, environment, value } }) => {
      const grown = begin !== undefined && role === "now" && environment === null && value > begin.count.value;
      return role === "later" || grown;
    }),
  );
}

/** Counts and names together: how many, and what they are. */
function withNames(reading: Reading, parts: readonly Item[], names: Names, strong: boolean) {
  const groups = new Map<Kind | null, number>();
  const add = (kind: Kind | null, count: number) => groups.set(kind, (groups.get(kind) ?? 0) + count);
  const list = () => [...groups].map(([kind, count]) => ({ kind, count }));
  const all = distinct(names.own);
  if (parts.length === 0) {
    for (const name of all) add(pointOf(name)?.kind ?? null, 1);
    return { count: all.length > 0 ? all.length : null, groups: list() };
  }
  const members = Map.groupBy(names.own, (name) => names.attached.get(name)?.finding);
  let count = 0;
  for (const { count: part, finding } of parts) {
    const own = distinct(members.get(finding) ?? []);
    // "a ship called ~zod and ~bus": names outnumber an article.
    const value = Math.max(part.value * timesOf(reading, part.each), strong ? 0 : own.length);
    count += value;
    add(part.kind ?? commonKind(own), value);
  }
  const counted = new Set(parts.map(({ finding }) => finding));
  const extra = distinct(
    names.own.filter((name) => names.added.has(name) && !counted.has(names.attached.get(name)?.finding ?? name)),
  );
  for (const name of extra) add(pointOf(name)?.kind ?? null, 1);
  const sum = count + extra.length;
  return { count: strong ? sum : Math.max(sum, all.length), groups: list() };
}

/** How many environments or regions a count "in each" is of. */
function timesOf(reading: Reading, each: Count["each"]): number {
  if (each === null) return 1;
  if (each === "region") {
    const counted = (reading.all("regionCount")[0]?.value as number | undefined) ?? 0;
    return Math.max(1, counted, new Set(reading.all("regions").map(({ value }) => value)).size);
  }
  const said = reading.all("environments").flatMap(({ value }) => (value === "all" ? [...ENVIRONMENTS] : [value]));
  return Math.max(1, new Set(said).size);
}

/** "a planet for each of my 20 employees": as many as there are people. */
function perUser(reading: Reading, parts: readonly Item[]): { count: number; groups: Ships["groups"] } | null {
  const users = reading.all("users")[0];
  const only = parts[0];
  if (users === undefined || only === undefined || parts.length > 1 || only.count.value !== 1) return null;
  const [from, to] = [Math.min(only.finding.from, users.from) - 5, Math.max(only.finding.to, users.to) + 2];
  const count = users.value as number;
  if (to - from > 23 || count < 1) return null;
  let each = false;
  for (let at = from; at < to; at++) each ||= /^(?:each|per|every|everyone|everybody|apiece)$/.test(reading.text(at));
  if (!each) return null;
  reading.note("ships.count", count, `one for each of "${reading.slice(users.from, users.to)}"`);
  return { count, groups: [{ kind: only.count.kind, count }] };
}

function distinct(names: readonly Finding[]): string[] {
  return [...new Set(names.map(({ value }) => value as string))];
}

function commonKind(names: readonly string[]): Kind | null {
  const kinds = new Set(names.map((name) => pointOf(name)?.kind ?? null));
  return kinds.size === 1 ? ([...kinds][0] ?? null) : null;
}

function spreadOf(parts: readonly Item[]): Ships["spread"] {
  if (parts.length < 2 || parts.some(({ count }) => count.environment === null || count.each !== null)) return [];
  const spread = new Map<Environment | null, number>();
  for (const { count } of parts) spread.set(count.environment, (spread.get(count.environment) ?? 0) + count.value);
  return ENVIRONMENTS.flatMap((environment) => {
    const count = spread.get(environment);
    return count === undefined ? [] : [{ environment, count }];
  });
}

function bound(reading: Reading, field: string): number | null {
  return (reading.all(field)[0]?.value as number | undefined) ?? null;
}

/** The least or most of a range, together with the parts that have none. */
function endOf(parts: readonly Item[], count: number | null, end: "low" | "high"): number | null {
  if (count === null || parts.every((item) => item.count[end] === null)) return null;
  const sum = parts.reduce((all, item) => all + (item.count[end] ?? item.count.value), 0);
  return sum + count - total(parts);
}
