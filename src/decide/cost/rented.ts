import { type Rate, usdOf } from "../../knowledge/prices.ts";
import type { Shelf } from "../../knowledge/shelves.ts";
import type { Needs } from "../needs.ts";
import type { Mix } from "../sizing.ts";
import { cents, type Entry, entry, expected, spread, unit } from "./entry.ts";
import { type Load, type MachineSize, machineEntries, machinesFor } from "./machines.ts";

/** Traffic out of the machines, GB a ship and month: quiet, usual, busy. */
const TRAFFIC: Readonly<Record<Rate, number>> = { low: 1, mid: 5, high: 20 };

export interface Rented {
  readonly shelf: Shelf;
  readonly cents: number;
  readonly mix: () => readonly Mix<MachineSize>[];
  /** The lines, with the range of the whole shared out over them. */
  readonly entries: () => Entry[];
  /** The least and the most of the whole, in cents. */
  readonly ends: () => readonly [low: number, high: number];
}

/** A bill as a shelf would write it, at one end of its range. `cents` is its sum; the lines are written when they are wanted. */
export interface Draft {
  readonly cents: number;
  readonly mix: () => readonly Mix<MachineSize>[];
  readonly entries: () => Entry[];
}

/** The draft of a shelf, or null when its machines alone cost `limit` cents or more. */
export type Bill = (shelf: Shelf, rate: Rate, limit: number) => Draft | null;

/**
 * The cheapest shelf's bill. Its range is the least and the most the ships could cost on any of the shelves: with a
 * year's commitment and quiet ships at one end, at the dear end of the exchange rate, with busy ships and only what can
 * be ordered today at the other. Each end is a minimum over the same shelves, so that none falls when ships are added.
 */
export function cheapestShelf(shelves: readonly Shelf[], bill: Bill): Rented | null {
  const best = (rate: Rate) => {
    let found: { readonly shelf: Shelf; readonly draft: Draft } | null = null;
    for (const shelf of shelves) {
      const limit: number = found?.draft.cents ?? Number.POSITIVE_INFINITY;
      const draft = bill(shelf, rate, limit);
      if (draft !== null && draft.cents < limit) found = { shelf, draft };
    }
    return found;
  };
  const mid = best("mid");
  if (mid === null) return null;
  const { shelf, draft } = mid;
  const ends = () => [best("low")?.draft.cents ?? draft.cents, best("high")?.draft.cents ?? draft.cents] as const;
  return { shelf, cents: draft.cents, mix: draft.mix, entries: () => spread(draft.entries(), ...ends()), ends };
}

/** Ships on their own machines' disks; monitoring on a machine of its own, out of reach of what it watches. */
export function serverBill(needs: Needs, overheadMib: number): Bill {
  const load: Load = { appetite: needs.appetite, overheadMib, shipsOnDisk: true, least: needs.leastMachines };
  const beside: Load = { ...load, overheadMib: 0, least: 1 };
  const watching = watchers(needs);
  return (shelf, rate, limit) => {
    const machines = machinesFor(shelf, load, rate);
    if (machines.floor(needs.ships) >= limit) return null;
    const cents = machines.cents(needs.ships);
    const monitors = machinesFor(shelf, beside, rate);
    const extra = traffic(shelf, needs.ships, rate);
    return {
      cents: cents + (watching === 0 ? 0 : monitors.cents(watching)) + expected(extra),
      mix: () => machines.mix(needs.ships),
      entries: () => [
        ...machineEntries(shelf, machines.mix(needs.ships), "server"),
        ...(watching === 0 ? [] : machineEntries(shelf, monitors.mix(watching), "monitoring server")),
        ...extra,
      ],
    };
  };
}

/** Whole machines, on which monitoring finds room beside the ships. */
export function dedicatedBill(needs: Needs): Bill {
  const load: Load = { appetite: needs.appetite, overheadMib: 0, shipsOnDisk: true, least: needs.leastMachines };
  const ships = needs.ships + watchers(needs);
  return (shelf, rate, limit) => {
    const machines = machinesFor(shelf, load, rate);
    if (machines.floor(ships) >= limit) return null;
    const cents = machines.cents(ships);
    const mix = () => machines.mix(ships);
    return { cents, mix, entries: () => machineEntries(shelf, mix(), "dedicated server") };
  };
}

/** Room for monitoring, counted in ships: larger for the full stack and for every 200 ships. */
export function watchers(needs: Needs): number {
  if (needs.monitoring === "none") return 0;
  const mib = needs.monitoring === "full" ? 6_144 : 3_072;
  return Math.ceil(mib / needs.appetite.ramMib) * Math.ceil(needs.ships / 200);
}

/** Paid traffic beyond what the account has free. */
export function traffic(shelf: Shelf, ships: number, rate: Rate): Entry[] {
  if (shelf.egress === null) return [];
  const { price, freeGb } = shelf.egress;
  const gb = Math.max(0, ships * TRAFFIC[rate] - freeGb);
  return gb === 0 ? [] : [at(`traffic out beyond ${freeGb} GB free, GB`, gb, price, rate)];
}

/** A line whose range comes from the whole bill: both ends are its price at this rate. */
export function at(item: string, quantity: number, price: Entry["price"], rate: Rate): Entry {
  const unitUsd = unit(usdOf(price, rate));
  const amount = cents(quantity, unitUsd);
  return { ...entry(item, quantity, price), unitUsd, cents: amount, low: amount, high: amount };
}
