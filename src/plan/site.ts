import type { Capacity } from "../machines/inventory.ts";
import type { Placements } from "../machines/placements.ts";
import type { HostTarget, Monitor, Plan } from "./schema.ts";

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
