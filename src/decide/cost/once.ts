import type { Brief, Platform } from "../../brief/schema.ts";
import { priceOf, usdOf } from "../../knowledge/prices.ts";
import type { Needs } from "../needs.ts";
import type { OnceLine } from "../schema.ts";

/** Points one star can spawn. */
const SPAWN = 65_535;

/** Money spent once: the identities nobody named, and machines that have to be bought. Ships that are named are owned. */
export function onceLines(brief: Brief, platform: Platform, needs: Needs, boughtServers: number): OnceLine[] {
  const lines: OnceLine[] = [];
  const wanted = planets(brief, needs);
  if (wanted > 0) {
    const [low, high, star] = [priceOf("urbit-planet-low"), priceOf("urbit-planet-high"), priceOf("urbit-star-high")];
    const each = wanted * usdOf(high, "mid");
    const stars = Math.ceil(wanted / SPAWN) * usdOf(star, "high");
    lines.push({
      item: `planets you do not have yet: free from a friendly star, up to ${usdOf(high)} dollars each${stars < each ? "; a star of your own spawns them all" : ""}`,
      quantity: wanted,
      lowUsd: wanted * usdOf(low),
      highUsd: Math.min(each, stars),
      asOf: high.asOf,
      confidence: stars < each ? "recalled" : "sourced",
    });
  }
  if (boughtServers > 0) {
    const [low, high] = [priceOf("hw-1u-used-low"), priceOf("hw-1u-used-high")];
    lines.push({
      item: "used 1U servers to buy",
      quantity: boughtServers,
      lowUsd: boughtServers * usdOf(low, "low"),
      highUsd: boughtServers * usdOf(high, "high"),
      asOf: low.asOf,
      confidence: "recalled",
    });
  }
  if (platform === "bare-metal" && needs.own.hosts === 0 && boughtServers === 0) {
    const setup = priceOf("hetzner-dedicated-setup");
    lines.push({
      item: "set-up fee of a dedicated server",
      quantity: 1,
      lowUsd: 0,
      highUsd: Math.round(usdOf(setup, "high")),
      asOf: setup.asOf,
      confidence: setup.confidence,
    });
  }
  return lines;
}

/** Planets that have to be got: what is counted and neither named nor of a kind that costs nothing. */
function planets(brief: Brief, needs: Needs): number {
  if (!needs.live) return 0;
  const free = brief.ships.groups
    .filter(({ kind }) => kind === "moon" || kind === "comet")
    .reduce((sum, { count }) => sum + count, 0);
  const { kind } = brief.ships;
  if (kind === "moon" || kind === "comet" || kind === "galaxy" || kind === "star") return 0;
  return Math.max(0, needs.ships - brief.ships.names.length - free);
}
