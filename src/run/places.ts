import type { HostTarget, Plan, ShipTarget } from "../plan/schema.ts";

/** A plan's hosts and ships by name: each of its steps asks for some of them. */
export interface Places {
  readonly hosts: ReadonlyMap<string, HostTarget>;
  readonly ships: ReadonlyMap<string, ShipTarget>;
  readonly shipsOn: ReadonlyMap<string, readonly ShipTarget[]>;
  /** Every host is one of the twin. */
  readonly twin: boolean;
}

const known = new WeakMap<Plan, Places>();

/** Made once for a plan, which never changes. */
export function placesOf(plan: Plan): Places {
  const found = known.get(plan);
  if (found !== undefined) return found;
  const places: Places = {
    hosts: new Map(plan.hosts.map((host) => [host.name, host])),
    ships: new Map(plan.ships.map((ship) => [ship.name, ship])),
    shipsOn: Map.groupBy(plan.ships, (ship) => ship.host),
    twin: plan.hosts.every(({ address }) => address === "twin"),
  };
  known.set(plan, places);
  return places;
}
