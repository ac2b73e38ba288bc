import { type Price, priceOf, usdOf } from "../../knowledge/prices.ts";
import type { Shelf } from "../../knowledge/shelves.ts";
import type { Needs } from "../needs.ts";
import { type Entry, expected, open } from "./entry.ts";
import { machineEntries, machinesFor } from "./machines.ts";
import { at, type Bill, traffic } from "./rented.ts";

/** Memory of each node that no ship gets: kubelet, network and log agents. */
const NODE_OVERHEAD_MIB = 1024;
/** Zones the control and audit networks are spread over; each needs a way out of its own. */
const ZONES = 2;
/** New blocks a month that a volume's snapshots keep, GB. */
const SNAPSHOT_GB = 10;
/** Cheapest and dearest load balancer of the catalogue, for firms it has no price of. */
const BALANCERS = ["ovh-lb-s", "aws-alb-hour-us-east-1"] as const;

/**
 * A managed cluster: control plane, nodes, a volume for each ship, one balancer for the web side. Ships keep a public
 * port of their own for Ames, so their nodes have public addresses; only strict fleets pay for the private side's NAT.
 */
export function clusterBill(needs: Needs): Bill {
  const load = {
    appetite: needs.appetite,
    overheadMib: NODE_OVERHEAD_MIB,
    least: needs.leastMachines,
  };
  const ships = needs.ships + monitoringRoom(needs);
  return (shelf, rate, limit) => {
    const nodes = machinesFor(shelf, { ...load, shipsOnDisk: shelf.volume === null }, rate);
    if (nodes.floor(ships) >= limit) return null;
    const cents = nodes.cents(ships);
    const around = aroundNodes(shelf, needs, (item, quantity, price) => at(item, quantity, price, rate));
    const extra = [...around, ...traffic(shelf, needs.ships, rate)];
    const what = shelf.cluster === null ? "node of a cluster you run yourself," : "node";
    const mix = () => nodes.mix(ships);
    return { cents: cents + expected(extra), mix, entries: () => [...machineEntries(shelf, mix(), what), ...extra] };
  };
}

type Line = (item: string, quantity: number, price: Price) => Entry;

/** Control plane, volumes and their snapshots, and the doors. */
function aroundNodes(shelf: Shelf, needs: Needs, line: Line): Entry[] {
  const { cluster, volume, snapshot } = shelf;
  return [
    ...(cluster === null ? [] : [line(`control plane, ${cluster.control.product}`, 1, cluster.control)]),
    ...(volume === null ? [] : [line("volumes of the ships, GB", needs.ships * needs.appetite.diskGb, volume)]),
    ...(snapshot === null || !needs.backups ? [] : [line("volume snapshots, GB", needs.ships * SNAPSHOT_GB, snapshot)]),
    ...(cluster === null ? [] : edge(cluster, needs, line)),
  ];
}

/** The cluster's doors: a balancer for the web side, and for strict fleets the private side's way out. */
function edge({ balancers, nat }: NonNullable<Shelf["cluster"]>, needs: Needs, line: Line): Entry[] {
  const doors = balancers.map((price) =>
    line(price.per === undefined ? price.product : `${price.product}, ${price.per}`, 1, price),
  );
  if (doors.length === 0) doors.push(unknownBalancer());
  if (nat !== null && needs.security === "strict")
    doors.push(line("NAT gateway of the private side, one a zone", ZONES, nat));
  return doors;
}

/** Room for monitoring inside the cluster, counted in ships: 6 GiB for the standard stack, 12 for the full one, more for every 50 ships. */
function monitoringRoom(needs: Needs): number {
  if (needs.monitoring === "none") return 0;
  const mib = (needs.monitoring === "full" ? 12_288 : 6_144) + Math.floor(needs.ships / 50) * 1_024;
  return Math.ceil(mib / needs.appetite.ramMib);
}

function unknownBalancer(): Entry {
  const [low, high] = BALANCERS.map((id) => usdOf(priceOf(id)));
  return open(
    "load balancer: the catalogue has no price of this firm's",
    1,
    low ?? 0,
    high ?? 0,
    priceOf(BALANCERS[1]),
  );
}
