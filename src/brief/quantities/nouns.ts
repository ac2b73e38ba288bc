import type { Reading } from "../reading.ts";
import type { Kind } from "../schema.ts";
import { own, readNumber } from "./numbers.ts";

/** What a number can count. */
export type Counted = "ships" | "machines" | "users" | "regions" | "environments" | "other";

const WORDS: Readonly<Record<Counted, string>> = {
  ships:
    "ship ships planet planets moon moons comet comets star stars galaxy galaxies pier piers urbit urbits zod zods identity identities fakezod fakezods fakeship fakeships vessel vessels point points",
  machines:
    "server servers host hosts node nodes machine machines box boxes vps vpses vpss vm vms droplet droplets nuc nucs pi pis computer computers laptop laptops pc pcs instance instances linode linodes desktop desktops",
  users:
    "user users customer customers people person persons member members employee employees client clients friend friends student students patient patients developer developers tenant tenants resident residents household households colleague colleagues coworker coworkers participant participants subscriber subscribers team teams department departments clinic clinics office offices family families store stores shop shops branch branches school schools company companies organization organizations chapter chapters kid kids child children",
  regions:
    "region regions location locations datacenter datacenters datacentre datacentres zone zones continent continents country countries site sites",
  environments: "environment environments env envs stage stages tier tiers",
  other:
    "gb cluster clusters provider providers copy copies backup backups phase phases wave waves desk desks app apps agent agents dashboard dashboards question questions thing things hour hours day days week weeks month months year years minute minutes second seconds",
};
/** Every noun a number can stand before. */
export const NOUN_WORDS: readonly string[] = Object.values(WORDS).flatMap((words) => words.split(" "));
const CLASS = new Map<string, Counted>();
for (const [counted, words] of Object.entries(WORDS))
  for (const word of words.split(" ")) CLASS.set(word, counted as Counted);

const KIND: Readonly<Record<string, Kind>> = {
  planet: "planet",
  planets: "planet",
  moon: "moon",
  moons: "moon",
  comet: "comet",
  comets: "comet",
  star: "star",
  stars: "star",
  galaxy: "galaxy",
  galaxies: "galaxy",
};
/** Words that end the search for what a number counts. */
const STOP = new Set(
  "and or to in on at with for by per from plus the of a an my our your their but then that which who if so is are was be via using under over within without not no each every i we it this please across into onto as than behind through".split(
    " ",
  ),
);
/** Words between a number and its noun: "3 brand new fake urbit ships". */
const MOST_BETWEEN = 6;

/** What stands counted at a place. */
export interface Noun {
  readonly counted: Counted;
  /** The kind of point named, where one is. */
  readonly kind: Kind | null;
  readonly plural: boolean;
  /** Index of the noun, and the index after it ("fleet" after "ship" included). */
  readonly at: number;
  readonly to: number;
}

/** The noun a number before `to` counts: the last of a row of nouns, past a few adjectives. */
export function nounAfter(reading: Reading, to: number): Noun | null {
  // "three of our ships".
  const owned =
    reading.text(to) === "of" && /^(?:my|our|the|its|these|those|their|his|her)$/.test(reading.text(to + 1));
  const first = owned ? to + 2 : to;
  for (let at = first; at < first + MOST_BETWEEN && at < reading.tokens.length; at++) {
    const token = reading.tokens[at];
    const text = reading.text(at);
    if (CLASS.has(text)) return nounAt(reading, headOf(reading, at));
    if (/^["'“”‘’]$/.test(text) || (at === first && /^[x×]$/.test(text))) continue;
    if (STOP.has(text) || (token?.kind !== "word" && text !== "-")) return null;
    if (readNumber(reading.tokens, at) !== null) return null;
  }
  return null;
}

/** "5 customer ships": the last noun of the row is the one counted. */
function headOf(reading: Reading, first: number): number {
  let at = first;
  while (at < first + 3) {
    const next = reading.text(at + 1) === "-" ? at + 2 : at + 1;
    if (!CLASS.has(reading.text(next)) || CLASS.get(reading.text(next)) === "other") break;
    at = next;
  }
  return at;
}

function nounAt(reading: Reading, at: number): Noun {
  const text = reading.text(at);
  const base = CLASS.get(text) ?? "other";
  // "urbit nodes" are ships, "worker nodes" machines; an instance is one of what stands before it.
  const urbit =
    base === "machines" && /^(?:urbit|ship|planet)s?$/.test(reading.text(at - 1)) && /^(?:node|instance)s?$/.test(text);
  const counted = urbit ? "ships" : base;
  const fleet = counted === "ships" && /^fleets?$/.test(reading.text(reading.text(at + 1) === "-" ? at + 2 : at + 1));
  const to = fleet ? (reading.text(at + 1) === "-" ? at + 3 : at + 2) : at + 1;
  return { counted, kind: own(KIND, text) ?? null, plural: /s$|^people$/.test(text) && !/^vps$/.test(text), at, to };
}

/** True where a word names ships. */
export function namesShips(text: string): boolean {
  return CLASS.get(text) === "ships";
}
