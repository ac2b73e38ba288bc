import type { Brief } from "../brief/schema.ts";
import { countOf, withCount } from "./levels.ts";
import type { Requirement } from "./schema.ts";

/** One requirement: whether the brief states it, and the brief without it. */
export interface Demand {
  readonly name: Requirement;
  stated(brief: Brief): boolean;
  without(brief: Brief): Brief;
}

const demand = (name: Requirement, stated: Demand["stated"], without: Demand["without"]): Demand => ({
  name,
  stated,
  without,
});
const slo = (name: Requirement, field: keyof Brief["slo"]): Demand =>
  demand(
    name,
    ({ slo: asked }) => asked[field] !== null,
    (brief) => ({ ...brief, slo: { ...brief.slo, [field]: null } }),
  );

/** Everything of a brief that can conflict with something else. */
export const DEMANDS: readonly Demand[] = [
  demand(
    "count",
    (brief) => countOf(brief) > 1,
    (brief) => withCount(brief, 1),
  ),
  demand(
    "budget",
    (brief) => brief.budgetUsdPerMonth !== null,
    (brief) => ({ ...brief, budgetUsdPerMonth: null, budgetBand: null }),
  ),
  demand(
    "budget-once",
    (brief) => brief.budgetOnceUsd !== null,
    (brief) => ({ ...brief, budgetOnceUsd: null }),
  ),
  slo("uptime", "uptimePercent"),
  slo("response", "responseMs"),
  slo("data-loss", "rpoMinutes"),
  slo("recovery-time", "rtoMinutes"),
  demand(
    "timeline",
    (brief) => brief.timelineDays !== null,
    (brief) => ({ ...brief, timelineDays: null, deadline: null }),
  ),
  demand(
    "compliance",
    (brief) => brief.compliance.length > 0,
    (brief) => ({ ...brief, compliance: [] }),
  ),
  demand(
    "platform",
    (brief) => brief.infrastructure !== null,
    (brief) => ({ ...brief, infrastructure: null }),
  ),
  demand(
    "exclusions",
    (brief) => brief.excluded.length > 0,
    (brief) => ({ ...brief, excluded: [] }),
  ),
  demand(
    "provider",
    (brief) => brief.provider !== null || brief.excludedProviders.length > 0,
    (brief) => ({ ...brief, provider: null, excludedProviders: [] }),
  ),
  demand(
    "regions",
    (brief) => brief.regions.length + brief.excludedRegions.length > 0,
    (brief) => ({ ...brief, regions: [], regionCount: null, excludedRegions: [] }),
  ),
  demand(
    "ownership",
    (brief) => brief.selfHosted !== null,
    (brief) => ({ ...brief, selfHosted: null }),
  ),
  demand(
    "machines",
    ({ machines }) => machines.ramGiB !== null || machines.count !== null,
    (brief) => ({ ...brief, machines: { count: null, ramGiB: null, diskGb: null, cpus: null } }),
  ),
  demand(
    "recovery",
    (brief) => brief.disasterRecovery === true,
    (brief) => ({ ...brief, disasterRecovery: null }),
  ),
  demand(
    "backups",
    (brief) => brief.backups === false,
    (brief) => ({ ...brief, backups: null }),
  ),
  demand(
    "autoscaling",
    (brief) => brief.autoscaling === true,
    (brief) => ({ ...brief, autoscaling: null }),
  ),
  demand(
    "enterprise",
    (brief) => brief.enterprise,
    (brief) => ({ ...brief, enterprise: false }),
  ),
  demand(
    "security",
    (brief) => brief.priority === "security" || brief.hardening !== null,
    (brief) => ({ ...brief, priority: brief.priority === "security" ? null : brief.priority, hardening: null }),
  ),
  demand(
    "experience",
    (brief) => brief.experience !== null,
    (brief) => ({ ...brief, experience: null }),
  ),
  demand(
    "startram",
    (brief) => brief.startram === true,
    (brief) => ({ ...brief, startram: null }),
  ),
  demand(
    "managed",
    (brief) => brief.managed === true,
    (brief) => ({ ...brief, managed: null }),
  ),
];
