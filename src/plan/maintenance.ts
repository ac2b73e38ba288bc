import { canonicalJson, sha256 } from "../base/canonical.ts";
import type { Placements } from "../machines/placements.ts";
import type { PlanBase } from "../specialists/step.ts";
import { TRADE_OFF } from "../specialists/urbit-deployment-specialist/encrypt-piers.ts";
import { assemble } from "./assemble.ts";
import { namesOf, type PhaseSpec, planGate } from "./patterns/pattern.ts";
import type { HostTarget, Plan, ShipTarget } from "./schema.ts";
import { acmeFor, type Site, withDomains, withMonitor } from "./site.ts";
import { timelineOf } from "./timeline.ts";

/** Work on hosts and ships that stand already: which of the catalogue's steps, and how strict. */
export interface Maintenance {
  readonly securityLevel: Plan["securityLevel"];
  readonly monitoringLevel: Plan["monitoringLevel"];
  readonly compliance: Plan["compliance"];
  /** What each host's piers are to be encrypted on, by the host's name; a host left out gets a file with a key file. */
  readonly volumes?: Readonly<Record<string, HostTarget["volume"]>>;
}

const LOOM = 31;

/** Said before anybody agrees to the plan: approving it opens this gate alone. */
const LATER =
  "; the encrypted volume and the planned restart each wait for an approval of their own (slipway approve), --yes does not give it";

/**
 * setup-production: the hosts' hardening by level, then each ship's unit closed in. The strict level stops ships to move
 * their piers onto an encrypted volume, and restarts each host at the end: each behind a gate of its own.
 */
export function productionPlan(site: Site, wish: Maintenance): Plan {
  const strict = wish.securityLevel === "strict";
  // Below the strict level no other host has a part in it.
  const base = baseOf(strict ? site : { ...site, monitor: null }, wish);
  const named = base.hosts.filter(({ name }) => site.hosts.some((host) => host.name === name));
  const hosts = named.map(({ name }) => name).join(", ");
  const restarts = base.ships.length === 0 ? "" : `; restarts ${namesOf(base.ships)}`;
  const down = base.ships.length === 0 ? "" : `; meanwhile ${namesOf(base.ships)} cannot be reached`;
  const specs: readonly PhaseSpec[] = [
    {
      id: "requirements",
      name: "Requirements Analysis",
      gate: planGate(`harden ${hosts} to the ${wish.securityLevel} level${restarts}${strict ? LATER : ""}`),
      uses: ["assess-host"],
    },
    { id: "baseline", name: "Host Baseline", uses: ["baseline"] },
    { id: "security", name: "Security Hardening", uses: ["harden-host"] },
    ...(strict
      ? [
          {
            id: "volume",
            name: "Encrypted Volume",
            gate: {
              id: "volume",
              shows: `an encrypted volume for the piers of ${hosts}${down}: ${tradeOffs(named)}`,
              irreversible: false,
            },
            uses: ["encrypt-piers"],
          },
        ]
      : []),
    ...(base.ships.length === 0 ? [] : [{ id: "ships", name: "Ship Units", uses: ["prove", "sandbox"] }]),
    // Before the restart, which then shows that the front comes back too.
    { id: "https", name: "HTTPS", uses: ["https-front", "https"] },
    ...(strict
      ? [
          {
            id: "restart",
            name: "Planned Restart",
            gate: { id: "restart", shows: `restart ${hosts}${down}`, irreversible: false },
            uses: ["reboot-host"],
          },
        ]
      : []),
    { id: "audit-log", name: "Audit Log", uses: ["ship-audit-log"] },
  ];
  // Also the host that keeps the others' audit records is hardened when it is named, and left alone when it is not.
  return maintain(
    base,
    specs.map((spec) => ({ ...spec, hosts: named })),
  );
}

function tradeOffs(hosts: readonly HostTarget[]): string {
  return [...new Set(hosts.map(({ volume }) => TRADE_OFF[volume?.unlock ?? "key-file"]))].join("; ");
}

/** setup-monitoring: exporters on the ships' hosts, and on a host apart what gathers, judges and tells. */
export function monitoringPlan(site: Site, wish: Maintenance & { readonly slo: Plan["slo"] }): Plan {
  const base: PlanBase = { ...baseOf(site, wish), intent: "monitor", slo: wish.slo };
  const watched = base.hosts.filter(
    ({ name }) => name !== base.monitor?.host || base.ships.some(({ host }) => host === name),
  );
  const where = base.monitor === null ? "" : ` from ${base.monitor.host}`;
  return maintain(base, [
    {
      id: "requirements",
      name: "Requirements Analysis",
      gate: planGate(
        `watch ${watched.map(({ name }) => name).join(", ")}${where} at the ${wish.monitoringLevel} level`,
      ),
      uses: ["assess-host"],
    },
    { id: "exporters", name: "Exporters", uses: ["install-agent"] },
    { id: "monitoring", name: "Monitoring", uses: ["set-up-metrics", "set-up-logs"] },
    { id: "alerting", name: "Alerting", uses: ["set-up-alerts", "set-up-slo", "prove-alert"] },
  ]);
}

function baseOf(site: Site, { volumes = {}, ...wish }: Maintenance): PlanBase {
  const names = new Set(site.hosts.map(({ name }) => name));
  const here = standing(site.placed).filter((ship) => names.has(ship.host));
  const ships = site.https ? withDomains(here, site.https) : here;
  return {
    intent: "deploy",
    platform: "bare-metal",
    ...wish,
    controls: [],
    regions: [],
    disasterRecovery: false,
    slo: { uptimePercent: null, responseMs: null },
    runtime: site.runtime,
    ...withMonitor(
      site.hosts.map(({ name, address }) => {
        const volume = volumes[name];
        return { name, address, ...(volume === undefined ? {} : { volume }) };
      }),
      site,
    ),
    ships: [...ships],
    ...acmeFor(ships, site.https?.acme),
  };
}

/** The ships that live on the site's hosts. What an environment they belong to was is not kept: they are production's. */
function standing(placed: Placements): readonly ShipTarget[] {
  return Object.entries(placed).map(([name, { host, amesPort, httpPort, fake, domain }]) => ({
    name,
    fake,
    environment: "production",
    host,
    amesPort,
    httpPort,
    loom: LOOM,
    keyRef: null,
    ...(domain === undefined ? {} : { domain }),
  }));
}

function maintain(base: PlanBase, specs: readonly PhaseSpec[]): Plan {
  const { phases, leftOut } = assemble(specs, base, true, "standing");
  const body: Omit<Plan, "hash"> = {
    complexity: "simple",
    ...timelineOf(phases, null),
    ...base,
    monthlyUsd: null,
    timelineDays: null,
    budgetUsdPerMonth: null,
    notCovered: [...leftOut],
    phases: [...phases],
  };
  return { hash: sha256(canonicalJson(body)), ...body };
}
