import { planned } from "../planned.ts";
import type { Card, Step } from "../step.ts";
import { installAgent } from "./monitoring/install-agent.ts";
import { proveAlert } from "./monitoring/prove-alert.ts";
import { setUpAlerts } from "./monitoring/set-up-alerts.ts";
import { setUpLogs } from "./monitoring/set-up-logs.ts";
import { setUpMetrics } from "./monitoring/set-up-metrics.ts";
import { setUpSlo } from "./monitoring/set-up-slo.ts";
import { shipAuditLog } from "./monitoring/ship-audit-log.ts";
import { watched } from "./monitoring/watched.ts";

/** setup-monitoring: what watches the ships, and the proof that somebody is told. */
export const WATCHING: readonly Step[] = [
  installAgent,
  setUpMetrics,
  setUpLogs,
  setUpAlerts,
  setUpSlo,
  proveAlert,
  shipAuditLog,
];

/** What comes before it, where ships are only to be watched. */
export const MONITORING: readonly Card[] = [
  planned({
    kind: "survey-targets",
    specialist: "performance-engineer",
    scope: "site",
    topic: null,
    applies: watched,
    minutes: [10, 30],
    risk: ["low", "a ship is forgotten", "the targets are compared with the inventory, both ways"],
    says: {
      purpose: "Survey what is to be watched, who is to be told, and for how long to keep it",
      inputs: ["given: the ships and who is called"],
      outputs: ["targets"],
      checks: ["every ship of the inventory is a target", "every severity has a receiver"],
    },
  }),
];
