import type { Brief } from "../../brief/schema.ts";
import { type Price, priceOf, usdOf } from "../../knowledge/prices.ts";
import { areaOf } from "../../knowledge/shelves.ts";
import { type Needs, standing } from "../needs.ts";
import { between, type Entry, entry, open } from "./entry.ts";

/** Kept copies of a pier after compression, GB a ship: usual, and the ends of the range as shares of it. */
const COPY_GB = 20;
const COPY_RANGE = [0.5, 2] as const;
/** Audit records kept a ship, GB, in the first year. */
const AUDIT_GB = 2;
/** People on call: one, and one for the nights. */
const ON_CALL = 2;
/** Changed blocks a ship and month that travel to the second region, GB. */
const CHANGED_GB = 3;

/** Storage by the gigabyte that copies and logs can go to, whoever the machines belong to. */
const STORES = [
  {
    firm: "aws",
    id: (area: string) => (area === "eu" ? "aws-s3-standard-eu-central-1" : "aws-s3-standard-us-east-1"),
    areas: ["us", "eu"],
  },
  { firm: "ovh", id: () => "ovh-object", areas: ["eu"] },
] as const;

/** What comes on top of the machines, whatever the platform: copies, logs, people on call, keys. */
export function extras(brief: Brief, needs: Needs): Entry[] {
  const store = storeFor(brief, needs.region);
  const entries: Entry[] = [];
  const kept = (item: string, gb: number) => {
    if (store === null) return entries.push(unknownStore(item, gb));
    const [least, most] = COPY_RANGE;
    const usd = usdOf(store);
    return entries.push(
      between(item, gb, round5(usd), [round5(usd * least), round5(usdOf(store, "high") * most)], store),
    );
  };
  if (needs.backups) kept("copies away from the machines, GB", needs.ships * COPY_GB);
  if (needs.secondRegion) {
    kept("copies in a second region, GB", needs.ships * COPY_GB);
    entries.push(entry("changes sent to the second region, GB", needs.ships * CHANGED_GB, priceOf("aws-interregion")));
  }
  if (needs.security === "strict") {
    kept("audit records kept off the machines, GB", needs.ships * AUDIT_GB);
    entries.push(entry("key that encrypts copies and logs", 1, priceOf("aws-kms-key")));
  }
  if (needs.monitoring === "full") {
    const free = priceOf("pagerduty-free");
    const paid = priceOf("pagerduty-pro");
    entries.push(
      between(
        "PagerDuty, a person on call (a free plan exists)",
        ON_CALL,
        usdOf(paid),
        [usdOf(free), usdOf(paid)],
        paid,
      ),
    );
  }
  return entries;
}

/** A store the catalogue has no price of: no cheaper than the cheapest it has, and at most five times the usual one. */
function unknownStore(item: string, gb: number): Entry {
  const [usual, cheap] = [priceOf("aws-s3-standard-us-east-1"), priceOf("ovh-object")];
  return open(`${item} (no price of a store you allow)`, gb, gb * round5(usdOf(cheap)), gb * usdOf(usual) * 5, usual);
}

function round5(usd: number): number {
  return Math.round(usd * 100_000) / 100_000;
}

/** The cheapest store whose firm may be used and signs what is asked for. */
function storeFor(brief: Brief, region: string | null): Price | null {
  const area = region === null ? "us" : areaOf(region);
  const open = STORES.filter(
    ({ firm, areas }) =>
      !brief.excludedProviders.some((no) => no === firm) &&
      (region === null || areas.some((name) => name === area) || !["us", "eu"].includes(area)) &&
      brief.compliance.every((framework) => standing({ firm, signs: {} }, framework) === "yes"),
  );
  const prices = open.map(({ id }) => priceOf(id(area)));
  return prices.reduce<Price | null>(
    (best, price) => (best === null || usdOf(price) < usdOf(best) ? price : best),
    null,
  );
}
