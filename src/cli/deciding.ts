import type { Brief } from "../brief/schema.ts";
import { judge } from "../decide/judge.ts";
import type { Decision } from "../decide/schema.ts";
import type { SiteView } from "../decide/site.ts";

/** Decides. What finds conflicts and counter-offers is loaded only where there are any: most plans start faster without. */
export async function decided(brief: Brief, site: SiteView): Promise<Decision> {
  const judged = judge(brief, site);
  if (judged.feasible) return { ...judged, conflicts: [], alternatives: [] };
  const { waysOut } = await import("../decide/decide.ts");
  return waysOut(brief, site, judged);
}
