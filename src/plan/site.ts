import type { Capacity } from "../machines/inventory.ts";
import type { Placements } from "../machines/placements.ts";
import type { HostTarget, Plan } from "./schema.ts";

/** A host as the inventory knows it, with its size where somebody has looked. */
export interface SiteHost extends HostTarget {
  readonly capacity?: Capacity | null;
}

/** What the planner knows of the site: read from the inventory, never written. */
export interface Site {
  readonly hosts: readonly SiteHost[];
  readonly runtime: Plan["runtime"];
  /** Reference of each ship's key, by @p. */
  readonly keys: Readonly<Record<string, string>>;
  /** Ships that already have their place. */
  readonly placed: Placements;
}
