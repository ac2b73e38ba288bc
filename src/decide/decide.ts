import type { Brief } from "../brief/schema.ts";
import { conflictsOf } from "./conflicts.ts";
import { costOf } from "./cost/cost.ts";
import { budgetFloor, flipsOf, managedHosting } from "./flips.ts";
import { monitoringOf, securityOf } from "./levels.ts";
import { violations } from "./limits.ts";
import { offersFor } from "./offers.ts";
import { choose, platformOf } from "./platform.ts";
import type { Decision } from "./schema.ts";
import type { SiteView } from "./site.ts";
import { truthsOf } from "./truths.ts";

/** Decides how a brief is carried out, with reasons, price and feasibility. Pure: the same brief and site, the same decision. */
export function decide(brief: Brief, site: SiteView): Decision {
  const choice = choose(brief, site);
  const cost = costOf(brief, choice.platform, choice.price(choice.platform), site.today);
  const feasible = violations(brief, choice).length === 0;
  const conflicts = feasible ? [] : conflictsOf(brief, site);
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
    feasible,
    conflicts,
    alternatives: feasible ? [] : offersFor(brief, site, conflicts),
    truths: truthsOf(brief, choice, cost, site),
  };
}
