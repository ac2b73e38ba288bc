import type { Brief } from "../brief/schema.ts";
import { costOf } from "./cost/cost.ts";
import { budgetFloor, flipsOf, managedHosting } from "./flips.ts";
import { monitoringOf, securityOf } from "./levels.ts";
import { violations } from "./limits.ts";
import { choose, platformOf } from "./platform.ts";
import type { Decision } from "./schema.ts";
import type { SiteView } from "./site.ts";
import { truthsOf } from "./truths.ts";

/** A decision whose conflicts and counter-offers are still to be found, where it is not feasible. */
export type Judged = Omit<Decision, "conflicts" | "alternatives">;

/** The choice, its levels, its price, and whether it can be had: all there is to decide for a brief that is feasible. */
export function judge(brief: Brief, site: SiteView): Judged {
  const choice = choose(brief, site);
  const cost = costOf(brief, choice.platform, choice.price(choice.platform), site.today);
  return {
    platform: {
      ...platformOf(brief, choice),
      flips: flipsOf(brief, choice, site),
      budgetFloor: budgetFloor(choice),
      managedHosting: managedHosting(brief),
    },
    security: securityOf(brief, choice.platform),
    monitoring: monitoringOf(brief),
    cost,
    feasible: violations(brief, choice).length === 0,
    truths: truthsOf(brief, choice, cost, site),
  };
}
