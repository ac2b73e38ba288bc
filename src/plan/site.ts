import type { Capacity } from "../machines/inventory.ts";
import type { Placements } from "../machines/placements.ts";
import type { Acme, HostTarget, Monitor, Plan, ShipTarget } from "./schema.ts";

/** A host as the inventory knows it, with its size where somebody has looked. */
export interface SiteHost extends HostTarget {
  readonly capacity?: Capacity | null;
}

/** What the planner knows of the site: read from the inventory, never written. */
export interface Site {
  readonly hosts: readonly SiteHost[];
  /** Where monitoring is to live, and who is told; a host of `hosts` or one beside them. */
  readonly monitor?: { readonly host: HostTarget; readonly settings: Omit<Monitor, "host"> } | null;
  readonly runtime: Plan["runtime"];
  /** Reference of each ship's key, by @p. */
  readonly keys: Readonly<Record<string, string>>;
  /** Ships that already have their place. */
  readonly placed: Placements;
  /** Names the ships are to be served under, and who issues the certificates; null or left out: no HTTPS is set up. */
  readonly https?: Https | null;
}

export interface Https {
  /** The name itself for a single ship, the name above each ship's own for several; null where each has its own or none. */
  readonly base: string | null;
  /** By @p. */
  readonly named: Readonly<Record<string, string>>;
  readonly acme: Acme;
}

/** Each ship with the name it is served under, where it has one. */
export function withDomains(
  ships: readonly ShipTarget[],
  { base, named }: Pick<Https, "base" | "named">,
): ShipTarget[] {
  return ships.map((ship) => {
    const shared = base === null ? undefined : ships.length === 1 ? base : `${ship.name.replace(/^~/, "")}.${base}`;
    const domain = named[ship.name] ?? shared;
    return domain === undefined ? ship : { ...ship, domain };
  });
}

/** The plan's word on certificates, where it has ships that need one. */
export function acmeFor(ships: readonly ShipTarget[], acme: Acme | undefined): { readonly acme?: Acme } {
  return acme !== undefined && ships.some(({ domain }) => domain !== undefined) ? { acme } : {};
}

/** The site's hosts with the monitoring host among them, and the plan's word for it. */
export function withMonitor(
  hosts: readonly HostTarget[],
  { monitor }: Site,
): { hosts: HostTarget[]; monitor: Monitor | null } {
  if (monitor === undefined || monitor === null) return { hosts: [...hosts], monitor: null };
  const { host, settings } = monitor;
  const known = hosts.some(({ name }) => name === host.name);
  return { hosts: known ? [...hosts] : [...hosts, host], monitor: { host: host.name, ...settings } };
}
