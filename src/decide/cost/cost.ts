import type { Brief, Platform } from "../../brief/schema.ts";
import { isExpired, latestRate } from "../../knowledge/prices.ts";
import { type Allowed, allowedShelves, type Needs, needsOf } from "../needs.ts";
import type { CostLine, Decision } from "../schema.ts";
import type { SiteView } from "../site.ts";
import { clusterBill } from "./cluster.ts";
import { type Entry, expected, spread } from "./entry.ts";
import { extras } from "./extras.ts";
import { onceLines } from "./once.ts";
import { colocated, type OwnFleet, ownFleet, relay, rentedAlready } from "./own.ts";
import { cheapestShelf, dedicatedBill, type Rented, serverBill } from "./rented.ts";

export type Cost = Decision["cost"];

/** Memory GroundSeg, its storage and its updater take of each host. */
const GROUNDSEG_MIB = 2048;
/** Memory a cluster's own services take of each host of one's own: as much, so that a larger platform never costs less. */
const OWN_CLUSTER_MIB = 2048;

export interface Priced {
  readonly entries: readonly Entry[];
  readonly needs: Needs;
  readonly setAside: Allowed["setAside"];
  readonly provider: string | null;
  readonly firm: string | null;
  readonly fleet: OwnFleet | null;
  readonly rented: Rented | null;
  /** Servers that would have to be bought first. */
  readonly bought: number;
  /** Taken where one number is needed: known prices, and the least of what is unknown. */
  readonly usd: number;
}

/** What a platform costs: the cheapest way to run it that the brief allows. More ships on a platform never cost less. */
export function price(brief: Brief, platform: Platform, site: SiteView): Priced {
  const needs = needsOf(brief, platform, site);
  const body = bodyOf(brief, platform, needs);
  const entries = [...body.entries, ...extras(brief, needs)];
  return { ...body, needs, entries, usd: expected(entries) / 100 };
}

type Body = Omit<Priced, "needs" | "usd">;

function bodyOf(brief: Brief, platform: Platform, needs: Needs): Body {
  const overhead = platform === "groundseg" ? GROUNDSEG_MIB : 0;
  if (platform !== "vps" && needs.own.hosts > 0) {
    const fleet = ownFleet(needs, platform === "kubernetes" ? OWN_CLUSTER_MIB : overhead);
    const entries = [...fleet.entries, ...relay(needs, brief.startram === true, brief.compliance.includes("hipaa"))];
    return own(fleet, entries, 0);
  }
  if (platform === "vps" && needs.rentedAlready > 0) {
    const fleet = rentedAlready(needs);
    return own(fleet, fleet.entries, 0);
  }
  if (platform === "kubernetes") {
    const managed = allowedShelves(brief, "node");
    // A firm that was named and manages no clusters rents machines for one that is run by oneself.
    const allowed = managed.setAside === "provider" && brief.provider !== null ? allowedShelves(brief, "vps") : managed;
    return rented(cheapestShelf(allowed.shelves, clusterBill(needs)), allowed);
  }
  if (platform === "bare-metal") return dedicated(brief, needs);
  const allowed = allowedShelves(brief, "vps");
  return rented(cheapestShelf(allowed.shelves, serverBill(needs, overhead)), allowed);
}

/** A machine for oneself: rented whole, or one's own in a rack; the cheaper of the two, and its range that of both. */
function dedicated(brief: Brief, needs: Needs): Body {
  const racked = colocated(needs, 0);
  const allowed = allowedShelves(brief, "dedicated");
  // A firm that was named and may not be used, or has no such machine, is a conflict to show, not one to step around.
  const named = brief.provider !== null && allowed.setAside === "compliance";
  const leased = allowed.setAside === null || named ? cheapestShelf(allowed.shelves, dedicatedBill(needs)) : null;
  if (leased === null)
    return {
      ...own(racked, racked.entries, racked.hosts),
      setAside: brief.provider === null ? null : allowed.setAside,
    };
  if (brief.provider !== null) return rented(leased, allowed);
  const least = (of: (entry: Entry) => number) =>
    Math.min(...[leased, racked].map(({ entries }) => entries.reduce((sum, entry) => sum + of(entry), 0)));
  const [low, high] = [least((entry) => entry.low), least((entry) => entry.high)];
  return expected(leased.entries) <= expected(racked.entries)
    ? rented({ ...leased, entries: spread(leased.entries, low, high) }, allowed)
    : own(racked, spread(racked.entries, low, high), racked.hosts);
}

function own(fleet: OwnFleet, entries: readonly Entry[], bought: number): Body {
  return { entries, setAside: null, provider: null, firm: null, fleet, rented: null, bought };
}

function rented(found: Rented | null, { setAside }: Allowed): Body {
  const entries = found?.entries ?? [];
  return {
    entries,
    setAside,
    provider: found?.shelf.name ?? null,
    firm: found?.shelf.firm ?? null,
    fleet: null,
    rented: found,
    bought: 0,
  };
}

/** The bill as the decision shows it. What no catalogue knows is a range, never nothing. */
export function costOf(brief: Brief, platform: Platform, priced: Priced, today: string | undefined): Cost {
  const { entries } = priced;
  const known = entries.every(({ cents }) => cents !== null);
  const sum = (of: (entry: Entry) => number) => entries.reduce((total, entry) => total + of(entry), 0) / 100;
  const inEuro = entries.some(({ price: { currency } }) => currency === "EUR");
  const rate = inEuro ? latestRate() : null;
  return {
    monthlyUsd: known ? sum(({ cents }) => cents ?? 0) : null,
    lowUsd: sum(({ low }) => low),
    highUsd: sum(({ high }) => high),
    lines: entries.map((entry) => lineOf(entry, today)),
    provider: priced.provider,
    sizing: sizingOf(priced),
    once: onceLines(brief, platform, priced.needs, priced.bought),
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

function sizingOf({ fleet, rented }: Priced): Cost["sizing"] {
  if (fleet !== null)
    return [{ machine: "host", quantity: fleet.hosts, ramGiB: fleet.ramGiB, vcpu: null, shipsEach: fleet.shipsEach }];
  return (rented?.mix ?? []).map(({ size, quantity }) => ({
    machine: size.price.sku,
    quantity,
    ramGiB: size.price.ramGiB ?? 0,
    vcpu: size.price.vcpu ?? null,
    shipsEach: size.ships,
  }));
}
