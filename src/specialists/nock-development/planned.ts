import { HOUR, planned, WORKDAY } from "../planned.ts";
import type { Card } from "../step.ts";

const specialist = { specialist: "nock-development:optimization-specialist", scope: "site" } as const;

/** Work handed to the nock-development plugin: what it is given, and what it must give back. */
export const NOCK_DEVELOPMENT: readonly Card[] = [
  planned({
    ...specialist,
    kind: "profile-nock",
    working: true,
    minutes: [2 * HOUR, 4 * HOUR],
    risk: [
      "low",
      "the profile is of another load than production's",
      "the event set is pinned and kept with the profile",
    ],
    says: {
      purpose: "Profile the app's Nock on a pinned set of events",
      inputs: ["reviewed desk"],
      outputs: ["profile"],
      checks: ["the hot paths cover at least nine tenths of the time", "two profiles of the same events agree"],
    },
  }),
  planned({
    ...specialist,
    kind: "optimize-hot-paths",
    working: true,
    minutes: [WORKDAY / 2, 2 * WORKDAY],
    risk: ["medium", "a faster path gives another answer", "both desks answer one corpus of nouns, compared by hash"],
    says: {
      purpose: "Optimize the hot paths, one change at a time",
      inputs: ["profile", "reviewed desk"],
      outputs: ["optimized desk"],
      checks: ["each change is faster on the pinned events, or taken back", "old and new desk give the same answers"],
    },
  }),
  planned({
    ...specialist,
    kind: "examine-nock",
    minutes: [10, 20],
    risk: [
      "low",
      "profiling slows a ship that is slow already",
      "it profiles a replay of a copied pier, never the live ship",
    ],
    says: {
      purpose: "If time goes into computing: profile it and name the hot path; else rule computation out",
      inputs: ["symptoms", "bundles"],
      outputs: ["verdict on computation"],
      checks: ["the verdict names the hot path and its share, or the evidence that clears it"],
    },
  }),
];
