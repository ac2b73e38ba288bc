import { type Price, type Rate, usdOf } from "../../knowledge/prices.ts";
import type { Shelf } from "../../knowledge/shelves.ts";
import { type Appetite, FILL, SYSTEM_DISK_GB } from "../../knowledge/ship.ts";
import { type Mix, type Mixer, mixer, type Size } from "../sizing.ts";
import { cents, type Entry, unit } from "./entry.ts";

/** A size of a shelf with what one machine of it costs, piece by piece. */
export interface MachineSize extends Size {
  readonly price: Price;
  readonly machineUsd: number;
  readonly ipv4Usd: number;
  /** Disk beyond the machine's own, for the ships it can hold. */
  readonly volumeGb: number;
  readonly volumeUsd: number;
  readonly localDiskUsd: number;
}

/** How machines are filled. */
export interface Load {
  readonly appetite: Appetite;
  /** Memory of each machine that no ship gets (GroundSeg, the cluster's own services), in MiB. */
  readonly overheadMib: number;
  /** False where ships' disks are volumes of their own (a cluster): the machine needs its system's disk only. */
  readonly shipsOnDisk: boolean;
  readonly least: number;
}

/** Ships a machine holds with a fifth of its memory free. */
export function shipsOn(
  ramGiB: number,
  vcpu: number | undefined,
  load: Pick<Load, "appetite" | "overheadMib">,
): number {
  const room = ramGiB * 1024 * FILL - load.overheadMib;
  const byRam = Math.floor(room / load.appetite.ramMib);
  return Math.max(0, vcpu === undefined ? byRam : Math.min(byRam, vcpu * load.appetite.perCpu));
}

const mixers = new Map<string, Mixer<MachineSize>>();

/** The right-sizing of a shelf's machines at one end of the price range. */
export function machinesFor(shelf: Shelf, load: Load, rate: Rate): Mixer<MachineSize> {
  const { appetite, overheadMib, shipsOnDisk, least } = load;
  const key = `${shelf.name} ${rate} ${appetite.ramMib} ${overheadMib} ${shipsOnDisk} ${least}`;
  const known = mixers.get(key);
  if (known !== undefined) return known;
  // At the dear end only what can be ordered today counts.
  const types = rate === "high" ? shelf.types.filter((price) => price.scarce !== true) : shelf.types;
  const made = mixer(
    types.map((price) => sizeOf(price, shelf, load, rate)),
    least,
  );
  mixers.set(key, made);
  return made;
}

function sizeOf(price: Price, shelf: Shelf, load: Load, rate: Rate): MachineSize {
  const ram = shipsOn(price.ramGiB ?? 0, price.vcpu, load);
  const own = shelf.disk ? (price.diskGb ?? 0) : 0;
  const perShip = load.shipsOnDisk ? load.appetite.diskGb : 0;
  const byDisk = perShip === 0 ? ram : Math.floor((own - SYSTEM_DISK_GB) / perShip);
  const ships = shelf.volume === null ? Math.max(0, Math.min(ram, byDisk)) : ram;
  const volumeGb = Math.max(0, SYSTEM_DISK_GB + ships * perShip - own);
  const usd = (part: Price | null) => (part === null ? 0 : usdOf(part, rate));
  const discount = rate === "low" && shelf.commitment !== null ? 1 - shelf.commitment.price / 100 : 1;
  // Whole cents by the machine, so that the sum of the lines is the sum the mix was chosen by.
  const size = {
    price,
    ships,
    machineUsd: cents(1, usdOf(price, rate) * discount) / 100,
    ipv4Usd: cents(1, usd(shelf.ipv4)) / 100,
    volumeGb,
    volumeUsd: volumeGb === 0 ? 0 : cents(volumeGb, unit(usd(shelf.volume))) / 100,
    localDiskUsd: shelf.localDisk === null ? 0 : cents(own, unit(usd(shelf.localDisk))) / 100,
  };
  const parts = [size.machineUsd, size.ipv4Usd, size.volumeUsd, size.localDiskUsd];
  return { ...size, cents: parts.reduce((sum, part) => sum + cents(1, part), 0) };
}

/** The lines of a mix: machines by size, the disks beside each, addresses. */
export function machineEntries(shelf: Shelf, mix: readonly Mix<MachineSize>[], what: string): Entry[] {
  const exact = (item: string, quantity: number, unitUsd: number, price: Price): Entry => {
    const amount = cents(quantity, unitUsd);
    return { item, quantity, unitUsd, cents: amount, low: amount, high: amount, price, machine: true };
  };
  const lines = mix.flatMap(({ size, quantity }) => {
    const { price } = size;
    const made = [exact(`${what} ${price.sku} (${price.ramGiB} GiB), ${shelf.name}`, quantity, size.machineUsd, price)];
    if (size.localDiskUsd > 0 && shelf.localDisk !== null)
      made.push(exact(`local disk of ${price.sku}, ${price.diskGb} GB`, quantity, size.localDiskUsd, shelf.localDisk));
    if (size.volumeGb > 0 && shelf.volume !== null)
      made.push(exact(`volume beside ${price.sku}, ${size.volumeGb} GB`, quantity, size.volumeUsd, shelf.volume));
    return made;
  });
  const machines = mix.reduce((sum, { quantity }) => sum + quantity, 0);
  const address = mix[0]?.size.ipv4Usd ?? 0;
  return shelf.ipv4 === null || address === 0
    ? lines
    : [...lines, exact("public IPv4 address", machines, address, shelf.ipv4)];
}
