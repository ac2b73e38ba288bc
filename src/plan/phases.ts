import type { Environment } from "../brief/schema.ts";
import { ENVIRONMENTS } from "../brief/words.ts";
import type { Decision, SpecialistName } from "../decide/schema.ts";
import { stepOf } from "../specialists/catalogue.ts";
import { deployShip, HAND_OVER, MONITOR, type PlannedStep, PROVISION, SECURE } from "../specialists/planned.ts";
import type { StepTarget } from "../specialists/step.ts";
import type { Gate, HostTarget, Phase, Plan, PlanStep, ShipTarget } from "./schema.ts";

type Base = Pick<Plan, "platform" | "securityLevel" | "monitoringLevel" | "runtime" | "hosts" | "ships">;

const NAMES: Readonly<Record<Environment, string>> = {
  dev: "Development Environment",
  staging: "Staging Environment",
  production: "Production Environment",
};

/** Pattern 1 of the seed on hosts the user owns: requirements, one phase per environment, handoff. */
export function executablePhases(decision: Decision, base: Base): Phase[] {
  const build = builder(decision.platform.lead, base);
  const requirements = build.phase("requirements");
  requirements.add("confirm-platform", null, null, []);
  for (const host of base.hosts) {
    const assessed = requirements.add("assess-host", host, null, ["confirm-platform"]);
    if (base.platform === "vps") requirements.add("provider-boundary", host, null, [assessed]);
  }
  const phases: Phase[] = [
    { id: "requirements", name: "Requirements Analysis", gate: planGate(base), steps: requirements.steps },
  ];
  for (const environment of ENVIRONMENTS) {
    const ships = base.ships.filter((ship) => ship.environment === environment);
    if (ships.length === 0) continue;
    const phase = build.phase(environment);
    for (const host of base.hosts) {
      const here = ships.filter((ship) => ship.host === host.name);
      if (here.length === 0) continue;
      const baseline = phase.add("baseline", host, null, []);
      const vere = phase.add("place-vere", host, null, [baseline]);
      for (const ship of here) addShip(phase, host, ship, vere, environment !== "dev");
    }
    phases.push({
      id: environment,
      name: NAMES[environment],
      gate: firstContactGate(environment, ships),
      steps: phase.steps,
    });
  }
  const handoff = build.phase("handoff");
  for (const host of base.hosts) handoff.add("verify-host", host, null, []);
  phases.push({ id: "handoff", name: "Handoff", gate: null, steps: handoff.steps });
  return phases;
}

function addShip(phase: PhaseBuilder, host: HostTarget, ship: ShipTarget, vere: string, measured: boolean): void {
  const key = ship.fake ? [] : [phase.add("check-key", host, ship, [])];
  const booted = phase.add("boot", host, ship, [vere, ...key]);
  const running = phase.add("unit", host, ship, [booted]);
  const proved = phase.add("prove", host, ship, [running]);
  if (measured) phase.add("measure", host, ship, [proved]);
}

/** The waves of a staged rollout, in percent of the fleet (seed, pattern 4). */
const WAVES = [1, 10, 25, 50, 100] as const;

/** Pattern 4 for platforms whose specialists are planned but not built: the same shape, none of it can be launched yet. */
export function platformPhases(decision: Decision, base: Base): Phase[] {
  const platform = base.platform === "groundseg" ? "groundseg" : "kubernetes";
  const build = builder(decision.platform.lead, base);
  const planning = build.phase("planning");
  planning.add("confirm-platform", null, null, []);
  const phases: Phase[] = [{ id: "planning", name: "Planning", gate: planGate(base), steps: planning.steps }];
  const single = (id: string, name: string, step: PlannedStep) => {
    phases.push({ id, name, gate: null, steps: [planned(id, id, step, null, [])] });
  };
  single("infrastructure", "Infrastructure", PROVISION[platform]);
  single("security", "Security & Compliance", SECURE);
  if (base.monitoringLevel !== "none") single("monitoring", "Monitoring", MONITOR);
  const ready = base.monitoringLevel === "none" ? "hardened platform" : "monitoring";
  let first = 0;
  for (const [index, percent] of WAVES.entries()) {
    const until = Math.max(index + 1, Math.ceil((base.ships.length * percent) / 100));
    const ships = base.ships.slice(first, until);
    first = Math.max(first, until);
    if (ships.length === 0) continue;
    const id = `wave-${index + 1}`;
    const steps = ships.map((ship) =>
      planned(`${id}/${ship.name}`, id, deployShip(ship.name, ship.fake, decision.platform.lead, ready), ship, []),
    );
    phases.push({ id, name: `Ship Deployment, ${percent} %`, gate: firstContactGate(id, ships), steps });
  }
  single("handoff", "Handoff", { ...HAND_OVER, specialist: decision.platform.lead });
  return phases;
}

function planned(
  id: string,
  phase: string,
  step: PlannedStep,
  ship: ShipTarget | null,
  needs: readonly string[],
): PlanStep {
  const { kind, specialist, purpose, inputs, outputs, checks, effect, minutes } = step;
  return {
    id,
    specialist,
    purpose,
    inputs: [...inputs],
    outputs: [...outputs],
    checks: [...checks],
    effect,
    needs: [...needs],
    minutes: { ...minutes },
    action: { kind, host: ship?.host ?? null, ship: ship?.name ?? null, phase },
  };
}

function planGate(base: Base): Gate {
  const shows = `the whole plan: ${base.ships.length} ship(s) on ${base.hosts.length} host(s), ${base.platform}`;
  return { id: "plan", shows, irreversible: false };
}

/** A live ship's first boot is its first contact with the network: nothing takes that back. */
function firstContactGate(id: string, ships: readonly ShipTarget[]): Gate | null {
  const live = ships.filter((ship) => !ship.fake);
  if (live.length === 0) return null;
  const named = live.slice(0, 5).map((ship) => ship.name);
  const rest = live.length > 5 ? ` and ${live.length - 5} more` : "";
  const shows = `first boot of ${named.join(", ")}${rest}: it cannot be undone without a breach`;
  return { id: `first-boot-${id}`, shows, irreversible: true };
}

interface PhaseBuilder {
  readonly steps: PlanStep[];
  /** Adds a step of the catalogue and returns its id. */
  add(kind: string, host: HostTarget | null, ship: ShipTarget | null, needs: readonly string[]): string;
}

function builder(lead: SpecialistName, base: Base) {
  const onHost = new Map<string, ShipTarget[]>();
  for (const ship of base.ships) {
    const ships = onHost.get(ship.host);
    if (ships === undefined) onHost.set(ship.host, [ship]);
    else ships.push(ship);
  }
  return {
    phase(phase: string): PhaseBuilder {
      const steps: PlanStep[] = [];
      return {
        steps,
        add(kind, host, ship, needs) {
          const step = stepOf(kind);
          const target: StepTarget = {
            plan: base,
            host,
            ship,
            shipsOnHost: host === null ? [] : (onHost.get(host.name) ?? []),
            phase,
          };
          const { purpose, inputs, outputs, checks, minutes } = step.describe(target);
          const subject = ship?.name ?? host?.name;
          const prefix = phase === "requirements" || phase === "planning" ? "" : `${phase}/`;
          const id = subject === undefined ? `${prefix}${kind}` : `${prefix}${kind}/${subject}`;
          steps.push({
            id,
            specialist: step.specialist === "lead" ? hostLead(lead) : step.specialist,
            purpose,
            inputs: [...inputs],
            outputs: [...outputs],
            checks: [...checks],
            effect: step.effect(target),
            needs: [...needs],
            minutes: { ...minutes },
            action: { kind, host: host?.name ?? null, ship: ship?.name ?? null, phase },
          });
          return id;
        },
      };
    },
  };
}

/** Host steps belong to the specialists that are built for hosts, whoever leads the platform. */
function hostLead(lead: SpecialistName): SpecialistName {
  return lead === "vps-deployment-specialist" ? lead : "urbit-deployment-specialist";
}
