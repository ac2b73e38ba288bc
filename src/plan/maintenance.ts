import { canonicalJson, sha256 } from "../base/canonical.ts";
import type { Placements } from "../machines/placements.ts";
import type { PlanBase } from "../specialists/step.ts";
import { assemble } from "./assemble.ts";
import { namesOf, type PhaseSpec, planGate } from "./patterns/pattern.ts";
import type { Plan, ShipTarget } from "./schema.ts";
import type { Site } from "./site.ts";
import { timelineOf } from "./timeline.ts";

/** Work on hosts and ships that stand already: which of the catalogue's steps, and how strict. */
export interface Maintenance {
  readonly securityLevel: Plan["securityLevel"];
  readonly monitoringLevel: Plan["monitoringLevel"];
  readonly compliance: Plan["compliance"];
}

const LOOM = 31;

/** setup-production: the hosts' hardening by level, then each ship's unit closed in. */
export function productionPlan(site: Site, wish: Maintenance): Plan {
  const base = baseOf(site, wish);
  const hosts = base.hosts.map(({ name }) => name).join(", ");
  const restarts = base.ships.length === 0 ? "" : `; restarts ${namesOf(base.ships)}`;
  return maintain(base, [
    {
      id: "requirements",
      name: "Requirements Analysis",
      gate: planGate(`harden ${hosts} to the ${wish.securityLevel} level${restarts}`),
      uses: ["assess-host"],
    },
    { id: "security", name: "Security Hardening", uses: ["baseline", "harden-host"] },
    ...(base.ships.length === 0 ? [] : [{ id: "ships", name: "Ship Units", uses: ["prove", "sandbox"] }]),
  ]);
}

function baseOf(site: Site, wish: Maintenance): PlanBase {
  const names = new Set(site.hosts.map(({ name }) => name));
  return {
    intent: "deploy",
    platform: "bare-metal",
    ...wish,
    controls: [],
    regions: [],
    disasterRecovery: false,
    slo: { uptimePercent: null, responseMs: null },
    runtime: site.runtime,
    hosts: site.hosts.map(({ name, address }) => ({ name, address })),
    ships: standing(site.placed).filter((ship) => names.has(ship.host)),
  };
}

/** The ships that live on the site's hosts. What an environment they belong to was is not kept: they are production's. */
function standing(placed: Placements): readonly ShipTarget[] {
  return Object.entries(placed).map(([name, { host, amesPort, httpPort, fake }]) => ({
    name,
    fake,
    environment: "production",
    host,
    amesPort,
    httpPort,
    loom: LOOM,
    keyRef: null,
  }));
}

function maintain(base: PlanBase, specs: readonly PhaseSpec[]): Plan {
  const { phases } = assemble(specs, base, false, "standing");
  const body: Omit<Plan, "hash"> = {
    complexity: "simple",
    ...timelineOf(phases, null),
    ...base,
    monthlyUsd: null,
    timelineDays: null,
    budgetUsdPerMonth: null,
    notCovered: [],
    phases: [...phases],
  };
  return { hash: sha256(canonicalJson(body)), ...body };
}
