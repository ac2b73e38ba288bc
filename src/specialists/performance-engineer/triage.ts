import { DAY, HOUR, hostName, planned } from "../planned.ts";
import type { Card } from "../step.ts";

const site = { specialist: "performance-engineer", scope: "site" } as const;

/** troubleshoot-ship, the eyes: symptoms first, causes by evidence, and a watch after the fix. Reads only. */
export const TRIAGE: readonly Card[] = [
  planned({
    ...site,
    kind: "check-dashboards",
    minutes: [2, 5],
    risk: ["low", "there are no dashboards yet", "the bundles then carry the numbers instead"],
    says: {
      purpose: "Check the dashboards: what changed, when, and on which ships",
      inputs: ["given: the complaint in words"],
      outputs: ["dashboard reading"],
      checks: ["onset, affected ships and the last change before it are named"],
    },
  }),
  planned({
    ...site,
    kind: "collect-evidence",
    scope: "host",
    minutes: [2, 5],
    risk: ["low", "looking changes what is looked at", "read-only commands; the socket is never closed early"],
    says: (target) => ({
      purpose: `Collect a bundle from ${hostName(target)}: logs, disk, memory, loom, epochs, clock, network, versions`,
      inputs: ["given: access to the hosts"],
      outputs: [`bundle of ${hostName(target)}`, "bundles"],
      checks: ["nothing on the host was changed", "no secret is in the bundle"],
    }),
  }),
  planned({
    ...site,
    kind: "name-symptoms",
    minutes: [2, 5],
    risk: ["low", "two faults look like one", "each symptom is listed with its own first sighting"],
    says: {
      purpose: "Name the symptoms and the components they touch",
      inputs: ["dashboard reading", "bundles"],
      outputs: ["symptoms"],
      checks: ["every symptom has a number or a log line, and the known signatures were tried on it"],
    },
  }),
  planned({
    ...site,
    kind: "name-root-cause",
    minutes: [5, 10],
    risk: [
      "medium",
      "the likely cause is not the cause",
      "it must explain every symptom and predict one more that is then looked for",
    ],
    says: {
      purpose: "Name the root cause by evidence, and propose the fix with its risk",
      inputs: ["verdict on the Hoon code", "verdict on computation", "verdict on the infrastructure"],
      outputs: ["root cause", "proposed fix"],
      checks: ["the cause explains every symptom", "what would prove it wrong was looked for and not found"],
    },
  }),
  planned({
    ...site,
    kind: "validate-fix",
    minutes: [10, 15],
    risk: ["low", "the symptom rests and comes back", "a day or two of watching follows before it is called solved"],
    says: {
      purpose: "Validate that every symptom is gone",
      inputs: ["applied fix", "symptoms"],
      outputs: ["validated fix"],
      checks: ["each symptom's number is back within its bounds", "nothing that worked before stopped working"],
    },
  }),
  planned({
    ...site,
    kind: "watch-regression",
    minutes: [DAY, 2 * DAY],
    risk: ["low", "it returns unseen at night", "a watch with an alert, not a look in the morning"],
    says: {
      purpose: "Monitor for regression, 24 to 48 hours",
      inputs: ["validated fix"],
      outputs: ["quiet period"],
      checks: ["no symptom returned in the whole period"],
    },
  }),
  planned({
    ...site,
    kind: "update-alerts",
    minutes: [15, HOUR],
    risk: ["low", "the alert cries wolf", "it is replayed on last month's numbers first"],
    says: {
      purpose: "Update the alerts so that this is seen before users see it",
      inputs: ["root cause"],
      outputs: ["alerts for this cause"],
      checks: ["the alert fires on the recorded fault and stays silent on the month before"],
    },
  }),
  planned({
    ...site,
    kind: "document-incident",
    minutes: [15, HOUR],
    working: true,
    risk: ["low", "it is written from memory", "the timeline is made from the evidence"],
    says: {
      purpose: "Document the issue and its resolution",
      inputs: ["root cause", "quiet period"],
      outputs: ["incident note"],
      checks: ["every line of the timeline links to what was observed"],
    },
  }),
  planned({
    ...site,
    kind: "prevent-recurrence",
    minutes: [30, 2 * HOUR],
    working: true,
    risk: ["low", "the lesson stays on this one ship", "every ship with the same setting is listed and treated"],
    says: {
      purpose: "Implement preventive measures on every ship that could have it too",
      inputs: ["root cause", "incident note"],
      outputs: ["preventive measures"],
      checks: ["no ship of the inventory shows the cause any more"],
    },
  }),
];
