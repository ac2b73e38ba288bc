import { HOUR, isShared, planned, WORKDAY } from "../planned.ts";
import type { Card, StepTarget } from "../step.ts";

const recovers = ({ plan }: StepTarget) => plan.disasterRecovery;

/** Backups that only move forward, and proof that one can be restored: a copy is never started on the live network. */
export const RECOVERY: readonly Card[] = [
  planned({
    kind: "set-up-backups",
    specialist: "urbit-deployment-specialist",
    scope: "site",
    topic: "recovery",
    minutes: [HOUR, 4 * HOUR],
    risk: [
      "high",
      "a restored copy is started beside the ship",
      "backups are kept as data only; starting one takes the lease",
    ],
    says: (target) => ({
      purpose: "Set up backups of every pier: stopped or atomic, encrypted, off the host",
      inputs: [isShared(target) ? "platform" : "placement"],
      outputs: ["backups"],
      checks: ["each pier has a copy younger than its schedule", "a copy replays in isolation, with no network"],
    }),
  }),
  planned({
    kind: "set-up-recovery",
    specialist: "lead",
    scope: "site",
    topic: "recovery",
    working: true,
    effect: "compensatable",
    minutes: [2 * HOUR, WORKDAY],
    applies: recovers,
    risk: ["medium", "both places fail together", "another region, another account, keys held apart"],
    says: ({ plan }) => ({
      purpose: `Set up disaster recovery${plan.regions[1] === undefined ? "" : ` in ${plan.regions[1]}`}: copies elsewhere, and room to start from them`,
      inputs: ["backups"],
      outputs: ["recovery site"],
      checks: ["copies arrive within the objective", "the time to recover is stated, with what it assumes"],
    }),
  }),
  planned({
    kind: "rehearse-recovery",
    specialist: "lead",
    scope: "site",
    topic: "recovery",
    working: true,
    minutes: [2 * HOUR, WORKDAY],
    applies: recovers,
    risk: ["high", "the rehearsal double-boots a live ship", "a sample is replayed without network, then thrown away"],
    says: {
      purpose: "Rehearse the recovery: restore a sample in isolation and measure it",
      inputs: ["recovery site", "running ships"],
      outputs: ["proved recovery"],
      checks: ["the restored sample reaches the copied event number", "the measured time is within the objective"],
    },
  }),
];
