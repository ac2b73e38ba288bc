import { HOUR, planned, WORKDAY } from "../planned.ts";
import type { Card } from "../step.ts";

const orchestrator = { specialist: "hoon-development:feature-orchestrator", scope: "site", working: true } as const;

/** Work handed to the hoon-development plugin: what it is given, and what it must give back. */
export const HOON_DEVELOPMENT: readonly Card[] = [
  planned({
    ...orchestrator,
    kind: "design-feature",
    minutes: [WORKDAY / 2, WORKDAY],
    risk: ["medium", "the wish is read differently from how it was meant", "the design is approved before any code"],
    says: {
      purpose: "Design the app: its state, pokes, scries, subscriptions and screens",
      inputs: ["given: the feature in words"],
      outputs: ["design"],
      checks: ["every wish of the request has its place in the design", "the state has a version and a way to migrate"],
    },
  }),
  planned({
    ...orchestrator,
    kind: "scaffold-agent",
    minutes: [HOUR, 4 * HOUR],
    risk: ["low", "the desk is pinned to a kernel the ships do not run", "sys.kelvin is read from the target ships"],
    says: {
      purpose: "Scaffold the Gall agent and its desk",
      inputs: ["design"],
      outputs: ["desk"],
      checks: ["sys.kelvin, desk.bill and desk.docket-0 are there", "the empty agent builds on a throwaway fake ship"],
    },
  }),
  planned({
    ...orchestrator,
    kind: "implement-feature",
    minutes: [2 * WORKDAY, 4 * WORKDAY],
    risk: ["medium", "it takes longer than thought", "tests come first; what is not done is left out, not half done"],
    says: {
      purpose: "Implement and test the feature",
      inputs: ["desk", "design"],
      outputs: ["feature", "test results"],
      checks: [
        "the desk builds without nest-fail, mint-vain or find errors",
        "the -test thread passes, every test counted",
        "the state of an older version migrates, compared by hash and by scry",
      ],
    },
  }),
  planned({
    ...orchestrator,
    kind: "review-feature",
    minutes: [2 * HOUR, WORKDAY],
    risk: ["low", "a reviewer misses a fault", "the same desk, by hash, runs in staging before production"],
    says: {
      purpose: "Review the code",
      inputs: ["feature", "test results"],
      outputs: ["reviewed desk"],
      checks: ["a second person has read the diff", "the desk's hash is pinned: every later step uses this very desk"],
    },
  }),
  planned({
    kind: "examine-hoon",
    specialist: "hoon-development:debugging-specialist",
    scope: "site",
    minutes: [10, 20],
    risk: ["low", "the fault shows only on the real ship", "it is reproduced on a fake ship from the bundle's traces"],
    says: {
      purpose: "If traces or |mass point at an agent: reproduce, minimise and explain it; else rule Hoon code out",
      inputs: ["symptoms", "bundles"],
      outputs: ["verdict on the Hoon code"],
      checks: ["the verdict names the agent, file and line, or the evidence that clears them"],
    },
  }),
];
