import type { Platform } from "../brief/schema.ts";
import type { Placements } from "../machines/placements.ts";
import { TO_ORDER, UNASSIGNED } from "../specialists/lib.ts";
import { shipsThatFit } from "../specialists/urbit-deployment-specialist/thresholds.ts";
import { galaxyPort } from "../urbit/point.ts";
import type { HostTarget, ShipTarget } from "./schema.ts";
import type { Site, SiteHost } from "./site.ts";
import type { Wanted } from "./wanted.ts";

/** First UDP port given to a ship; the documentation opens 34540 and up. */
const FIRST_AMES_PORT = 34_540;
/** First web port: 8080 is what vere itself would take without root. */
const FIRST_HTTP_PORT = 8_080;
/** Pairs of ports there are above the first ones. */
const PORTS = 30_000;
const LOOM = 31;

/** Ships a host takes before another is assumed, where the user named none. */
const SHIPS_PER_HOST: Readonly<Record<Platform, number>> = { "bare-metal": 10, vps: 10, groundseg: 20, kubernetes: 10 };
const ASSUMED: Readonly<Record<Platform, string>> = {
  "bare-metal": "host",
  vps: "server",
  groundseg: "host",
  kubernetes: "node",
};

interface Placed {
  readonly hosts: readonly HostTarget[];
  readonly ships: readonly ShipTarget[];
}

/**
 * Gives every ship a host and ports: a ship that has its place keeps it, the others are shared out evenly as far as
 * capacity is known (with room to grow first, tightly where that is not enough), in runs, so that environments share few
 * hosts. What no host has room for goes to a host yet to be named, or with `ordered` to one to be ordered. The same wishes and site give the same places.
 */
export function place(wanted: readonly Wanted[], platform: Platform, site: Site, ordered = false): Placed {
  const hosts: SiteHost[] = platform === "kubernetes" ? [] : [...site.hosts];
  const indexOf = new Map(hosts.map((host, index) => [host.name, index]));
  const homes = wanted.map(({ name }) => indexOf.get(site.placed[name]?.host ?? "") ?? -1);
  const at = hosts.map(() => 0);
  for (const home of homes) if (home >= 0) at[home] = (at[home] ?? 0) + 1;
  const homeless = homes.filter((home) => home < 0).length;
  const easy = fill(at, roomOn(hosts, at, wanted, site.placed, true), homeless);
  const filled = at.map((here, index) => here + (easy[index] ?? 0));
  const tight = fill(filled, roomOn(hosts, at, wanted, site.placed, false), homeless - sum(easy));
  const share = easy.map((ships, index) => ships + (tight[index] ?? 0));
  for (let left = homeless - sum(share), number = 1; left > 0; number++) {
    const name = `${ASSUMED[platform]}-${number}`;
    if (hosts.some((host) => host.name === name)) continue;
    hosts.push({ name, address: ordered ? TO_ORDER : UNASSIGNED });
    share.push(Math.min(SHIPS_PER_HOST[platform], left));
    left -= SHIPS_PER_HOST[platform];
  }
  const ports = portGiver(site.placed);
  let turn = 0;
  const ships = wanted.map(({ name, fake, environment }, index): ShipTarget => {
    const home = homes[index] ?? -1;
    while (home < 0 && (share[turn] ?? 1) === 0) turn++;
    if (home < 0) share[turn] = (share[turn] ?? 1) - 1;
    const host = hosts[home < 0 ? turn : home]?.name ?? UNASSIGNED;
    const kept = home < 0 ? undefined : site.placed[name];
    const { amesPort, httpPort } = kept ?? ports(host);
    const found = fake ? null : galaxyPort(name);
    return {
      name,
      fake,
      environment,
      host,
      amesPort: found ?? amesPort,
      httpPort,
      loom: LOOM,
      keyRef: fake ? null : (site.keys[name] ?? null),
    };
  });
  const used = new Set(ships.map((ship) => ship.host));
  return { hosts: hosts.filter((host) => used.has(host.name)).map(({ name, address }) => ({ name, address })), ships };
}

/** Ships of this kind each host can hold at all, those that are there included; as many as there are ports where nobody has looked. */
function roomOn(
  hosts: readonly SiteHost[],
  at: readonly number[],
  wanted: readonly Wanted[],
  placed: Placements,
  comfort: boolean,
): readonly number[] {
  const ours = new Set(wanted.map((ship) => ship.name));
  const others = new Map<string, number>();
  for (const [name, { host }] of Object.entries(placed)) {
    if (!ours.has(name)) others.set(host, (others.get(host) ?? 0) + 1);
  }
  const fake = wanted.every((ship) => ship.fake);
  return hosts.map(({ name, capacity }, index) => {
    if (capacity === null || capacity === undefined) return PORTS;
    const { byMemory, byDisk } = shipsThatFit(capacity, fake, comfort);
    return Math.max(0, Math.min(PORTS, byMemory - (others.get(name) ?? 0), byDisk + (at[index] ?? 0)));
  });
}

/** How many of `count` more ships each host gets, so that the fullest is as little full as can be; the first hosts take what is over. */
function fill(at: readonly number[], room: readonly number[], count: number): number[] {
  const upTo = (level: number) => at.map((here, index) => Math.max(0, Math.min(room[index] ?? 0, level) - here));
  let low = 0;
  let high = Math.max(0, ...at) + count;
  if (sum(upTo(high)) <= count) return upTo(high);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (sum(upTo(middle)) >= count) high = middle;
    else low = middle + 1;
  }
  const share = upTo(low);
  const below = upTo(low - 1);
  let over = sum(share) - count;
  for (let index = share.length - 1; index >= 0 && over > 0; index--) {
    const spare = Math.min(over, (share[index] ?? 0) - (below[index] ?? 0));
    share[index] = (share[index] ?? 0) - spare;
    over -= spare;
  }
  return share;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
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
