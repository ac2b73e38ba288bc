import { MONTH_HOURS, type Price, priceOf, usdOf } from "../../knowledge/prices.ts";
import { areaOf } from "../../knowledge/shelves.ts";
import { FILL } from "../../knowledge/ship.ts";
import type { Needs } from "../needs.ts";
import { between, type Entry, open, unit } from "./entry.ts";
import { shipsOn } from "./machines.ts";
import { watchers } from "./rented.ts";

/** Memory taken for granted of a machine nobody described: a small server of today. */
const USUAL_GIB = 64;

export interface OwnFleet {
  readonly entries: readonly Entry[];
  readonly hosts: number;
  readonly ramGiB: number;
  readonly shipsEach: number;
}

/** Memory of each machine in GiB, and the ships it holds. */
export function ownCapacity(
  needs: Needs,
  overheadMib: number,
): { readonly ramGiB: number; readonly shipsEach: number; readonly hosts: number } {
  const ramGiB = needs.own.ramGiB ?? USUAL_GIB;
  const shipsEach = shipsOn(ramGiB, undefined, { appetite: needs.appetite, overheadMib });
  const enough = shipsEach === 0 ? 1 : Math.ceil((needs.ships + watchers(needs)) / shipsEach);
  return { ramGiB, shipsEach, hosts: Math.max(enough, needs.leastMachines, needs.own.hosts) };
}

/**
 * Machines the user has: what they were bought for is spent, their power is not. The high end holds what putting by for
 * their replacement costs, and a dear kilowatt-hour for a hungry machine.
 */
export function ownFleet(needs: Needs, overheadMib: number): OwnFleet {
  const { hosts, ramGiB, shipsEach } = ownCapacity(needs, overheadMib);
  const machine = priceOf("hw-mini-64-est");
  const months = priceOf("hw-life-mini").price * 12;
  const kwh = electricity(needs.region);
  const power = (watts: string, price: Price) => unit((priceOf(watts).price / 1000) * MONTH_HOURS * usdOf(price));
  const entries = [
    between(
      `host of your own, paid for (replaced after ${months / 12} years at the high end)`,
      hosts,
      0,
      [0, unit(usdOf(machine, "high") / months)],
      machine,
    ),
    between(
      "power of a host, 20 W (8 to 120 W)",
      hosts,
      power("hw-power-ms01-idle", kwh.mid),
      [power("hw-power-n100-idle", kwh.low), power("hw-power-1u-idle", kwh.high)],
      kwh.mid,
    ),
  ];
  return { entries, hosts, ramGiB, shipsEach };
}

function electricity(region: string | null): { readonly low: Price; readonly mid: Price; readonly high: Price } {
  const place = region !== null && areaOf(region) === "eu" ? "eu" : "us";
  return { low: priceOf(`elec-${place}-low`), mid: priceOf(`elec-${place}-avg`), high: priceOf(`elec-${place}-high`) };
}

/** A used server of one's own in somebody's rack: for who has no machines and wants nobody else's. */
export function colocated(needs: Needs, overheadMib: number): OwnFleet {
  const [small, large] = [priceOf("hw-1u-used-low"), priceOf("hw-1u-used-high")];
  const [near, far] = [priceOf("hw-colo-1u-low"), priceOf("hw-colo-1u-high")];
  const ramGiB = small.ramGiB ?? 128;
  const shipsEach = shipsOn(ramGiB, small.vcpu, { appetite: needs.appetite, overheadMib });
  const hosts = Math.max(Math.ceil((needs.ships + watchers(needs)) / shipsEach), needs.leastMachines);
  const months = priceOf("hw-life-1u").price * 12;
  const middle = (a: Price, b: Price) => (usdOf(a) + usdOf(b)) / 2;
  const entries: Entry[] = [
    between(
      `used 1U server, ${ramGiB} GiB, bought, over ${months / 12} years`,
      hosts,
      unit(middle(small, large) / months),
      [unit(usdOf(small) / months), unit(usdOf(large) / months)],
      small,
    ),
    between(
      "colocation of 1U with power and line",
      hosts,
      unit(middle(near, far)),
      [unit(usdOf(near)), unit(usdOf(far))],
      near,
    ),
  ].map((line) => ({ ...line, machine: true }));
  return { entries, hosts, ramGiB, shipsEach };
}

/** Virtual servers the user rents already: what they pay is theirs to know; what they need of memory can be said. */
export function rentedAlready(needs: Needs): OwnFleet {
  const [small, large] = [priceOf("hetzner-cx53"), priceOf("do-s-2vcpu-4gb")];
  const hosts = needs.rentedAlready;
  const shipsEach = Math.ceil(needs.ships / hosts);
  const ramGiB = Math.max(2, Math.ceil((shipsEach * needs.appetite.ramMib) / FILL / 1024));
  const perGiB = (machine: Price) => usdOf(machine) / (machine.ramGiB ?? 1);
  const [low, high] = [small, large].map((machine) => hosts * ramGiB * perGiB(machine));
  const line = open("rent of a virtual server you have already", hosts, low ?? 0, high ?? 0, small);
  return { entries: [line], hosts, ramGiB, shipsEach };
}

/**
 * The way in from the internet for ships behind a home line: nothing where ports are forwarded or the address is
 * public; else a relay. StarTram publishes no price, so the line is a range: up to what is remembered of it, or what a
 * small server with an Anchor of one's own costs where that is less. Its operator signs no HIPAA agreement.
 */
export function relay(needs: Needs, startram: boolean, hipaa: boolean): Entry[] {
  if (!needs.live) return [];
  const account = priceOf("urbit-startram");
  const anchor = priceOf("aws-lightsail-12");
  const remembered = needs.ships * usdOf(account, "high");
  if (startram) return [open("StarTram, a ship (no price is published)", needs.ships, 0, remembered, account)];
  if (hipaa) return [open("way in: ports forwarded, or an Anchor of your own", 1, 0, usdOf(anchor, "high"), anchor)];
  const most = Math.min(remembered, usdOf(anchor, "high"));
  return [open("way in: ports forwarded, or a relay (StarTram publishes no price)", needs.ships, 0, most, account)];
}
