import { HOUR, planned } from "../planned.ts";
import type { Card } from "../step.ts";

const specialist = "urbit-deployment-specialist";

/** troubleshoot-ship, the hands: look at the machines below the ships, and apply what was approved. */
export const REPAIR: readonly Card[] = [
  planned({
    kind: "examine-infrastructure",
    specialist: ({ plan }) => (plan.platform === "kubernetes" ? "fleet-manager" : specialist),
    scope: "site",
    minutes: [10, 20],
    risk: [
      "low",
      "a symptom of the ship is taken for one of the host",
      "each finding is a measured value beside its threshold",
    ],
    says: {
      purpose: "If disk, memory, clock, network or the runtime is to blame: show it; else rule the infrastructure out",
      inputs: ["symptoms", "bundles"],
      outputs: ["verdict on the infrastructure"],
      checks: ["the verdict names the value and its threshold, or the evidence that clears the machines"],
    },
  }),
  planned({
    kind: "save-state",
    specialist,
    scope: "site",
    minutes: [5, 15],
    risk: ["medium", "the disk has no room for a copy", "free space is checked first; the copy is never booted"],
    says: {
      purpose: "Put the state aside before any repair: stop the ship, copy its pier, note its event number",
      inputs: ["proposed fix"],
      outputs: ["saved state"],
      checks: ["the copy's files have the pier's hashes"],
    },
  }),
  planned({
    kind: "apply-fix",
    specialist,
    scope: "site",
    effect: "compensatable",
    minutes: [15, 30],
    risk: ["high", "the fix makes it worse", "one change at a time, each taken back where it does not help"],
    says: {
      purpose: "Apply the fix to the root cause",
      inputs: ["proposed fix", "saved state"],
      outputs: ["applied fix"],
      checks: ["the change is read back", "the ship is up under its lease, its event number not lower than before"],
    },
  }),
];

const feature = { specialist, scope: "ship" } as const;

/** A desk put on a ship, in staging and in production alike. */
export const DESK: readonly Card[] = [
  planned({
    ...feature,
    kind: "install-desk",
    effect: "compensatable",
    minutes: [15, HOUR],
    risk: [
      "medium",
      "the new state cannot go back to the old desk",
      "the old agent's state is kept as a jam before the upgrade",
    ],
    says: ({ ship }) => ({
      purpose: `Install the desk on ${ship?.name ?? "each ship"} and test the agent`,
      inputs: [`proof of ${ship?.name ?? "each ship"}`, "optimized desk"],
      outputs: ["installed desk"],
      checks: ["the desk's hash is the reviewed one's", "the agent answers its scry and no agent has crashed"],
    }),
  }),
];
