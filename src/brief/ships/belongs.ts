import { type Point, parsePoint } from "../../urbit/point.ts";
import type { Finding, Reading } from "../reading.ts";
import type { Kind } from "../schema.ts";
import { gapOf, type Item } from "./items.ts";

/** The names of a sentence, and what they have to do with its counts. */
export interface Names {
  /** Ships to deploy, by name. */
  readonly own: readonly Finding[];
  /** Whose moons (or planets) are asked for. */
  readonly parent: string | null;
  /** The count a name is one of: "two planets, ~zod and ~nec". */
  readonly attached: ReadonlyMap<Finding, Item>;
  /** Names that come on top of the counts: "~sampel-palnet and two moons". */
  readonly added: ReadonlySet<Finding>;
}

const AND =
  /^[\s,]*(?:and|plus|with|&|\+|as well as|along with|together with)\s*(?:also\b|its\b|her\b|his\b|their\b|the\b|another\b|then\b)?\s*$/i;
const LIST = /^[\s,]*(?:and|&|\+|plus|or)?\s*$/i;
/** Words between a count and the names that are those ships. */
const NAMED = /^\s*(?:[,:(–—-]|called|named|namely|\bi\.?e\.?|are|is|as|=)?\s*(?:namely|called|named|are|is|:)?\s*$/i;
const OF =
  /^\s*(?:of|under|from|on|for|off|below|belonging to|spawned (?:from|by)|sponsored by)\s+(?:(?:my|our|the)\s+)?(?:(?:planet|star|ship|galaxy)\s+)?$/i;
const RANK: Readonly<Record<Kind, number>> = { comet: 0, moon: 1, planet: 2, star: 3, galaxy: 4 };

/** Ties the names of a sentence to its counts, in one pass over both. */
export function namesOf(reading: Reading, items: readonly Item[]): Names {
  const names = [...reading.all("ships.name")].sort((a, b) => a.from - b.from);
  const sorted = [...items].sort((a, b) => a.finding.from - b.finding.from);
  const before = beforeAfter(names, sorted);
  const own: Finding[] = [];
  const attached = new Map<Finding, Item>();
  const added = joiners(reading, names, before.after);
  let parent: string | null = null;
  let previous: Finding | null = null;
  for (const name of names) {
    const item = before.before.get(name);
    const gap = item === undefined ? null : gapOf(reading, item.finding, name);
    if (possessive(reading, name) || (item !== undefined && gap !== null && OF.test(gap) && outranks(name, item))) {
      parent = name.value as string;
      continue;
    }
    own.push(name);
    const listed = previous !== null && LIST.test(gapOf(reading, previous, name) ?? "-") ? previous : null;
    const owner =
      item !== undefined && gap !== null && NAMED.test(gap) ? item : listed === null ? undefined : attached.get(listed);
    if (owner !== undefined) attached.set(name, owner);
    else if ((gap !== null && AND.test(gap)) || (listed !== null && added.has(listed))) added.add(name);
    previous = name;
  }
  return { own, parent: parent ?? moonsOfNamed(items, own), attached, added };
}

/** The count that ends last before each name, and the one that begins first after it. */
function beforeAfter(names: readonly Finding[], items: readonly Item[]) {
  const before = new Map<Finding, Item>();
  const after = new Map<Finding, Item>();
  let next = 0;
  for (const name of names) {
    while ((items[next]?.finding.start ?? Number.POSITIVE_INFINITY) < name.start) next++;
    const last = items[next - 1];
    const following = items[next];
    if (last !== undefined) before.set(name, last);
    if (following !== undefined) after.set(name, following);
  }
  return { before, after };
}

/** Names a count follows with "and", "plus" or "with", lists of names included; read from the last to the first. */
function joiners(reading: Reading, names: readonly Finding[], after: ReadonlyMap<Finding, Item>): Set<Finding> {
  const joined = new Set<Finding>();
  for (const [index, name] of [...names.entries()].reverse()) {
    const item = after.get(name);
    const next = names[index + 1];
    if (next !== undefined && (item === undefined || next.start < item.finding.start)) {
      if (joined.has(next) && LIST.test(gapOf(reading, name, next) ?? "-")) joined.add(name);
    } else if (item !== undefined && AND.test(gapOf(reading, name, item.finding) ?? "-")) joined.add(name);
  }
  return joined;
}

/** "moons of ~sampel-palnet": the name is of a point such moons can have for a parent. */
function outranks(name: Finding, { count }: Item): boolean {
  return count.kind !== null && rankOf(name) > RANK[count.kind];
}

function rankOf(name: Finding): number {
  const point = pointOf(name.value as string);
  return point === null ? 0 : RANK[point.kind];
}

/** "~sampel-palnet and its two moons": the named ship is deployed and has the moons. */
function moonsOfNamed(items: readonly Item[], own: readonly Finding[]): string | null {
  const only = own[0];
  if (only === undefined || own.length > 1 || rankOf(only) < RANK.planet) return null;
  return items.some(({ count }) => count.kind === "moon") ? (only.value as string) : null;
}

/** "~sampel-palnet's moons". */
function possessive(reading: Reading, name: Finding): boolean {
  const after = reading.sentence.slice(name.end, name.end + 40);
  return /^['’]s\s+(?:\w+\s+){0,2}(?:moons?|planets?|stars?|children)\b/i.test(after);
}

/** The point of a name that was read already. */
export function pointOf(name: string): Point | null {
  const point = parsePoint(name);
  return point.ok ? point.value : null;
}
