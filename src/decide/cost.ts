import type { Brief, Platform } from "../brief/schema.ts";
import { MONTH_HOURS, type Price, priceOf } from "../knowledge/prices.ts";
import type { CostLine, Decision } from "./schema.ts";

type Cost = Decision["cost"];

/** Memory one ship is given: a 2 GiB loom and one more for the rest; a fresh fake ship stays far below. */
const SHIP_GIB = 3;
const FAKE_GIB = 0.5;
/** Share of a machine's memory that ships may fill. */
const FILL = 0.8;
const SHIP_DISK_GB = 40;

/** Monthly cost with its lines. What no catalogue knows is a range, never nothing. */
export function costOf(brief: Brief, platform: Platform, ownHosts: number): Cost {
  const count = brief.ships.count ?? 1;
  const need = count * (brief.ships.fake ? FAKE_GIB : SHIP_GIB);
  if (platform === "kubernetes") return cluster(count, need, brief.disasterRecovery === true);
  const rented = platform === "vps" && ownHosts === 0;
  if (rented) return virtualServers(count, need);
  return ownMachines(Math.max(1, ownHosts));
}

function cluster(count: number, need: number, recovery: boolean): Cost {
  const node = priceOf("aws-ec2-m5.2xlarge-us-east-1");
  const nodes = Math.max(3, Math.ceil(need / ((node.ramGiB ?? 32) * FILL)));
  const disk = count * SHIP_DISK_GB;
  const lines = [
    line("EKS control plane", 1, hourly(priceOf("aws-eks-standard")), priceOf("aws-eks-standard")),
    line("worker node m5.2xlarge", nodes, hourly(node), node),
    line("EBS gp3, GB", disk, priceOf("aws-ebs-gp3-us-east-1").price, priceOf("aws-ebs-gp3-us-east-1")),
    line("NAT gateway", 2, hourly(priceOf("aws-nat-hour-us-east-1")), priceOf("aws-nat-hour-us-east-1")),
  ];
  if (recovery) lines.push(line("backup copies in a second region, GB", disk, 0.05, priceOf("aws-ebs-gp3-us-east-1")));
  // Reserved nodes take about a third off; egress and load balancers come on top.
  return total(lines, 0.72, 1.35);
}

function virtualServers(count: number, need: number): Cost {
  const small = priceOf("do-s-2vcpu-4gb");
  const large = priceOf("do-m-8vcpu-64gb");
  const one = count === 1 || need <= (small.ramGiB ?? 4) * FILL;
  const size = one ? small : large;
  const machines = one ? 1 : Math.ceil(need / ((size.ramGiB ?? 64) * FILL));
  return total([line(`virtual server ${size.sku}`, machines, size.price, size)], 0.6, 1.3);
}

/** Machines the user owns cost their power; what they were bought for is spent already. */
function ownMachines(hosts: number): Cost {
  const kwh = priceOf("elec-us-avg");
  const monthly = (watts: number) => Math.round((watts * MONTH_HOURS * kwh.price) / 10) / 100;
  const low = monthly(priceOf("hw-power-n100-idle").price);
  const high = monthly(priceOf("hw-power-1u-idle").price);
  const lines: CostLine[] = [
    {
      item: "power of a host of your own (8 to 120 W)",
      quantity: hosts,
      unitUsd: null,
      monthlyUsd: null,
      asOf: kwh.asOf,
    },
  ];
  return { monthlyUsd: null, lowUsd: round(low * hosts), highUsd: round(high * hosts), lines };
}

function line(item: string, quantity: number, unitUsd: number, price: Price): CostLine {
  return { item, quantity, unitUsd: round(unitUsd), monthlyUsd: round(unitUsd * quantity), asOf: price.asOf };
}

function hourly(price: Price): number {
  return price.price * MONTH_HOURS;
}

function total(lines: CostLine[], low: number, high: number): Cost {
  const monthlyUsd = round(lines.reduce((sum, item) => sum + (item.monthlyUsd ?? 0), 0));
  return { monthlyUsd, lowUsd: round(monthlyUsd * low), highUsd: round(monthlyUsd * high), lines };
}

function round(usd: number): number {
  return Math.round(usd * 100) / 100;
}
