import type { Brief } from "../brief/schema.ts";
import { priceOf, usdOf } from "../knowledge/prices.ts";
import { isFeasible } from "./conflicts.ts";
import { costOf, type Priced } from "./cost/cost.ts";
import { countOf, withCount } from "./levels.ts";
import { dollars, errorBudget, leastDays, uptimeCeiling, violations } from "./limits.ts";
import { choose, machinesOf } from "./platform.ts";
import { DEMANDS } from "./relax.ts";
import type { Alternative, Conflict, Requirement } from "./schema.ts";
import { sentenceOf } from "./sentence.ts";
import type { SiteView } from "./site.ts";

/** A change to a brief, and what it gives up. */
interface Change {
  readonly brief: Brief;
  readonly offer: string;
  readonly givesUp: string;
}

interface Eased {
  readonly brief: Brief;
  readonly givesUp: string;
}

/** One direction to go in: a change, or null where it leads nowhere. */
type Direction = (brief: Brief, site: SiteView) => Change | null;

const WANTED = 3;

/**
 * Three ways out of an infeasible brief, each on another side of the front: more money, less compliance, less
 * resilience or comfort, fewer ships, more time. Each is decided again and shown only when it is feasible.
 */
export function offersFor(brief: Brief, site: SiteView, conflicts: readonly Conflict[]): Alternative[] {
  const start = mended(brief, site, conflicts);
  const directions = isFeasible(start.brief, site) ? [...EASED_ENOUGH, ...DIRECTIONS] : DIRECTIONS;
  const offers = new Map<string, Alternative>();
  for (const direction of directions) {
    if (offers.size === WANTED) break;
    const change = direction(start.brief, site);
    if (change === null || !isFeasible(change.brief, site)) continue;
    const offer = alternativeOf(change, start.givesUp, site);
    if (!offers.has(offer.sentence)) offers.set(offer.sentence, offer);
  }
  return [...offers.values()];
}

/** The brief with what no arrangement gives brought down to what can be had. */
function mended(brief: Brief, site: SiteView, conflicts: readonly Conflict[]): Mended {
  const alone = conflicts.flatMap(({ requirements: [name, ...others] }) =>
    others.length === 0 && name !== undefined ? [name] : [],
  );
  return alone.reduce<Mended>(
    (now, name) => {
      const eased = ease(now.brief, site, name);
      return eased === null ? now : { brief: eased.brief, givesUp: [...now.givesUp, eased.givesUp] };
    },
    { brief, givesUp: [] },
  );
}

interface Mended {
  readonly brief: Brief;
  readonly givesUp: readonly string[];
}

/** One requirement brought down to the most that can be had, or left out. */
function ease(brief: Brief, site: SiteView, name: string): Eased | null {
  if (name === "uptime") {
    const eased = withUptime(brief, UPTIMES[0]);
    return { brief: eased, givesUp: `${brief.slo.uptimePercent} % for ${UPTIMES[0]} %, which one process can hold` };
  }
  if (name === "timeline") {
    const longer = later(brief, site);
    return longer === null ? null : { brief: longer.brief, givesUp: longer.givesUp };
  }
  if (name === "budget") return null;
  const found = DEMANDS.find((demand) => demand.name === name);
  return found === undefined ? null : { brief: found.without(brief), givesUp: `what was asked of ${name}` };
}

/** Objectives a ship can be held to, best first. */
const UPTIMES = [99.9, 99.5] as const;

function withUptime(brief: Brief, uptimePercent: number | null): Brief {
  return { ...brief, slo: { ...brief.slo, uptimePercent } };
}

/** The budget that pays for it. */
const pay: Direction = (brief, site) => {
  const paid = afford(brief, site);
  if (paid === null) return null;
  const offer = `all of it for $${dollars(paid.brief.budgetUsdPerMonth ?? 0)} a month`;
  return settled(paid.brief, site, { offer, givesUp: paid.givesUp });
};

const withoutCompliance: Direction = (brief, site) => {
  if (brief.compliance.length === 0) return null;
  const names = brief.compliance.join(" and ");
  return settled({ ...brief, compliance: [] }, site, {
    offer: `the same without ${names}`,
    givesUp: `${names}: no agreement, no audit trail; no regulated data may go on these ships`,
  });
};

const onOwnServers: Direction = (brief, site) => {
  if (brief.selfHosted === true) return null;
  const own = {
    ...brief,
    selfHosted: true,
    infrastructure: null,
    provider: null,
    regions: [],
    regionCount: null,
    managed: null,
  };
  const { price, platform } = choose(own, site);
  const words = {
    offer: `on ${machinesOf(price(platform))} server(s) of your own, with ${platform}`,
    givesUp: `somebody else keeping the machines: you buy them once (64 GiB, about $${dollars(usdOf(priceOf("hw-mini-64-est")))} each), and a lost one is back when you have mended it`,
  };
  return settled(own, site, words, true);
};

const onVps: Direction = (brief, site) => {
  if (brief.selfHosted === true || choose(brief, site).platform === "vps") return null;
  const rented = { ...brief, infrastructure: "vps" as const, autoscaling: null, enterprise: false };
  return settled(rented, site, {
    offer: "on virtual servers",
    givesUp: "what a cluster does by itself: a lost machine's ships come back in half an hour, not in ten minutes",
  });
};

const lighter: Direction = (brief, site) => {
  if (brief.disasterRecovery !== true && brief.monitoring !== true) return null;
  const plain = { ...brief, disasterRecovery: null, monitoring: false };
  return settled(plain, site, {
    offer: "without disaster recovery and monitoring",
    givesUp: "copies in a second region, and knowing when a ship is down",
  });
};

/** As many ships as fit. */
const fewer: Direction = (brief, site) => {
  const most = countOf(brief);
  let least = 0;
  let beyond = most;
  while (beyond - least > 1) {
    const middle = Math.floor((least + beyond) / 2);
    if (isFeasible(withCount(brief, middle), site)) least = middle;
    else beyond = middle;
  }
  if (least === 0) return null;
  return {
    brief: withCount(brief, least),
    offer: `${least} of the ${most} ships now`,
    givesUp: `${most - least} ships, until there is room for them`,
  };
};

const later: Direction = (brief, site) => {
  if (brief.timelineDays === null) return null;
  const choice = choose(brief, site);
  const days = leastDays(brief, choice.platform, choice.price(choice.platform));
  if (days <= brief.timelineDays) return null;
  const longer = { ...brief, timelineDays: days, deadline: null };
  return { brief: longer, offer: `the same in ${days} days`, givesUp: `${Math.ceil(days - brief.timelineDays)} days` };
};

/** Whoever rents it, wherever it stands, on whatever platform. */
const anywhere: Direction = (brief, site) => {
  const free = ["provider", "regions", "exclusions", "platform"] as const;
  const open = free.reduce(
    (rest, name) => DEMANDS.find((demand) => demand.name === name)?.without(rest) ?? rest,
    brief,
  );
  if (sentenceOf(open) === sentenceOf(brief)) return null;
  return settled(open, site, {
    offer: "wherever and on whatever it fits",
    givesUp: "your choice of firm, region and platform",
  });
};

/** Another objective; null: none, uptime is measured and shown. */
const objective =
  (uptimePercent: number | null): Direction =>
  (brief, site) => {
    if (brief.slo.uptimePercent === null) return null;
    const eased = withUptime(brief, uptimePercent);
    if (uptimePercent === null)
      return settled(eased, site, {
        offer: "without an objective: uptime is measured and shown",
        givesUp: "any promise of uptime",
      });
    return settled(eased, site, {
      offer: `with ${uptimePercent} %, which leaves ${errorBudget(uptimePercent)} minutes a month`,
      givesUp: `what is beyond ${uptimePercent} %`,
    });
  };

/** The most one process can hold, with nothing left for a bad day. */
const ceiling: Direction = (brief, site) => {
  if (brief.slo.uptimePercent === null) return null;
  const { platform, price } = choose(brief, site);
  const most = uptimeCeiling(platform, platform !== "vps" && price(platform).needs.own.hosts > 0);
  const eased = withUptime(brief, most);
  return settled(eased, site, {
    offer: `with ${most} %, the most one process can hold`,
    givesUp: "every minute that is not upkeep: one bad day breaks it",
  });
};

/** Fewer promises, but a second place to come back in. */
const withRecovery: Direction = (brief, site) => {
  if (brief.disasterRecovery === true || brief.backups === false) return null;
  return settled({ ...brief, disasterRecovery: true }, site, {
    offer: "with copies in a second region",
    givesUp: "money for the second set of copies; it shortens a bad day, it adds no nines",
  });
};

/** One ship, nothing else asked of it: to learn with. */
const pilot: Direction = (brief, site) => {
  const bare = DEMANDS.filter(({ name }) => name !== "compliance" && name !== "budget").reduce(
    (rest, demand) => demand.without(rest),
    brief,
  );
  const { platform, price } = choose(bare, site);
  const short = bare.budgetUsdPerMonth !== null && price(platform).usd > bare.budgetUsdPerMonth;
  const paid = short ? { ...bare, budgetUsdPerMonth: Math.ceil(price(platform).usd) } : bare;
  return { brief: paid, offer: "one ship as a pilot", givesUp: "everything else, until the pilot has run a month" };
};

/** As far as it could be brought down alone. */
const asEased: Direction = (brief) => ({ brief, offer: "the same, with what can be promised", givesUp: "" });

/** Tried first where easing what was impossible by itself is enough. */
const EASED_ENOUGH: readonly Direction[] = [asEased, withRecovery, ceiling, objective(99.5), objective(null)];

/** In the order they are tried: one on each side of the front first. */
const DIRECTIONS: readonly Direction[] = [
  pay,
  withoutCompliance,
  onVps,
  onOwnServers,
  fewer,
  lighter,
  later,
  anywhere,
  withRecovery,
  objective(99.5),
  objective(null),
  pilot,
];

/** A change, with what else has to give for it to be feasible: time first, then the objective. */
function settled(brief: Brief, site: SiteView, words: Omit<Change, "brief">, mayPay = false): Change | null {
  let now = brief;
  const more: string[] = [];
  for (const { fails } of violations(brief, choose(brief, site))) {
    const eased = fails === "budget" && mayPay ? afford(now, site) : EASED.has(fails) ? ease(now, site, fails) : null;
    if (eased === null) return null;
    now = eased.brief;
    more.push(eased.givesUp);
  }
  return { brief: now, offer: words.offer, givesUp: [words.givesUp, ...more].join("; ") };
}

/** What may give without changing what was meant: time, and promises one process cannot keep. */
const EASED: ReadonlySet<Requirement> = new Set(["timeline", "uptime", "recovery-time"]);

/** The budget the choice needs, in whole tens of dollars. */
function afford(brief: Brief, site: SiteView): Eased | null {
  const { platform, price } = choose(brief, site);
  const budget = brief.budgetUsdPerMonth;
  const usd = Math.ceil(price(platform).usd / 10) * 10;
  if (budget === null || usd <= budget) return null;
  const givesUp = `$${dollars(usd - budget)} a month more than you set aside`;
  return { brief: { ...brief, budgetUsdPerMonth: usd, budgetBand: null }, givesUp };
}

function alternativeOf({ brief, offer, givesUp }: Change, before: readonly string[], site: SiteView): Alternative {
  const { platform, price } = choose(brief, site);
  const priced: Priced = price(platform);
  const { monthlyUsd, lowUsd, highUsd } = costOf(brief, platform, priced, site.today);
  return {
    offer,
    givesUp: [...before, givesUp].filter((part) => part !== "").join("; "),
    sentence: sentenceOf(brief),
    platform,
    ships: countOf(brief),
    monthlyUsd,
    lowUsd,
    highUsd,
    uptimePercent: brief.slo.uptimePercent,
    compliance: [...brief.compliance],
  };
}
