import type { SpecialistName } from "../decide/schema.ts";
import type { Effect } from "../plan/schema.ts";

/**
 * Steps that are decided and planned but not built in this version: a plan shows them, `launch` refuses a plan that
 * holds one. They leave this list when their specialist's folder appears.
 */
export interface PlannedStep {
  readonly kind: string;
  readonly specialist: SpecialistName;
  readonly purpose: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly checks: readonly string[];
  readonly effect: Effect;
  readonly minutes: { readonly low: number; readonly high: number };
}

const HOUR = 60;

export const PROVISION: Readonly<Record<"groundseg" | "kubernetes", PlannedStep>> = {
  groundseg: {
    kind: "provision-groundseg",
    specialist: "groundseg-operator",
    purpose: "Install GroundSeg on a dedicated host, pinned and verified",
    inputs: ["placement"],
    outputs: ["platform"],
    checks: ["groundseg.service is active", "the API answers from the admin network only"],
    effect: "compensatable",
    minutes: { low: HOUR, high: 4 * HOUR },
  },
  kubernetes: {
    kind: "provision-kubernetes",
    specialist: "fleet-manager",
    purpose: "Provision the cluster, its storage and its network",
    inputs: ["placement"],
    outputs: ["platform"],
    checks: [
      "nodes are Ready",
      "a volume can be claimed, encrypted, by one writer only",
      "a denied connection is really denied",
    ],
    effect: "compensatable",
    minutes: { low: 4 * HOUR, high: 16 * HOUR },
  },
};

export const SECURE: PlannedStep = {
  kind: "harden-platform",
  specialist: "urbit-deployment-specialist",
  purpose: "Harden the platform to the decided level",
  inputs: ["platform"],
  outputs: ["hardened platform"],
  checks: ["every control of the level was read back"],
  effect: "reversible",
  minutes: { low: 2 * HOUR, high: 16 * HOUR },
};

export const MONITOR: PlannedStep = {
  kind: "monitor-platform",
  specialist: "performance-engineer",
  purpose: "Set up monitoring and prove one alert to its receiver",
  inputs: ["hardened platform"],
  outputs: ["monitoring"],
  checks: ["every ship is a target", "a test alert came back acknowledged"],
  effect: "reversible",
  minutes: { low: 2 * HOUR, high: 8 * HOUR },
};

/** One ship of a wave on a platform whose specialist is not built yet. */
export function deployShip(name: string, fake: boolean, specialist: SpecialistName, previous: string): PlannedStep {
  return {
    kind: "deploy-on-platform",
    specialist,
    purpose: `Deploy ${name}`,
    inputs: [previous],
    outputs: [`proof of ${name}`],
    checks: ["the ship answers and is who it should be"],
    effect: fake ? "reversible" : "irreversible",
    minutes: { low: 5, high: 30 },
  };
}

export const HAND_OVER: PlannedStep = {
  kind: "hand-over-platform",
  specialist: "fleet-manager",
  purpose: "Hand over: runbook, report, follow-up dates",
  inputs: ["platform"],
  outputs: ["hand-over"],
  checks: ["every ship was looked at once more"],
  effect: "reversible",
  minutes: { low: HOUR, high: 8 * HOUR },
};
