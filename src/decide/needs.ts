import type { Brief, Platform } from "../brief/schema.ts";
import { type FrameworkName, firmOf, type Standing } from "../knowledge/firms.ts";
import { type Shelf, shelvesFor, type Use } from "../knowledge/shelves.ts";
import { type Appetite, FAKE, LIVE } from "../knowledge/ship.ts";
import { countOf, isSerious, monitoringOf, securityLevel } from "./levels.ts";
import { beginnerFirst } from "./matrix.ts";
import type { Decision } from "./schema.ts";
import type { SiteView } from "./site.ts";

/** What has to be paid for, whoever it is paid to. */
export interface Needs {
  readonly ships: number;
  readonly live: boolean;
  readonly appetite: Appetite;
  readonly region: string | null;
  readonly security: Decision["security"]["level"];
  readonly monitoring: Decision["monitoring"]["level"];
  /** Copies kept away from the machines; a second set elsewhere for disaster recovery. */
  readonly backups: boolean;
  readonly secondRegion: boolean;
  /** Machines the user has: how many at least (0 where none), and of what memory where that was said. */
  readonly own: { readonly hosts: number; readonly ramGiB: number | null };
  /** The hosts in the inventory, or named in words, are rented already. */
  readonly rentedAlready: number;
  /** Machines there are at the least: a cluster's three, and as many for an enterprise on machines of its own. */
  readonly leastMachines: number;
}

export function needsOf(brief: Brief, platform: Platform, site: SiteView): Needs {
  const owned = ownsMachines(brief, site);
  // A virtual server is rented; a beginner's one ship alone is set up like one on the machine there is.
  const used = platform !== "vps" || beginnerFirst(brief);
  const spare = platform === "kubernetes" || (owned && (brief.enterprise || brief.autoscaling === true));
  return {
    ships: countOf(brief),
    live: !brief.ships.fake,
    appetite: brief.ships.fake ? FAKE : LIVE,
    region: brief.regions[0] ?? null,
    security: securityLevel(brief),
    monitoring: monitoringOf(brief).level,
    backups: brief.backups ?? (isSerious(brief) && !brief.ships.fake),
    secondRegion: brief.disasterRecovery === true,
    own: { hosts: owned && used ? ownHosts(brief, site) : 0, ramGiB: brief.machines.ramGiB },
    rentedAlready: hasVps(brief, site) ? ownHosts(brief, site) : 0,
    leastMachines: spare ? 3 : 1,
  };
}

function ownHosts(brief: Brief, site: SiteView): number {
  return Math.max(1, site.hosts.length, brief.machines.count ?? 0);
}

/** True where the ships go on machines the user has already, and these are no rented virtual ones. */
export function ownsMachines(brief: Brief, site: SiteView): boolean {
  if (hasVps(brief, site)) return false;
  if (brief.selfHosted !== null) return brief.selfHosted;
  return site.hosts.length > 0 && site.hosts.every((kind) => kind === "bare-metal");
}

/** True where the user has virtual servers already. */
export function hasVps(brief: Brief, site: SiteView): boolean {
  if (brief.selfHosted === false) return false;
  if (site.hosts.length > 0) {
    if (site.hosts.every((kind) => kind === "vps")) return true;
    const open = site.hosts.some((kind) => kind === "unknown");
    return open && brief.selfHosted !== true && brief.infrastructure !== "bare-metal";
  }
  return brief.selfHosted === true && brief.infrastructure === "vps";
}

/** Why a shelf may not be taken, by the requirement that forbids it; null when it may. */
function forbids(brief: Brief, shelf: Shelf): "provider" | "regions" | "compliance" | null {
  if (brief.provider === null ? shelf.onlyNamed : brief.provider !== shelf.firm) return "provider";
  if (brief.excludedProviders.some((firm) => firm === shelf.firm)) return "provider";
  if (brief.excludedRegions.some((region) => region === shelf.area || region === shelf.region)) return "regions";
  const named = brief.provider !== null;
  const lacking = brief.compliance.some((framework) => !enough(standing(shelf, framework), named));
  return lacking ? "compliance" : null;
}

/** Whether a firm's word is enough: what it signs only when asked needs somebody who named the firm, and asks. */
function enough(standing: Standing, named: boolean): boolean {
  return standing === "yes" || (named && standing === "on-request");
}

export function standing(shelf: Pick<Shelf, "firm" | "signs">, framework: FrameworkName): Standing {
  return shelf.signs[framework] ?? firmOf(shelf.firm).signs[framework];
}

export interface Allowed {
  readonly shelves: readonly Shelf[];
  /** The requirement that had to be set aside to find any shelf at all; null when none was. */
  readonly setAside: "provider" | "regions" | "compliance" | null;
}

/** The shelves a brief may choose from. Where there is none, the last demand that can be set aside is, and said. */
export function allowedShelves(brief: Brief, use: Use): Allowed {
  const here = shelvesFor(use, brief.regions[0] ?? null);
  const verdicts = here.map((shelf) => ({ shelf, against: forbids(brief, shelf) }));
  const free = verdicts.filter(({ against }) => against === null).map(({ shelf }) => shelf);
  if (free.length > 0) return { shelves: free, setAside: null };
  const unsigned = verdicts.filter(({ against }) => against === "compliance").map(({ shelf }) => shelf);
  if (unsigned.length > 0) return { shelves: unsigned, setAside: "compliance" };
  const elsewhere = shelvesFor(use, null).filter((shelf) => forbids(brief, shelf) === null);
  if (elsewhere.length > 0) return { shelves: elsewhere, setAside: "regions" };
  return { shelves: everyShelf(use), setAside: "provider" };
}

/** Whatever the catalogue has of a kind, anywhere. */
export function everyShelf(use: Use): readonly Shelf[] {
  return shelvesFor(use, null).filter((shelf) => !shelf.onlyNamed);
}
