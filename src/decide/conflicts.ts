import type { Brief } from "../brief/schema.ts";
import { violations } from "./limits.ts";
import { choose } from "./platform.ts";
import { DEMANDS, type Demand } from "./relax.ts";
import type { Conflict, Requirement } from "./schema.ts";
import type { SiteView } from "./site.ts";

/** Larger sets than this are found by leaving out one requirement after another. */
const TRIED_WHOLE = 3;

export function isFeasible(brief: Brief, site: SiteView): boolean {
  return violations(brief, choose(brief, site)).length === 0;
}

/** The smallest sets of requirements that cannot be had together: every one of them alone makes the rest impossible. */
export function conflictsOf(brief: Brief, site: SiteView): Conflict[] {
  const stated = DEMANDS.filter((demand) => demand.stated(brief));
  const only = (kept: readonly Demand[]) =>
    stated.reduce((rest, demand) => (kept.includes(demand) ? rest : demand.without(rest)), brief);
  const found: Demand[][] = [];
  for (let size = 1; size <= TRIED_WHOLE; size++) {
    for (const kept of subsets(stated, size)) {
      if (found.some((smaller) => smaller.every((demand) => kept.includes(demand)))) continue;
      if (!isFeasible(only(kept), site)) found.push(kept);
    }
  }
  if (found.length === 0) found.push(shrunk(stated, (kept) => isFeasible(only(kept), site)));
  return found.map((kept) => ({
    requirements: kept.map(({ name }) => name),
    because: reason(
      only(kept),
      site,
      kept.map(({ name }) => name),
    ),
  }));
}

/** One minimal infeasible set, by leaving out what is not needed for it. */
function shrunk(stated: readonly Demand[], feasible: (kept: readonly Demand[]) => boolean): Demand[] {
  let kept = [...stated];
  for (const demand of stated) {
    const rest = kept.filter((other) => other !== demand);
    if (!feasible(rest)) kept = rest;
  }
  return kept;
}

function reason(brief: Brief, site: SiteView, names: readonly Requirement[]): string {
  const found = violations(brief, choose(brief, site));
  const about = found.filter(({ fails }) => names.includes(fails));
  return (about.length > 0 ? about : found).map(({ because }) => because).join("; ");
}

function subsets<T>(all: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return all.flatMap((item, index) => subsets(all.slice(index + 1), size - 1).map((rest) => [item, ...rest]));
}
