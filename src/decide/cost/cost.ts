import type { Brief, Platform } from "../../brief/schema.ts";
import { isExpired, latestRate } from "../../knowledge/prices.ts";
import type { Shelf, Use } from "../../knowledge/shelves.ts";
import { expertFirst } from "../matrix.ts";
import { type Allowed, allowedShelves, everyShelf, type Needs, needsOf } from "../needs.ts";
import type { CostLine, Decision } from "../schema.ts";
import type { SiteView } from "../site.ts";
import { clusterBill } from "./cluster.ts";
import { type Entry, expected, ranged } from "./entry.ts";
import { extras } from "./extras.ts";
import { onceLines } from "./once.ts";
import { colocated, type OwnFleet, ownFleet, relay, rentedAlready } from "./own.ts";
import { type Bill, cheapestShelf, dedicatedBill, type Rented, serverBill, watchBill } from "./rented.ts";

export type Cost = Decision["cost"];

/** Memory GroundSeg, its storage and its updater take of each host. */
const GROUNDSEG_MIB = 2048;
/** Memory a cluster's own services take of each host of one's own: as much, so that a larger platform never costs less. */
const OWN_CLUSTER_MIB = 2048;

/** What a platform would cost. Lines and machines are worked out when they are asked for. */
export interface Priced extends Body {
  readonly needs: Needs;
  /** Taken where one number is needed: known prices, and the least of what is unknown. */
  readonly usd: number;
}

/** The part of a bill that depends on where the machines come from. */
interface Body {
  readonly cents: number;
  readonly entries: () => readonly Entry[];
  readonly sizing: () => Cost["sizing"];
  /** The requirement that had to be set aside to find any machine; null when none was. */
  readonly setAside: Allowed["setAside"];
  /** Whose machines they are, and where; null for the user's own. */
  readonly shelf: Shelf | null;
  /** Whose bill the low end of the range is, where that is another firm's. */
  readonly least: () => Shelf | null;
  /** Servers that would have to be bought first. */
  readonly bought: number;
}

/** What a platform costs: the cheapest way to run it that the brief allows. More ships on a platform never cost less. */
export function price(brief: Brief, platform: Platform, site: SiteView): Priced {
  const needs = needsOf(brief, platform, site);
  const running = RUNNING.has(brief.intent);
  const body = running ? NOTHING : brief.intent === "monitor" ? watching(brief, needs) : bodyOf(brief, platform, needs);
  const more = running || brief.intent === "monitor" ? [] : extras(brief, needs);
  const usd = (body.cents + expected(more)) / 100;
  return { ...body, needs, usd, entries: () => [...body.entries(), ...more] };
}

/** Work on ships that run already: nothing is rented or bought for it. */
const RUNNING: ReadonlySet<Brief["intent"]> = new Set(["troubleshoot", "optimize"]);
const NOTHING: Body = {
  cents: 0,
  entries: () => [],
  sizing: () => [],
  setAside: null,
  shelf: null,
  least: () => null,
  bought: 0,
};

/** Only what looks at the ships that are there; on machines of one's own it finds room beside them. */
function watching(brief: Brief, needs: Needs): Body {
  return needs.own.hosts > 0 ? NOTHING : onShelves(allowedShelves(brief, "vps"), "vps", watchBill(needs));
}

function bodyOf(brief: Brief, platform: Platform, needs: Needs): Body {
  const overhead = platform === "groundseg" ? GROUNDSEG_MIB : 0;
  if (needs.own.hosts > 0) {
    const fleet = ownFleet(needs, platform === "kubernetes" ? OWN_CLUSTER_MIB : overhead);
    const wayIn = relay(needs, brief.startram === true, brief.compliance.includes("hipaa"));
    return own(fleet, [...fleet.entries, ...wayIn]);
  }
  if (platform === "vps" && needs.rentedAlready > 0) {
    const fleet = rentedAlready(needs);
    return own(fleet, fleet.entries);
  }
  if (platform === "kubernetes") {
    const managed = allowedShelves(brief, "node");
    // A firm that was named and manages no clusters rents machines for one that is run by oneself.
    const own = managed.setAside === "provider" && brief.provider !== null;
    return onShelves(own ? ownNodes(brief) : managed, "node", clusterBill(needs));
  }
  if (platform === "bare-metal") return dedicated(brief, needs);
  return onShelves(allowedShelves(brief, "vps"), "vps", serverBill(needs, overhead));
}

/** Machines for a cluster run by oneself: whole ones, where the firm has them there, for who shares none or refuses virtual ones. */
function ownNodes(brief: Brief): Allowed {
  const whole = allowedShelves(brief, "dedicated");
  const there = whole.setAside === null || whole.setAside === "compliance";
  const wanted = expertFirst(brief) || brief.excluded.includes("vps");
  return wanted && there ? whole : allowedShelves(brief, "vps");
}

/** The cheapest allowed shelf; where none of them has a machine large enough, the cheapest of all, and that is said. */
function onShelves(allowed: Allowed, use: Use, bill: Bill): Body {
  const found = cheapestShelf(allowed.shelves, bill);
  if (found !== null) return rented(found, allowed.setAside);
  const any = cheapestShelf(everyShelf(use), bill);
  if (any === null) throw new RangeError(`no ${use} of the catalogue holds a ship`);
  return rented(any, "provider");
}

/** A machine for oneself: rented whole, or one's own in a rack; the cheaper of the two, and its range that of both. */
function dedicated(brief: Brief, needs: Needs): Body {
  const racked = colocated(needs, 0);
  const inRack = { ...own(racked, racked.entries), bought: racked.hosts };
  const allowed = allowedShelves(brief, "dedicated");
  // A firm that was named and may not be used, or has no such machine, is a conflict to show, not one to step around.
  const named = brief.provider !== null && allowed.setAside === "compliance";
  const leased = allowed.setAside === null || named ? cheapestShelf(allowed.shelves, dedicatedBill(needs)) : null;
  if (leased === null) return { ...inRack, setAside: brief.provider === null ? null : allowed.setAside };
  if (brief.provider !== null) return rented(leased, allowed.setAside);
  const cheaper = leased.cents <= inRack.cents ? rented(leased, null) : inRack;
  const ends = () => {
    const [low, high] = leased.ends();
    const sum = (of: (entry: Entry) => number) => racked.entries.reduce((total, entry) => total + of(entry), 0);
    return [
      Math.min(
        low,
        sum((entry) => entry.low),
      ),
      Math.min(
        high,
        sum((entry) => entry.high),
      ),
    ] as const;
  };
  return { ...cheaper, entries: () => ranged(cheaper.entries(), ...ends()) };
}

function own(fleet: OwnFleet, entries: readonly Entry[]): Body {
  const { hosts: quantity, ramGiB, shipsEach } = fleet;
  const sizing = () => [{ machine: "host", quantity, ramGiB, vcpu: null, shipsEach, scarce: false }];
  return {
    cents: expected(entries),
    entries: () => entries,
    sizing,
    setAside: null,
    shelf: null,
    least: () => null,
    bought: 0,
  };
}

function rented(found: Rented, setAside: Allowed["setAside"]): Body {
  const sizing = () =>
    found.mix().map(({ size, quantity }) => ({
      machine: size.price.sku,
      quantity,
      ramGiB: size.price.ramGiB ?? 0,
      vcpu: size.price.vcpu ?? null,
      shipsEach: size.ships,
      scarce: size.price.scarce === true,
    }));
  const { cents, entries, shelf } = found;
  const least = () => (found.least() === shelf ? null : found.least());
  return { cents, entries, sizing, setAside, shelf, least, bought: 0 };
}

/** The bill as the decision shows it. What no catalogue knows is a range, never nothing. */
export function costOf(brief: Brief, platform: Platform, priced: Priced, today: string | undefined): Cost {
  const entries = priced.entries();
  const known = entries.every(({ cents }) => cents !== null);
  const sum = (of: (entry: Entry) => number) => entries.reduce((total, entry) => total + of(entry), 0) / 100;
  const inEuro = entries.some(({ price: { currency } }) => currency === "EUR");
  const rate = inEuro ? latestRate() : null;
  return {
    monthlyUsd: known ? sum(({ cents }) => cents ?? 0) : null,
    lowUsd: sum(({ low }) => low),
    highUsd: sum(({ high }) => high),
    lines: entries.map((entry) => lineOf(entry, today)),
    provider: priced.shelf?.name ?? null,
    sizing: priced.sizing(),
    once: brief.intent === "deploy" ? onceLines(brief, platform, priced.needs, priced.bought) : [],
    rate: rate === null ? null : { usdPerEur: rate.price, asOf: rate.sku, source: rate.source },
  };
}

function lineOf({ item, quantity, unitUsd, cents, low, high, price }: Entry, today: string | undefined): CostLine {
  return {
    item,
    quantity,
    unitUsd,
    monthlyUsd: cents === null ? null : cents / 100,
    lowUsd: low / 100,
    highUsd: high / 100,
    asOf: price.asOf,
    source: price.source,
    confidence: price.confidence,
    expires: price.expires,
    expired: today !== undefined && isExpired(price, today),
  };
}
