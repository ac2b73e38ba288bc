import type { Brief, Environment } from "../brief/schema.ts";
import type { Decision } from "../decide/schema.ts";
import type { Placements } from "../machines/placements.ts";
import { fakeNames } from "../urbit/point.ts";
import type { Site } from "./compose.ts";
import type { HostTarget, ShipTarget } from "./schema.ts";

/** First UDP port given to a ship; the documentation opens 34540 and up. */
const FIRST_AMES_PORT = 34_540;
/** First web port: 8080 is what vere itself would take without root. */
const FIRST_HTTP_PORT = 8_080;
const LOOM = 31;

/** Ships a host of this kind takes before another is assumed, where the user named none. */
const SHIPS_PER_HOST = 10;

/** Gives every ship a name, an environment, a host and ports. Deterministic: the same brief and site give the same places. */
export function placeShips(brief: Brief, decision: Decision, site: Site): { hosts: HostTarget[]; ships: ShipTarget[] } {
  const count = brief.ships.count ?? Math.max(1, brief.ships.names.length);
  const environments: readonly Environment[] = brief.environments.length > 0 ? brief.environments : ["production"];
  const hosts = site.hosts.length > 0 ? [...site.hosts] : assumedHosts(count, decision.platform.choice);
  const names = namesFor(brief, count);
  const ports = portGiver(site.placed);
  const ships: ShipTarget[] = [];
  for (let index = 0; index < count; index++) {
    const name = names[index] ?? `unnamed-${index + 1}`;
    const placed = site.placed[name];
    const home = placed === undefined ? undefined : hosts.find((host) => host.name === placed.host);
    const host = home ?? hosts[hostIndex(index, count, hosts.length)] ?? hosts[0];
    if (host === undefined) break;
    const { amesPort, httpPort } = home !== undefined && placed !== undefined ? placed : ports(host.name);
    ships.push({
      name,
      fake: brief.ships.fake,
      environment: environmentOf(index, count, environments),
      host: host.name,
      amesPort,
      httpPort,
      loom: LOOM,
      keyRef: brief.ships.fake ? null : (site.keys[name] ?? null),
    });
  }
  const used = new Set(ships.map((ship) => ship.host));
  return { hosts: hosts.filter((host) => used.has(host.name)), ships };
}

/** Hands out the next pair of ports that no ship of the host has. */
function portGiver(placed: Placements): (host: string) => { amesPort: number; httpPort: number } {
  const taken = new Map<string, Set<number>>();
  for (const { host, amesPort, httpPort } of Object.values(placed)) {
    const slots = taken.get(host) ?? new Set<number>();
    slots.add(amesPort - FIRST_AMES_PORT).add(httpPort - FIRST_HTTP_PORT);
    taken.set(host, slots);
  }
  const next = new Map<string, number>();
  return (host) => {
    let slot = next.get(host) ?? 0;
    while (taken.get(host)?.has(slot) === true) slot++;
    next.set(host, slot + 1);
    return { amesPort: FIRST_AMES_PORT + slot, httpPort: FIRST_HTTP_PORT + slot };
  };
}

/** Ships are shared out evenly: the first third to dev, the next to staging, and so on; production gets what is over. */
function environmentOf(index: number, count: number, environments: readonly Environment[]): Environment {
  const each = Math.max(1, Math.floor(count / environments.length));
  return environments[Math.min(Math.floor(index / each), environments.length - 1)] ?? "production";
}

/** Contiguous runs of ships per host, so that environments share as few hosts as may be. */
function hostIndex(index: number, count: number, hosts: number): number {
  return Math.min(hosts - 1, Math.floor((index * hosts) / Math.max(count, hosts)));
}

function namesFor(brief: Brief, count: number): readonly string[] {
  const given = brief.ships.names;
  if (given.length >= count) return given;
  if (!brief.ships.fake)
    return [...given, ...Array.from({ length: count - given.length }, (_, k) => `planet-${given.length + k + 1}`)];
  const spare = fakeNames(count + given.length).filter((name) => !given.includes(name));
  return [...given, ...spare].slice(0, count);
}

function assumedHosts(count: number, platform: string): HostTarget[] {
  const hosts = platform === "groundseg" ? 1 : Math.max(1, Math.ceil(count / SHIPS_PER_HOST));
  return Array.from({ length: hosts }, (_, k) => ({ name: `host-${k + 1}`, address: UNASSIGNED }));
}

/** Address of a host the user has not named yet: such a plan can be read, not launched. */
export const UNASSIGNED = "unassigned";
