import type { Brief } from "../brief/schema.ts";
import { costOf } from "./cost.ts";
import { feasibility } from "./feasible.ts";
import { monitoringOf, securityOf } from "./levels.ts";
import { choosePlatform, type SiteView } from "./platform.ts";
import type { Decision } from "./schema.ts";

/** Decides how a brief is carried out, with reasons, price and feasibility. Pure: the same brief and site, the same decision. */
export function decide(brief: Brief, site: SiteView): Decision {
  const platform = choosePlatform(brief, site);
  const count = brief.ships.count ?? 1;
  const enterprise = brief.enterprise || count >= 50;
  const cost = costOf(brief, platform.choice, site.hosts.length);
  return {
    platform,
    security: securityOf(brief),
    monitoring: monitoringOf(brief, enterprise),
    cost,
    ...feasibility(brief, platform.choice, cost),
  };
}
