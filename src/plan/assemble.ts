import { cardOf, isBuilt } from "../specialists/catalogue.ts";
import type { Specialist } from "../specialists/names.ts";
import type { Card, PlanBase, StepTarget } from "../specialists/step.ts";
import type { PhaseSpec } from "./patterns/pattern.ts";
import type { HostTarget, Phase, PlanStep, ShipTarget } from "./schema.ts";

interface Assembled {
  readonly phases: readonly Phase[];
  /** Steps the pattern asks for and this version cannot carry out, left out of a plan that is to run: what they belong to, and what they would do. */
  readonly leftOut: readonly string[];
}

/** Steps in the order they were added, with who makes what. */
interface Assembly {
  readonly base: PlanBase;
  readonly shipsOn: ReadonlyMap<string, readonly ShipTarget[]>;
  readonly made: Map<string, { phase: string; readonly ids: string[] }>;
  /** Whether what no step makes is there already: work on what stands. */
  readonly ground: "bare" | "standing";
}

/**
 * Turns a pattern's phases into steps: each kind once per site, host or ship as its card says; each step needs whoever
 * made its inputs last. With `builtOnly`, kinds this version cannot carry out are left out. Phases without steps are dropped.
 */
export function assemble(
  specs: readonly PhaseSpec[],
  base: PlanBase,
  builtOnly: boolean,
  ground: Assembly["ground"] = "bare",
): Assembled {
  const assembly: Assembly = { base, shipsOn: shipsByHost(base.ships), made: new Map(), ground };
  const leftOut = new Map<string, string>();
  const phases: Phase[] = [];
  for (const spec of specs) {
    const steps: PlanStep[] = [];
    for (const kind of spec.uses) {
      const card = cardOf(kind);
      if (card.scope === "monitor" && base.monitor === null && builtOnly) {
        const target = targetsOf(card, spec, assembly)[0];
        if (target !== undefined && card.applies?.(target) !== false)
          leftOut.set(
            kind,
            `${card.topic ?? "monitoring"}: ${card.describe(target).purpose}: name a host for it, apart from the ships: --monitor HOST`,
          );
        continue;
      }
      for (const target of targetsOf(card, spec, assembly)) {
        if (card.applies?.(target) === false) continue;
        // What has to be ordered first is never left out: the rest would have nothing to stand on.
        if (!builtOnly || isBuilt(kind) || card.ordersCapacity === true) {
          steps.push(stepFor(card, target, assembly));
          continue;
        }
        if (card.topic !== null && !leftOut.has(kind))
          leftOut.set(kind, `${card.topic ?? "step"}: ${card.describe(target).purpose}`);
        break;
      }
    }
    if (steps.length > 0) phases.push({ id: spec.id, name: spec.name, gate: spec.gate ?? null, steps });
  }
  return { phases, leftOut: [...leftOut.values()] };
}

function targetsOf(card: Card, spec: PhaseSpec, { base, shipsOn }: Assembly): readonly StepTarget[] {
  const target = (host: HostTarget | null, ship: ShipTarget | null): StepTarget => ({
    plan: base,
    host,
    ship,
    shipsOnHost: host === null ? [] : (shipsOn.get(host.name) ?? []),
    phase: spec.id,
  });
  const ships = spec.ships ?? base.ships;
  const used = new Set(ships.map((ship) => ship.host));
  // The monitoring host is worked on by the steps that set up monitoring, unless it carries ships as well.
  const carriers = base.hosts.filter(({ name }) => name !== base.monitor?.host || shipsOn.has(name));
  const hosts = spec.hosts ?? (spec.ships === undefined ? carriers : carriers.filter((host) => used.has(host.name)));
  const everywhere = [target(null, null)];
  const watcher = base.hosts.find(({ name }) => name === base.monitor?.host);
  if (card.scope === "monitor" && watcher !== undefined) return [target(watcher, null)];
  if (card.scope === "host" && hosts.length > 0) return hosts.map((host) => target(host, null));
  if (card.scope === "ship" && ships.length > 0) {
    const byName = new Map(base.hosts.map((host) => [host.name, host]));
    return ships.map((ship) => target(byName.get(ship.host) ?? null, ship));
  }
  return everywhere;
}

/** Phases that come before any environment name their steps without themselves: `assess-host/alder`. */
const UNPREFIXED = new Set(["requirements", "planning", "assessment"]);

function stepFor(card: Card, target: StepTarget, { base, made, ground }: Assembly): PlanStep {
  const { purpose, outputs, checks, minutes, risk, ...described } = card.describe(target);
  const stands = (input: string) => ground === "standing" && !made.has(input) && !input.startsWith("given: ");
  const inputs = described.inputs.map((input) => (stands(input) ? `given: ${input}` : input));
  const { kind, working = false } = card;
  const { host, ship, phase } = target;
  const subject = ship?.name ?? host?.name;
  const id = `${UNPREFIXED.has(phase) ? "" : `${phase}/`}${kind}${subject === undefined ? "" : `/${subject}`}`;
  const needs = [...new Set(inputs.flatMap((input) => made.get(input)?.ids ?? []))];
  for (const output of outputs) {
    const makers = made.get(output);
    // Made again in a later phase: from then on that is the one that counts.
    if (makers?.phase === phase) makers.ids.push(id);
    else made.set(output, { phase, ids: [id] });
  }
  return {
    id,
    specialist: specialistOf(card, target, base),
    purpose,
    inputs: [...inputs],
    outputs: [...outputs],
    checks: [...checks],
    effect: card.effect(target),
    needs,
    minutes: { ...minutes },
    working,
    cost: { lowUsd: 0, highUsd: 0 },
    risk: { ...risk },
    action: { kind, host: host?.name ?? null, ship: ship?.name ?? null, phase },
  };
}

const LEADS = {
  "bare-metal": "urbit-deployment-specialist",
  vps: "vps-deployment-specialist",
  groundseg: "groundseg-operator",
  kubernetes: "fleet-manager",
} as const satisfies Record<PlanBase["platform"], Specialist>;

function specialistOf({ specialist }: Card, target: StepTarget, base: PlanBase): Specialist {
  if (typeof specialist === "function") return specialist(target);
  return specialist === "lead" ? LEADS[base.platform] : specialist;
}

function shipsByHost(ships: readonly ShipTarget[]): ReadonlyMap<string, readonly ShipTarget[]> {
  const byHost = new Map<string, ShipTarget[]>();
  for (const ship of ships) {
    const here = byHost.get(ship.host);
    if (here === undefined) byHost.set(ship.host, [ship]);
    else here.push(ship);
  }
  return byHost;
}
