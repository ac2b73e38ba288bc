import type { Environment } from "../../brief/schema.ts";
import { ENVIRONMENTS } from "../../brief/words.ts";
import { isAwaited } from "../../specialists/lib.ts";
import type { PlanBase } from "../../specialists/step.ts";
import type { Gate, ShipTarget } from "../schema.ts";
import {
  ARRIVE,
  firstContactGate,
  HAND_OVER,
  HARDEN_HOST,
  HARDEN_PLATFORM,
  isShared,
  type Job,
  type PhaseSpec,
  PREPARE,
  planGate,
  provision,
  recover,
  runShip,
  WATCH,
} from "./pattern.ts";

const NAMES: Readonly<Record<Environment, string>> = {
  dev: "Development Environment",
  staging: "Staging Environment",
  production: "Production Environment",
};

/** The seed's patterns 1 and 4: environment after environment, or for a large fleet planning, security, monitoring and waves. */
export function deployPhases(job: Job): readonly PhaseSpec[] {
  return job.complexity === "complex" ? fleet(job) : environments(job);
}

/**
 * Pattern 1, three to seven phases. The platform is a phase of its own where it has to be got first, and where fewer
 * than three environments leave the time for it; a fleet with a single environment is accepted in a phase of its own.
 */
function environments(job: Job): readonly PhaseSpec[] {
  const { base, complexity } = job;
  const shared = isShared(base);
  const used = environmentsOf(base);
  const first = shared || base.hosts.some(isAwaited);
  const infrastructure = first || (complexity === "medium" && used.length < 3);
  const accepted = complexity === "medium" && used.length === 1;
  const arrive = shared ? [] : ARRIVE;
  const prepare = shared ? [] : PREPARE;
  const measure = shared ? ["measure-fleet"] : ["measure"];
  const phases: PhaseSpec[] = [
    {
      id: "requirements",
      name: "Requirements Analysis",
      gate: planGate(told(job)),
      uses: ["confirm-platform", "design-architecture", ...(first ? [] : arrive)],
    },
  ];
  if (infrastructure) {
    phases.push({
      id: "infrastructure",
      name: "Infrastructure",
      gate: shared ? designGate(job) : null,
      uses: shared ? [...provision(base), ...HARDEN_PLATFORM] : [...(first ? arrive : []), ...prepare],
    });
  }
  for (const environment of used) {
    const ships = base.ships.filter((ship) => ship.environment === environment);
    const rough = environment === "dev" && used.length > 1;
    const last = environment === used.at(-1);
    const watch = [...(shared ? [] : ["install-agent"]), ...(last ? WATCH : ["set-up-metrics"])];
    phases.push({
      id: environment,
      name: NAMES[environment],
      gate: liveGate(job, environment, ships, last),
      ships,
      uses: [
        ...(infrastructure ? [] : prepare),
        ...(shared ? [] : HARDEN_HOST),
        ...runShip(base),
        ...(rough ? [] : watch),
        ...(last ? [...recover(job), "validate-compliance"] : []),
        ...(environment === "dev" || accepted || (shared && !last) ? [] : measure),
      ],
    });
  }
  if (accepted) phases.push({ id: "validation", name: "Validation", uses: [...measure, "check-success"] });
  phases.push({
    id: "handoff",
    name: "Handoff",
    uses: [
      ...(shared ? [] : ["verify-host"]),
      ...(accepted ? [] : ["check-success"]),
      "rehearse-recovery",
      ...(shared ? HAND_OVER : []),
    ],
  });
  return phases;
}

/** The waves of a staged rollout, in percent of the fleet. */
const WAVES = [1, 10, 25, 50, 100] as const;

/** Pattern 4, eight to twelve phases. Each earlier environment is a canary of its own and takes the place of a first wave. */
function fleet(job: Job): readonly PhaseSpec[] {
  const { base } = job;
  const shared = isShared(base);
  const used = environmentsOf(base);
  const earlier = used.slice(0, -1);
  const rolled = base.ships.filter((ship) => ship.environment === used.at(-1));
  const phases: PhaseSpec[] = [
    { id: "planning", name: "Planning", gate: planGate(told(job)), uses: ["confirm-platform"] },
    shared
      ? { id: "architecture", name: "Architecture", uses: ["design-architecture"] }
      : { id: "assessment", name: "Assessment", uses: ARRIVE },
    {
      id: "infrastructure",
      name: "Infrastructure",
      gate: shared ? designGate(job) : null,
      uses: [...(shared ? provision(base) : PREPARE), ...recover(job)],
    },
    {
      id: "security",
      name: base.compliance.length > 0 ? "Security & Compliance" : "Security",
      uses: [...(shared ? HARDEN_PLATFORM : HARDEN_HOST), "validate-compliance"],
    },
    { id: "monitoring", name: "Monitoring", uses: [...(shared ? [] : ["install-agent"]), ...WATCH] },
  ];
  for (const environment of earlier) {
    const ships = base.ships.filter((ship) => ship.environment === environment);
    const gate = firstContactGate(environment, ships);
    phases.push({ id: environment, name: NAMES[environment], gate, ships, uses: [...runShip(base), "judge-wave"] });
  }
  for (const [index, { percent, ships }] of waves(rolled, earlier.length).entries()) {
    const id = `wave-${index + 1}`;
    phases.push({
      id,
      name: `Ship Deployment, ${percent} %`,
      gate: liveGate(job, id, ships, index === 0),
      ships,
      uses: [...runShip(base), "judge-wave"],
    });
  }
  return [
    ...phases,
    {
      id: "validation",
      name: "Validation",
      // The waves' ships are there now: what watches the fleet is told of them.
      uses: [...(shared ? ["measure-fleet"] : ["measure", "set-up-metrics"]), "check-success", "rehearse-recovery"],
      ...(shared ? {} : { ships: base.ships.filter((ship) => ship.environment !== "dev" || used.length === 1) }),
    },
    { id: "handoff", name: "Handoff", uses: [...(shared ? [] : ["verify-host"]), ...HAND_OVER] },
  ];
}

/** Ships of each wave: at least one more than the wave before, the last wave all that are left. */
function waves(ships: readonly ShipTarget[], skipped: number) {
  const result: { percent: number; ships: readonly ShipTarget[] }[] = [];
  let first = 0;
  for (const percent of WAVES.slice(skipped)) {
    if (first >= ships.length) break;
    const until = Math.max(first + 1, Math.ceil((ships.length * percent) / 100));
    result.push({ percent: until >= ships.length ? 100 : percent, ships: ships.slice(first, until) });
    first = until;
  }
  return result;
}

function environmentsOf(base: PlanBase): readonly Environment[] {
  const used = new Set(base.ships.map((ship) => ship.environment));
  return ENVIRONMENTS.filter((environment) => used.has(environment));
}

function told({ base, monthly }: Job): string {
  return `${base.ships.length} ship(s) on ${base.hosts.length} host(s), ${base.platform}${monthly === "" ? "" : `, ${monthly}`}`;
}

/** The architecture and its price are approved before anything is ordered. */
function designGate({ monthly }: Job): Gate {
  return {
    id: "design",
    shows: `the architecture and its cost${monthly === "" ? "" : `, ${monthly}`}`,
    irreversible: false,
  };
}

/** Live ships stand behind their first boot; on a shared platform production is asked for even where every ship is fake. */
function liveGate(job: Job, id: string, ships: readonly ShipTarget[], production: boolean): Gate | null {
  const live = firstContactGate(id, ships);
  if (live !== null || !production || !isShared(job.base)) return live;
  return {
    id: "production",
    shows: `production: ${ships.length} fake ship(s) on ${job.base.platform}`,
    irreversible: false,
  };
}
