import { HOUR, isShared, planned, WORKDAY } from "../planned.ts";
import type { Card, StepTarget } from "../step.ts";

const specialist = "urbit-deployment-specialist";
const strict = (target: StepTarget) => isShared(target) && target.plan.securityLevel === "strict";

const NAMES = { hipaa: "HIPAA", gdpr: "GDPR", soc2: "SOC 2", iso27001: "ISO 27001" } as const;

/** setup-production on shared platforms, and what a framework asks on top. A host's own hardening is `harden.ts`. */
export const HARDENING: readonly Card[] = [
  planned({
    kind: "harden-platform",
    specialist,
    scope: "site",
    topic: null,
    working: true,
    minutes: [2 * HOUR, WORKDAY],
    risk: ["medium", "a control breaks a ship", "each is tried against a running test ship and kept only if it works"],
    says: ({ plan }) => ({
      purpose: `Security hardening of the platform, ${plan.securityLevel}`,
      inputs: ["platform"],
      outputs: ["hardened platform"],
      checks: [
        `${plan.controls.length} controls of the level are read back`,
        "a scan from outside finds nothing else open",
      ],
    }),
  }),
  planned({
    kind: "encrypt-volumes",
    specialist,
    scope: "site",
    topic: null,
    working: true,
    effect: "compensatable",
    minutes: [2 * HOUR, WORKDAY],
    applies: strict,
    risk: ["high", "a lost key is a lost pier", "the key's second copy is used once before any ship boots"],
    says: ({ plan }) => ({
      purpose:
        plan.platform === "kubernetes" ? "Encrypt volumes under a key of your own" : "Encrypt the piers' volume (LUKS)",
      inputs: ["hardened platform"],
      outputs: ["encrypted volumes"],
      checks: ["a volume's raw bytes show no file of the pier", "it unlocks with the second key"],
    }),
  }),
  planned({
    kind: "keep-audit-log",
    specialist,
    scope: "site",
    topic: null,
    working: true,
    minutes: [2 * HOUR, WORKDAY],
    applies: strict,
    risk: ["medium", "logging the piers floods the log", "keys, units and binaries are watched, never a whole pier"],
    says: {
      purpose: "Keep an audit log, shipped off the platform, for as long as the framework asks",
      inputs: ["hardened platform"],
      outputs: ["audit trail"],
      checks: [
        "reading a key leaves a record that arrives off the platform",
        "the record cannot be deleted from the platform",
      ],
    },
  }),
  planned({
    kind: "control-access",
    specialist,
    scope: "site",
    topic: null,
    working: true,
    minutes: [2 * HOUR, WORKDAY],
    applies: strict,
    risk: ["medium", "a role is wider than its work", "each role is tried on what it must not do"],
    says: {
      purpose: "Set access controls: named people, least rights, second factor",
      inputs: ["hardened platform"],
      outputs: ["access rules"],
      checks: ["a role is refused what it may not do", "no shared account is left"],
    },
  }),
  planned({
    kind: "validate-compliance",
    specialist,
    scope: "site",
    topic: null,
    working: true,
    minutes: [2 * HOUR, WORKDAY],
    applies: ({ plan }) => plan.compliance.length > 0,
    risk: [
      "medium",
      "a control is in place and cannot be shown",
      "evidenced, attested and open are kept apart; nothing is rounded up",
    ],
    says: (target) => ({
      purpose: `Compliance validation: collect the evidence for ${target.plan.compliance.map((name) => NAMES[name]).join(", ")}`,
      inputs: ["hardened platform", ...(isShared(target) ? ["encrypted volumes", "audit trail", "access rules"] : [])],
      outputs: ["compliance packet"],
      checks: ["every control is evidenced, attested with owner and expiry, or listed as open"],
    }),
  }),
];
