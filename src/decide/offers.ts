import { dollars } from "../base/amounts.ts";
import type { Brief } from "../brief/schema.ts";
import { sentenceOf } from "../brief/sentence.ts";
import { costOf } from "./cost/cost.ts";
import { givesUp } from "./gives-up.ts";
import { countOf } from "./levels.ts";
import { uptimeCeiling } from "./limits.ts";
import { choose, machinesOf } from "./platform.ts";
import { DEMANDS } from "./relax.ts";
import type { Alternative, Conflict } from "./schema.ts";
import { type Purse, settled, without, withUptime } from "./settle.ts";
import type { SiteView } from "./site.ts";

/** One direction to go in: what to change first, and who gives when the money does not reach. */
interface Direction {
  /** Null where the direction leads nowhere from this brief. */
  change(brief: Brief, site: SiteView): Brief | null;
  readonly purse: Purse;
  says(offered: Brief, asked: Brief, site: SiteView): string;
}

const WANTED = 3;

/**
 * Three ways out of an infeasible brief, each on another side of the front: more money, less compliance, less comfort,
 * fewer ships, more time. Each was decided again before it is shown, and says everything it gives up.
 */
export function offersFor(asked: Brief, site: SiteView, conflicts: readonly Conflict[]): Alternative[] {
  const promise = conflicts.every(({ requirements }) => requirements.length === 1 && requirements[0] === "uptime");
  const offers = new Map<string, Alternative>();
  for (const direction of promise ? [...LESS_PROMISED, ...DIRECTIONS] : DIRECTIONS) {
    if (offers.size === WANTED) break;
    const changed = direction.change(asked, site);
    const offered = changed === null ? null : settled(changed, site, direction.purse);
    if (offered === null) continue;
    const offer = alternativeOf(offered, asked, direction.says(offered, asked, site), site);
    if (!offers.has(offer.sentence)) offers.set(offer.sentence, offer);
  }
  return [...offers.values()];
}

function alternativeOf(brief: Brief, asked: Brief, offer: string, site: SiteView): Alternative {
  const { platform, price } = choose(brief, site);
  const priced = price(platform);
  const { monthlyUsd, lowUsd, highUsd } = costOf(brief, platform, priced, site.today);
  const own = brief.selfHosted === true && priced.needs.own.hosts > 0;
  return {
    offer,
    givesUp: givesUp(asked, brief, platform),
    // A firm's name beside servers of one's own would say that they are rented.
    sentence: sentenceOf({ ...brief, unsure: false, provider: own ? null : brief.provider }),
    platform,
    ships: countOf(brief),
    monthlyUsd,
    lowUsd,
    highUsd,
    uptimePercent: brief.slo.uptimePercent,
    compliance: [...brief.compliance],
  };
}

const all: Direction = {
  change: (brief) => brief,
  purse: "pay",
  says: ({ budgetUsdPerMonth: budget }, asked) =>
    budget !== null && budget !== asked.budgetUsdPerMonth
      ? `all of it for $${dollars(budget)} a month`
      : "as much of it as can be had",
};

const unregulated: Direction = {
  change: (brief) => (brief.compliance.length > 0 ? { ...brief, compliance: [] } : null),
  purse: "hold",
  says: (_, { compliance }) => `the same without ${compliance.join(" and ")}`,
};

const onVirtualServers = (purse: Purse): Direction => ({
  change: (brief, site) => {
    if (choose(brief, site).platform === "vps") return null;
    if (brief.selfHosted === true && purse === "hold") return null;
    return { ...brief, infrastructure: "vps", selfHosted: null, autoscaling: null, enterprise: false, excluded: [] };
  },
  purse,
  says: () => "on virtual servers",
});

const onOwnServers: Direction = {
  change: (brief) =>
    brief.selfHosted === true
      ? null
      : { ...without(without(brief, "provider"), "regions"), selfHosted: true, infrastructure: null, managed: null },
  purse: "pay",
  says: (offered, _, site) => {
    const { platform, price } = choose(offered, site);
    const machines = machinesOf(price(platform));
    return `on ${machines} server${machines === 1 ? "" : "s"} of your own, with ${platform}`;
  },
};

const fewer: Direction = {
  change: (brief) => (countOf(brief) > 1 ? brief : null),
  purse: "shrink",
  says: (offered, asked) => `${countOf(offered)} of the ${countOf(asked)} ships now`,
};

const lighter: Direction = {
  change: (brief) =>
    brief.disasterRecovery === true || brief.monitoring === true
      ? { ...brief, disasterRecovery: null, monitoring: false }
      : null,
  purse: "hold",
  says: () => "without disaster recovery and monitoring",
};

const anywhere: Direction = {
  change: (brief) => (["provider", "regions", "exclusions", "platform"] as const).reduce(without, brief),
  purse: "hold",
  says: () => "wherever and on whatever it fits",
};

/** One ship, nothing else asked of it but the frameworks: to learn with. */
const pilot: Direction = {
  change: (brief) =>
    DEMANDS.filter(({ name }) => name !== "compliance" && name !== "budget").reduce(
      (rest, demand) => demand.without(rest),
      brief,
    ),
  purse: "pay",
  says: () => "one ship as a pilot",
};

const unlimited: Direction = {
  change: (brief) => (brief.budgetUsdPerMonth === null ? null : without(brief, "budget")),
  purse: "hold",
  says: () => "without a limit: it is priced and shown",
};

/** The most one process can hold, with nothing left for a bad day. */
const ceiling: Direction = {
  change: (brief, site) => {
    const { platform, price } = choose(brief, site);
    return withUptime(brief, uptimeCeiling(platform, price(platform).needs.own.hosts > 0));
  },
  purse: "hold",
  says: (offered) => `with ${offered.slo.uptimePercent} %, the most one process can hold: one bad day breaks it`,
};

/** Fewer nines, but a second place to come back in. */
const withRecovery: Direction = {
  change: (brief) =>
    brief.disasterRecovery === true || brief.backups === false
      ? null
      : { ...withUptime(brief, 99.9), disasterRecovery: true },
  purse: "hold",
  says: (offered) => `with ${offered.slo.uptimePercent} % and copies in a second region`,
};

const objective = (uptimePercent: number | null): Direction => ({
  change: (brief) => (brief.slo.uptimePercent === null ? null : withUptime(brief, uptimePercent)),
  purse: "hold",
  says: () =>
    uptimePercent === null ? "without an objective" : `with ${uptimePercent} %, which leaves hours for a bad day`,
});

/** Tried first where a promise of uptime is all that cannot be had. */
const LESS_PROMISED: readonly Direction[] = [
  ceiling,
  withRecovery,
  onOwnServers,
  objective(99.9),
  objective(99.5),
  objective(null),
];

/** In the order they are tried: one on each side of the front first. */
const DIRECTIONS: readonly Direction[] = [
  all,
  unregulated,
  onVirtualServers("hold"),
  onOwnServers,
  fewer,
  lighter,
  anywhere,
  onVirtualServers("pay"),
  pilot,
  unlimited,
  objective(99.5),
  objective(null),
];
