import { dollars } from "../base/amounts.ts";
import type { Brief, Platform } from "../brief/schema.ts";
import { firmOf } from "../knowledge/firms.ts";
import { FAILURES, LEAST_RESPONSE_MS, LEAST_RPO_MINUTES, RECOVERY_MINUTES, UPKEEP } from "../knowledge/ship.ts";
import { ownCapacity } from "./cost/own.ts";
import { countOf } from "./levels.ts";
import type { Needs } from "./needs.ts";
import { ALL, type Choice, shipsText } from "./platform.ts";
import type { Requirement } from "./schema.ts";

/** Something the brief asks for that the chosen platform cannot give. */
export interface Violation {
  /** The requirement that fails; which others it fails with is found by leaving them out. */
  readonly fails: Requirement;
  readonly because: string;
}

const MONTH_MINUTES = 730 * 60;
/** Minutes a month a ship is down for its own upkeep. */
export const UPKEEP_MINUTES = UPKEEP.reduce((sum, { minutes }) => sum + minutes, 0);

/** Share of a month, in percent to two places, that one process can be up on a platform: upkeep and usual failures are taken off. */
export function uptimeCeiling(platform: Platform, owned: boolean): number {
  const place = owned
    ? "own"
    : platform === "bare-metal"
      ? "rented-metal"
      : platform === "kubernetes"
        ? "kubernetes"
        : "vps";
  const down = UPKEEP_MINUTES + FAILURES[place];
  return Math.floor((1 - down / MONTH_MINUTES) * 10_000) / 100;
}

/** Minutes a month that an objective leaves for everything. */
export function errorBudget(percent: number): number {
  return Math.round(MONTH_MINUTES * (100 - percent)) / 100;
}

/** Days a deployment takes at the least, before its steps are planned: machines got, platforms built, agreements signed. */
export function leastDays(
  brief: Brief,
  platform: Platform,
  { needs, bought }: { readonly needs: Needs; readonly bought: number },
): number {
  const owned = needs.own.hosts > 0;
  const ready: Readonly<Record<Platform, number>> = {
    vps: 1,
    "bare-metal": bought > 0 ? 10 : owned ? 1 : 3,
    groundseg: 3,
    kubernetes: 5,
  };
  const shared = platform === "kubernetes" || platform === "groundseg";
  return ready[platform] + (shared && brief.compliance.length > 0 ? 1 : 0);
}

/** Everything the brief asks for and cannot have with this choice. Empty: it is feasible as asked. */
export function violations(brief: Brief, choice: Choice): readonly Violation[] {
  const { platform, price } = choice;
  const priced = price(platform);
  const owned = priced.needs.own.hosts > 0;
  const one = countOf(brief) === 1;
  const found: Violation[] = [];
  const fails = (requirement: Requirement, because: string) => found.push({ fails: requirement, because });
  const { uptimePercent, responseMs, rpoMinutes, rtoMinutes } = brief.slo;

  if (brief.budgetUsdPerMonth !== null && priced.usd > brief.budgetUsdPerMonth)
    fails(
      "budget",
      `${shipsText(brief)} on ${platform} ${one ? "costs" : "cost"} $${dollars(priced.usd)} a month as priced; the budget is $${dollars(brief.budgetUsdPerMonth)}`,
    );
  if (brief.budgetOnceUsd !== null && priced.bought * BOUGHT_USD > brief.budgetOnceUsd)
    fails(
      "budget-once",
      `${priced.bought} server(s) have to be bought, about $${BOUGHT_USD} each; $${brief.budgetOnceUsd} may be spent once`,
    );
  const ceiling = uptimeCeiling(platform, owned);
  if (uptimePercent !== null && uptimePercent > ceiling)
    fails(
      "uptime",
      `${uptimePercent} % leaves ${errorBudget(uptimePercent)} minutes a month; a ship is one process with one writer, its upkeep alone stops it for about ${UPKEEP_MINUTES} and no replica can stand in: ${ceiling} % is the most on ${platform}`,
    );
  if (responseMs !== null && responseMs < LEAST_RESPONSE_MS)
    fails(
      "response",
      `no ship answers a request over a network in ${responseMs} ms; ${LEAST_RESPONSE_MS} ms is the least`,
    );
  if (rpoMinutes !== null && rpoMinutes < LEAST_RPO_MINUTES)
    fails(
      "data-loss",
      `a ship is copied whole, at the most every ${LEAST_RPO_MINUTES} minutes: no more than ${rpoMinutes} minutes of loss cannot be promised`,
    );
  if (rtoMinutes !== null && rtoMinutes < RECOVERY_MINUTES[platform])
    fails(
      "recovery-time",
      `a lost machine's ships are back in about ${RECOVERY_MINUTES[platform]} minutes on ${platform}, not in ${rtoMinutes}`,
    );
  const days = leastDays(brief, platform, priced);
  if (brief.timelineDays !== null && brief.timelineDays < days)
    fails(
      "timeline",
      `${shipsText(brief)} on ${platform} ${one ? "takes" : "take"} ${days} days at the least; ${brief.timelineDays} were given`,
    );
  found.push(...agreementViolations(brief, choice), ...capacityViolations(brief, choice));
  return found;
}

/** What a server that has to be bought costs at the least. */
const BOUGHT_USD = 350;

function agreementViolations(brief: Brief, { platform, price, barred }: Choice): Violation[] {
  const { setAside, shelf } = price(platform);
  const found: Violation[] = [];
  const asked = brief.provider === null ? "no firm left to choose from" : firmOf(brief.provider).name;
  if (setAside === "compliance") {
    const lacking = shelf === null ? asked : firmOf(shelf.firm).name;
    found.push({
      fails: "compliance",
      because: `${lacking} is not known to sign what ${brief.compliance.join(", ")} needs for ${platform}`,
    });
  }
  if (setAside === "regions")
    found.push({
      fails: "regions",
      because: `the catalogue has no ${platform} machines in ${brief.regions.join(", ") || "what is left of the regions"} from ${asked}`,
    });
  if (setAside === "provider")
    found.push({ fails: "provider", because: `the catalogue has no ${platform} machines that may be used: ${asked}` });
  if (brief.compliance.includes("hipaa") && brief.startram === true)
    found.push({
      fails: "startram",
      because: "StarTram and other hosted relays are not known to sign a HIPAA agreement",
    });
  if (brief.compliance.includes("hipaa") && brief.managed === true)
    found.push({ fails: "managed", because: "no host of single ships is known to sign a HIPAA agreement" });
  // The matrix keeps a beginner's one ship on a virtual server, whatever it is to grow to.
  const kept = countOf(brief) === 1 && brief.experience === "beginner" && platform === "vps";
  const barredCluster = brief.infrastructure !== null || brief.excluded.includes("kubernetes");
  if (brief.autoscaling === true && platform !== "kubernetes" && barredCluster && !kept)
    found.push({
      fails: "autoscaling",
      because: `${platform} adds no machines by itself; only a cluster does, and it adds nodes, never copies of a ship`,
    });
  if (
    brief.infrastructure === null
      ? ALL.every((other) => barred[other] !== undefined)
      : brief.excluded.includes(brief.infrastructure)
  )
    found.push({ fails: "exclusions", because: "every platform that could be taken was refused" });
  if (brief.disasterRecovery === true && brief.backups === false)
    found.push({ fails: "recovery", because: "recovery in a second place needs copies, and copies were refused" });
  return found;
}

/** Machines the user described have to hold the ships. */
function capacityViolations(brief: Brief, { platform, price }: Choice): Violation[] {
  const { needs } = price(platform);
  const { count, ramGiB } = brief.machines;
  if (needs.own.hosts === 0 || ramGiB === null) return [];
  const have = count ?? 1;
  const { hosts, shipsEach } = ownCapacity(
    { ...needs, leastMachines: 1, own: { hosts: 0, ramGiB } },
    platform === "bare-metal" || platform === "vps" ? 0 : 2048,
  );
  if (shipsEach > 0 && hosts <= have) return [];
  return [
    {
      fails: "machines",
      because: `${have} machine(s) of ${ramGiB} GiB hold ${have * shipsEach} ships with a fifth of the memory free; ${shipsText(brief)} and their monitoring need more`,
    },
  ];
}
