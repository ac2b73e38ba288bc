import type { Brief, Environment } from "../brief/schema.ts";
import { ENVIRONMENTS } from "../brief/words.ts";
import { fakeNames, type PointKind, parsePoint } from "../urbit/point.ts";
import type { Site } from "./site.ts";

/** A ship the plan is about, before it has a place. */
export interface Wanted {
  readonly name: string;
  readonly fake: boolean;
  readonly environment: Environment;
}

/** Names there are for fake ships: galaxies and stars. */
const FAKE_NAMES = 65_536;

/** The ships a brief asks about: to be deployed, to be moved, or known already. */
export function wantedShips(brief: Brief, site: Site): readonly Wanted[] {
  switch (brief.intent) {
    case "deploy":
      return deployed(brief);
    case "feature":
      return [...testShips(brief, ["staging"]), ...named(brief, "production")];
    case "migrate":
      return brief.ships.names.length === 0 && brief.ships.count === null && Object.keys(site.placed).length > 0
        ? known(brief, site)
        : named(brief, "production");
    case "troubleshoot":
    case "optimize":
    case "monitor":
      return known(brief, site);
  }
}

/**
 * Ships shared out over the environments as the words say, else evenly: the first share to dev, the next to staging,
 * production gets what is over. Fewer ships than environments: a ship lives in one place only, so the last environment
 * gets them and each earlier one a fake ship to try things on.
 */
function deployed(brief: Brief): readonly Wanted[] {
  const environments: readonly Environment[] = brief.environments.length > 0 ? brief.environments : ["production"];
  const last = environments.at(-1) ?? "production";
  const ships = named(brief, last);
  const said = ENVIRONMENTS.flatMap((name) =>
    brief.ships.spread.flatMap(({ environment, count }) => (environment === name ? repeat(name, count) : [])),
  );
  if (said.length > 0) return ships.map((ship, index) => ({ ...ship, environment: said[index] ?? last }));
  if (ships.length < environments.length) return [...testShips(brief, environments.slice(0, -1)), ...ships];
  const share = Math.floor(ships.length / environments.length);
  return ships.map((ship, index) => ({ ...ship, environment: environments[Math.floor(index / share)] ?? last }));
}

function named(brief: Brief, environment: Environment): readonly Wanted[] {
  const { names, fake } = brief.ships;
  const count = Math.max(1, brief.ships.count ?? 0, names.length);
  const more = count - names.length;
  const rest = fake ? spareNames(more, names) : unnamed(brief, more);
  return [...names, ...rest].map((name) => ({ name, fake, environment }));
}

/** What to call live ships nobody has named yet: their kind, and a number. */
function unnamed({ ships }: Brief, count: number): readonly string[] {
  const groups = ships.groups.length > 0 ? ships.groups : [{ kind: ships.kind, count: count + ships.names.length }];
  const left = new Map<PointKind, number>();
  for (const group of groups) {
    const kind = group.kind ?? "planet";
    left.set(kind, (left.get(kind) ?? 0) + group.count);
  }
  for (const name of ships.names) {
    const point = parsePoint(name);
    const same = point.ok ? left.get(point.value.kind) : undefined;
    if (point.ok && same !== undefined) left.set(point.value.kind, same - 1);
  }
  const known = [...left].flatMap(([kind, more]) =>
    Array.from({ length: Math.max(0, more) }, (_, index) => `${kind}-${index + 1}`),
  );
  return Array.from({ length: count }, (_, index) => known[index] ?? `ship-${index + 1}`);
}

function repeat<T>(value: T, count: number): readonly T[] {
  return Array.from({ length: count }, () => value);
}

function testShips(brief: Brief, environments: readonly Environment[]): readonly Wanted[] {
  const taken = named(brief, "production").map((ship) => ship.name);
  const names = spareNames(environments.length, taken);
  return environments.map((environment, index) => ({ name: names[index] ?? "", fake: true, environment }));
}

/** Names of fake ships that nobody has taken; beyond what names there are, a number. */
function spareNames(count: number, taken: readonly string[]): readonly string[] {
  if (count <= 0) return [];
  const known = new Set(taken);
  const free = fakeNames(Math.min(FAKE_NAMES, count + taken.length)).filter((name) => !known.has(name));
  return Array.from({ length: count }, (_, index) => free[index] ?? `unnamed-${index + 1}`);
}

/** Ships that run already: those named, else every one the site has placed. */
function known(brief: Brief, site: Site): readonly Wanted[] {
  const names = brief.ships.names.length > 0 ? brief.ships.names : Object.keys(site.placed);
  return names.map((name) => ({ name, fake: site.placed[name]?.fake ?? brief.ships.fake, environment: "production" }));
}
