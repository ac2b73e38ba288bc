import { grouped } from "../base/amounts.ts";
import { canonicalSha256 } from "../base/canonical.ts";
import type { Brief, Intent } from "../brief/schema.ts";
import type { Decision } from "../decide/schema.ts";
import { cardOf } from "../specialists/catalogue.ts";
import type { PlanBase } from "../specialists/step.ts";
import { LETS_ENCRYPT } from "../specialists/urbit-deployment-specialist/https/acme.ts";
import { assemble } from "./assemble.ts";
import { deployPhases } from "./patterns/deploy.ts";
import { featurePhases } from "./patterns/feature.ts";
import { migratePhases } from "./patterns/migrate.ts";
import { monitorPhases } from "./patterns/monitor.ts";
import { optimizePhases } from "./patterns/optimize.ts";
import { isShared, type Job, type PhaseSpec } from "./patterns/pattern.ts";
import { troubleshootPhases } from "./patterns/troubleshoot.ts";
import { place } from "./place.ts";
import type { Phase, Plan, ShipTarget } from "./schema.ts";
import { acmeFor, type Site, withDomains, withMonitor } from "./site.ts";
import { timelineOf } from "./timeline.ts";
import { type Wanted, wantedShips } from "./wanted.ts";

const PATTERNS: Readonly<Record<Intent, (job: Job) => readonly PhaseSpec[]>> = {
  deploy: deployPhases,
  feature: featurePhases,
  troubleshoot: troubleshootPhases,
  migrate: migratePhases,
  optimize: optimizePhases,
  monitor: monitorPhases,
};

/**
 * The plan of a decision: the intent's pattern, put together from the specialists' catalogue, with gates, times, costs
 * and its own hash. Pure: the same brief, decision and site give the same plan.
 */
export function compose(brief: Brief, decision: Decision, site: Site): Plan {
  const { cost, platform, security, monitoring } = decision;
  const wanted = wantedShips(brief, site);
  // A server is ordered for what is to move in, where the bill has one or those there are hold too little.
  const ordered =
    platform.choice === "vps" && MOVES_IN.has(brief.intent) && (cost.provider !== null || site.hosts.length > 0);
  const { hosts: used, ships: bareShips } = place(wanted, platform.choice, groundFor(brief, wanted, site), ordered);
  const web = site.https ?? { base: null, named: {}, acme: LETS_ENCRYPT };
  const ships =
    brief.intent === "deploy" ? withDomains(bareShips, { ...web, base: web.base ?? brief.domain }) : bareShips;
  // Work on ships that nobody has named is work on every host there is.
  const hosts = ships.length > 0 ? used : site.hosts.map(({ name, address }) => ({ name, address }));
  const base: PlanBase = {
    intent: brief.intent,
    platform: platform.choice,
    securityLevel: security.level,
    controls: [...security.controls],
    monitoringLevel: monitoring.level,
    compliance: [...brief.compliance],
    regions: [...brief.regions],
    disasterRecovery: brief.disasterRecovery === true,
    slo: { uptimePercent: brief.slo.uptimePercent, responseMs: brief.slo.responseMs },
    runtime: site.runtime,
    ...withMonitor(hosts, monitoring.level === "none" ? { ...site, monitor: null } : site),
    ships: [...ships],
    ...acmeFor(ships, web.acme),
  };
  const size = brief.intent === "deploy" ? sizeOf(brief, ships) : null;
  const monthly = cost.highUsd > 0 ? `$${grouped(cost.lowUsd)} to $${grouped(cost.highUsd)} a month` : "";
  const specs = PATTERNS[brief.intent]({
    base,
    complexity: size ?? "medium",
    monthly,
    backups: brief.backups !== false,
  });
  // A deployment on hosts holds what will run; everything else is a plan to be read, whole.
  const builtOnly = brief.intent === "deploy" && !isShared(base);
  const { phases: bare, leftOut } = assemble(specs, base, builtOnly);
  const phases = withCost(bare, cost);
  const body = {
    complexity: size ?? bandOf(phases.length),
    ...timelineOf(phases, brief.timelineDays),
    ...base,
    monthlyUsd: cost.monthlyUsd,
    timelineDays: brief.timelineDays,
    budgetUsdPerMonth: brief.budgetUsdPerMonth,
    notCovered: builtOnly ? [...unset(decision, phases), ...leftOut, ...withoutHttps(ships)] : [],
    phases,
  };
  return { hash: canonicalSha256(body), ...body };
}

const MOVES_IN: ReadonlySet<Brief["intent"]> = new Set(["deploy", "feature", "migrate"]);

/** The hash a plan should carry. */
export function hashOf(plan: Plan): string {
  const { hash: _, ...body } = plan;
  return canonicalSha256(body);
}

/**
 * What ships may be placed on. Ships that move do so to another host than they run on. Ships that run already are where
 * they are: with several hosts, one nobody has placed is on a host yet to be named, not on a guessed one.
 */
function groundFor({ intent }: Brief, wanted: readonly Wanted[], site: Site): Site {
  if (intent === "deploy" || intent === "feature") return site;
  const names = new Set(wanted.map((ship) => ship.name));
  const homes = new Set([...names].map((name) => site.placed[name]?.host));
  if (intent === "migrate") {
    return {
      ...site,
      hosts: site.hosts.filter((host) => !homes.has(host.name)),
      placed: Object.fromEntries(Object.entries(site.placed).filter(([name]) => !names.has(name))),
    };
  }
  if (site.hosts.length === 1) return site;
  return { ...site, hosts: site.hosts.map((host) => ({ ...host, capacity: NO_ROOM })) };
}

const NO_ROOM = { ramBytes: 0, swapBytes: 0, diskFreeBytes: 0 };

/** Ships from which a fleet is rolled out in waves. */
const FLEET = 50;
/** Fewest ships a framework or an enterprise makes a fleet of. */
const SMALL_FLEET = 3;

/** The seed's three sizes of a deployment: a single ship, a small fleet, an enterprise fleet or one under a framework. */
function sizeOf(brief: Brief, ships: readonly ShipTarget[]): Plan["complexity"] {
  const strict = brief.compliance.length > 0 || brief.enterprise;
  if (ships.length >= FLEET || (strict && ships.length >= SMALL_FLEET)) return "complex";
  const environments = new Set(ships.map((ship) => ship.environment)).size;
  return ships.length > 1 || environments > 1 ? "medium" : "simple";
}

/** The size of any other work by the seed's own bands of phases: 3 to 5, 5 to 7, 8 to 12. */
function bandOf(phases: number): Plan["complexity"] {
  if (phases < 5) return "simple";
  return phases < 8 ? "medium" : "complex";
}

/** The decision's monthly cost, shared by the steps that order what it pays for. */
function withCost(phases: readonly Phase[], cost: Decision["cost"]): Phase[] {
  const orders = (kind: string) => cardOf(kind).ordersCapacity === true;
  const count = phases.flatMap((phase) => phase.steps).filter((step) => orders(step.action.kind)).length;
  const share = (usd: number) => Math.round((usd / count) * 100) / 100;
  const each = { lowUsd: share(cost.lowUsd), highUsd: share(cost.highUsd) };
  return phases.map((phase) => ({
    ...phase,
    steps: phase.steps.map((step) => (orders(step.action.kind) ? { ...step, cost: each } : step)),
  }));
}

/** What ships without a domain have instead, said where everything else that is not set is said. */
function withoutHttps(ships: readonly ShipTarget[]): readonly string[] {
  if (ships.some(({ domain }) => domain !== undefined)) return [];
  return [
    "https: no domain was named, so the ships answer on their hosts' loopback alone: name one with --domain; a planet or star can have its own arvo.network name, at a price (docs/HTTPS.md)",
  ];
}

/** What was decided and no step of the plan sets: it stands in every report as not proven. */
function unset({ security, monitoring }: Decision, phases: readonly Phase[]): string[] {
  const kinds = new Set(phases.flatMap((phase) => phase.steps).map((step) => step.action.kind));
  const controls = security.setBy.filter(({ step }) => !kinds.has(step)).map(({ control }) => control);
  const components = kinds.has("set-up-metrics") ? [] : monitoring.components;
  return [...controls.map((item) => `security: ${item}`), ...components.map((item) => `monitoring: ${item}`)];
}
