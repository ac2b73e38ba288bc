import { DAY, HOUR, planned, WORKDAY } from "../planned.ts";
import type { Card } from "../step.ts";

const lead = { specialist: "lead", scope: "site", topic: "handoff" } as const;

/** What the platform's lead does whatever the platform: judge each wave, and hand over at the end. */
export const ROLLOUT: readonly Card[] = [
  planned({
    ...lead,
    kind: "judge-wave",
    topic: "rollout",
    minutes: [4 * HOUR, DAY],
    risk: ["medium", "a fault shows only under load, waves later", "the wave rests under watch before the next begins"],
    says: (target) => ({
      purpose: `Watch ${target.phase.replace("-", " ")} and decide by its numbers whether the next may begin`,
      inputs: ["running ships"],
      outputs: [`verdict on ${target.phase}`],
      checks: [
        "failures stayed within the failure budget",
        "memory, restarts and answer times stayed within their bounds",
      ],
    }),
  }),
  planned({
    ...lead,
    kind: "hand-over",
    working: true,
    minutes: [2 * HOUR, WORKDAY],
    risk: [
      "low",
      "the runbook says what was planned, not what is",
      "it is made from what is there, each command run once",
    ],
    says: {
      purpose: "Hand over: deployment report, runbook, inventory",
      inputs: ["running ships"],
      outputs: ["hand-over"],
      checks: [
        "every line of the report is proved, attested, rehearsed, or said to be open",
        "every command of the runbook was run",
      ],
    },
  }),
  planned({
    ...lead,
    kind: "train-operations",
    working: true,
    minutes: [2 * HOUR, WORKDAY],
    risk: ["low", "who was trained is not who is called at night", "each operator's drill is attested by name"],
    says: {
      purpose: "Train the operations team on this very fleet",
      inputs: ["hand-over"],
      outputs: ["trained operators"],
      checks: ["each operator has stopped, started and explained a ship in a drill, attested with name and date"],
    },
  }),
  planned({
    ...lead,
    kind: "schedule-reviews",
    minutes: [15, HOUR],
    risk: ["low", "nobody looks after day one", "reviews are timers that ask for a name, not notes in a document"],
    says: {
      purpose: "Schedule 30 days of support, with reviews on days 7, 30, 60 and 90",
      inputs: ["hand-over"],
      outputs: ["review dates"],
      checks: ["each review has an owner and a day"],
    },
  }),
];
