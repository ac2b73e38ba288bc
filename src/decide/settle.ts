import type { Brief } from "../brief/schema.ts";
import { countOf, withCount } from "./levels.ts";
import { leastDays, violations } from "./limits.ts";
import { choose } from "./platform.ts";
import { DEMANDS } from "./relax.ts";
import type { Requirement } from "./schema.ts";
import type { SiteView } from "./site.ts";

/** What gives when a budget does not hold what is asked for. */
export type Purse = "pay" | "shrink" | "hold";

/** Objectives a ship can be held to, best first. */
const UPTIMES = [99.9, 99.5] as const;
/** More rounds than demands can fail one after another. */
const ROUNDS = 12;

/** The brief with every demand that cannot be had brought down to what can; null where that leads nowhere. */
export function settled(brief: Brief, site: SiteView, purse: Purse): Brief | null {
  let now = brief;
  for (let round = 0; round < ROUNDS; round++) {
    const [first] = violations(now, choose(now, site));
    if (first === undefined) return now;
    const eased = ease(now, site, first.fails, purse);
    if (eased === null) return null;
    now = eased;
  }
  return null;
}

function ease(brief: Brief, site: SiteView, fails: Requirement, purse: Purse): Brief | null {
  switch (fails) {
    case "budget":
      return purse === "pay" ? afforded(brief, site) : purse === "shrink" ? shrunk(brief, site) : null;
    case "uptime": {
      const next = UPTIMES.find((percent) => percent < (brief.slo.uptimePercent ?? 0));
      return withUptime(brief, next ?? null);
    }
    case "timeline": {
      const choice = choose(brief, site);
      const days = leastDays(brief, choice.platform, choice.price(choice.platform));
      return { ...brief, timelineDays: days, deadline: null };
    }
    // Another firm can sign; where none was named, none in that place can.
    case "compliance":
      return brief.provider !== null || brief.excludedProviders.length > 0
        ? without(brief, "provider")
        : without(brief, brief.regions.length > 0 ? "regions" : "compliance");
    case "provider":
      return without(brief, brief.provider === null && brief.excludedProviders.length === 0 ? "regions" : "provider");
    // What adds machines by itself is a cluster.
    case "autoscaling":
      return without(without(brief, "platform"), "exclusions");
    case "recovery":
      return without(brief, "backups");
    default:
      return without(brief, fails);
  }
}

export function without(brief: Brief, name: Requirement): Brief {
  return DEMANDS.find((demand) => demand.name === name)?.without(brief) ?? brief;
}

export function withUptime(brief: Brief, uptimePercent: number | null): Brief {
  return { ...brief, slo: { ...brief.slo, uptimePercent } };
}

/** The budget the choice needs, in whole tens of dollars. */
function afforded(brief: Brief, site: SiteView): Brief | null {
  const { platform, price } = choose(brief, site);
  const usd = Math.ceil(price(platform).usd / 10) * 10;
  if (usd <= (brief.budgetUsdPerMonth ?? 0)) return null;
  return { ...brief, budgetUsdPerMonth: usd, budgetBand: null };
}

/** As many ships as the budget holds; null when it holds none. */
function shrunk(brief: Brief, site: SiteView): Brief | null {
  const fits = (count: number) => {
    const smaller = withCount(brief, count);
    const { platform, price } = choose(smaller, site);
    return price(platform).usd <= (brief.budgetUsdPerMonth ?? 0);
  };
  let least = 0;
  let beyond = countOf(brief);
  while (beyond - least > 1) {
    const middle = Math.floor((least + beyond) / 2);
    if (fits(middle)) least = middle;
    else beyond = middle;
  }
  return least === 0 ? null : withCount(brief, least);
}
