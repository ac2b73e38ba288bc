import type { Brief } from "../brief/schema.ts";
import { conflictsOf } from "./conflicts.ts";
import { type Judged, judge } from "./judge.ts";
import { offersFor } from "./offers.ts";
import type { Decision } from "./schema.ts";
import type { SiteView } from "./site.ts";

/** Decides how a brief is carried out, with reasons, price and feasibility. Pure: the same brief and site, the same decision. */
export function decide(brief: Brief, site: SiteView): Decision {
  return waysOut(brief, site, judge(brief, site));
}

/** A judgement made whole: where it cannot be had, what stands against what, and three things that can be had instead. */
export function waysOut(brief: Brief, site: SiteView, judged: Judged): Decision {
  const conflicts = judged.feasible ? [] : conflictsOf(brief, site);
  return { ...judged, conflicts, alternatives: judged.feasible ? [] : offersFor(brief, site, conflicts) };
}
