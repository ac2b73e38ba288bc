import { type Rate, usdOf } from "../../knowledge/prices.ts";
import type { Shelf } from "../../knowledge/shelves.ts";
import { LIVE } from "../../knowledge/ship.ts";
import type { Needs } from "../needs.ts";
import type { Mix } from "../sizing.ts";
import { cents, type Entry, entry, expected, ranged, unit } from "./entry.ts";
import { type Load, type MachineSize, machineEntries, machinesFor } from "./machines.ts";

/** Traffic out of the machines, GB a ship and month: quiet, usual, busy. */
const TRAFFIC: Readonly<Record<Rate, number>> = { low: 1, mid: 5, high: 20 };

export interface Rented {
  readonly shelf: Shelf;
  readonly cents: number;
  readonly mix: () => readonly Mix<MachineSize>[];
  /** The lines, with the range of the whole shared out over them. */
  readonly entries: () => Entry[];
  /** Whose bill the low end is. */
  readonly least: () => Shelf;
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
 * The cheapest shelf's bill. The low end is the least any of the shelves could come to, with a year's commitment and
 * quiet ships; the high end what this one could come to, at the dear end of the exchange rate and with busy ships, or,
 * where a size cannot be ordered at times, the cheapest that can be.
 */
export function cheapestShelf(shelves: readonly Shelf[], bill: Bill): Rented | null {
  const mid = cheapest(shelves, bill, "mid");
  if (mid === null) return null;
  const { shelf, draft } = mid;
  const scarce = () => draft.mix().some(({ size }) => size.price.scarce === true);
  const low = () => cheapest(shelves, bill, "low");
  const high = () => cheapest(scarce() ? shelves : [shelf], bill, "high");
  const ends = () => [low()?.draft.cents ?? draft.cents, high()?.draft.cents ?? draft.cents] as const;
  const entries = () => ranged(draft.entries(), ...ends());
  return { shelf, cents: draft.cents, mix: draft.mix, entries, ends, least: () => low()?.shelf ?? shelf };
}

function cheapest(shelves: readonly Shelf[], bill: Bill, rate: Rate) {
  let found: { readonly shelf: Shelf; readonly draft: Draft } | null = null;
  for (const shelf of shelves) {
    const limit: number = found?.draft.cents ?? Number.POSITIVE_INFINITY;
    const draft = bill(shelf, rate, limit);
    if (draft !== null && draft.cents < limit) found = { shelf, draft };
  }
  return found;
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

/** The monitoring machine alone. */
export function watchBill(needs: Needs): Bill {
  const load: Load = { appetite: LIVE, overheadMib: 0, shipsOnDisk: true, least: 1 };
  const room = Math.max(
    1,
    watchers({ ...needs, appetite: LIVE, monitoring: needs.monitoring === "full" ? "full" : "standard" }),
  );
  return (shelf, rate, limit) => {
    const machines = machinesFor(shelf, load, rate);
    if (machines.floor(room) >= limit) return null;
    const mix = () => machines.mix(room);
    return { cents: machines.cents(room), mix, entries: () => machineEntries(shelf, mix(), "monitoring server") };
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
  const paid = (usage: Rate) => Math.max(0, ships * TRAFFIC[usage] - freeGb);
  if (paid("high") === 0) return [];
  const line = at(`traffic out beyond ${freeGb} GB free, GB`, paid(rate), price, rate);
  return [
    {
      ...line,
      low: cents(paid("low"), unit(usdOf(price, "low"))),
      high: cents(paid("high"), unit(usdOf(price, "high"))),
    },
  ];
}

/** A line at one end of the range; at mid price it carries both ends. */
export function at(item: string, quantity: number, price: Entry["price"], rate: Rate): Entry {
  const unitUsd = unit(usdOf(price, rate));
  return { ...entry(item, quantity, price), unitUsd, cents: cents(quantity, unitUsd) };
}
