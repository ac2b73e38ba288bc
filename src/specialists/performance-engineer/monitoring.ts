import { HOUR, hostName, isShared, planned } from "../planned.ts";
import type { Card, StepTarget } from "../step.ts";

const full = ({ plan }: StepTarget) => plan.monitoringLevel === "full";
const watched = ({ plan }: StepTarget) => plan.monitoringLevel !== "none" || plan.intent === "monitor";
const site = { specialist: "performance-engineer", scope: "site", topic: null, applies: watched } as const;

/** setup-monitoring: what watches the ships, and the proof that somebody is told. */
export const MONITORING: readonly Card[] = [
  planned({
    ...site,
    kind: "survey-targets",
    minutes: [10, 30],
    risk: ["low", "a ship is forgotten", "the targets are compared with the inventory, both ways"],
    says: {
      purpose: "Survey what is to be watched, who is to be told, and for how long to keep it",
      inputs: ["given: the ships and who is called"],
      outputs: ["targets"],
      checks: ["every ship of the inventory is a target", "every severity has a receiver"],
    },
  }),
  planned({
    ...site,
    kind: "install-agent",
    scope: "host",
    minutes: [5, 20],
    risk: ["low", "measuring slows the ships", "the agent's own share of processor and memory is measured and bounded"],
    says: (target) => ({
      purpose: `Monitoring of ${hostName(target)}: exporters for the host and its ships`,
      inputs: [target.plan.intent === "monitor" ? "targets" : `baseline of ${hostName(target)}`],
      outputs: [`agent of ${hostName(target)}`, "agents"],
      checks: [
        "every ship of the host shows its event number, loom and pier size",
        "no port of it is open to the world",
      ],
    }),
  }),
  planned({
    ...site,
    kind: "set-up-metrics",
    minutes: [HOUR, 4 * HOUR],
    risk: ["low", "the watcher falls with what it watches", "it runs on another machine than the ships"],
    says: (target) => ({
      purpose: "Set up Prometheus and Grafana apart from the ships, over a private path",
      inputs: [isShared(target) && target.plan.intent !== "monitor" ? "hardened platform" : "agents"],
      outputs: ["metrics"],
      checks: ["as many ships are up as there are ships", "every query of the dashboards returns data"],
    }),
  }),
  planned({
    ...site,
    kind: "set-up-logs",
    applies: full,
    minutes: [HOUR, 3 * HOUR],
    risk: ["low", "a secret lands in the log store", "+codes and keys are cut out before the line leaves the host"],
    says: {
      purpose: "Collect logs in Loki",
      inputs: ["metrics"],
      outputs: ["logs"],
      checks: ["a ship's last line is found within a minute", "a planted secret is not found"],
    },
  }),
  planned({
    ...site,
    kind: "set-up-alerts",
    minutes: [HOUR, 3 * HOUR],
    risk: ["medium", "an alert nobody gets", "its delivery is proved by an answer, not by an inbox"],
    says: (target) => ({
      purpose: full(target)
        ? "Route alerts to PagerDuty by severity"
        : "Set up alerts: down, loom, disk, certificate, backup",
      inputs: ["metrics"],
      outputs: ["alert routes"],
      checks: ["the rules pass their unit tests", "each alert fires on an injected fault and resolves after"],
    }),
  }),
  planned({
    ...site,
    kind: "set-up-slo",
    applies: full,
    minutes: [HOUR, 3 * HOUR],
    risk: ["low", "the objective counts the host's uptime for the ship's", "it is measured by a probe from outside"],
    says: ({ plan }) => ({
      purpose: `Watch the service level${plan.slo.uptimePercent === null ? "" : ` of ${plan.slo.uptimePercent} %`} by burn rate, from outside`,
      inputs: ["metrics"],
      outputs: ["service levels"],
      checks: [
        "a simulated outage burns the budget at the computed rate",
        "maintenance windows are counted, not hidden",
      ],
    }),
  }),
  planned({
    ...site,
    kind: "prove-alert",
    minutes: [10, 30],
    risk: ["low", "the test takes a real ship down", "the outage is of a throwaway ship"],
    says: {
      purpose: "Prove one alert to its receiver: a nonce goes out and comes back acknowledged",
      inputs: ["alert routes"],
      outputs: ["proved alert"],
      checks: ["the nonce came back, and who acknowledged it is noted"],
    },
  }),
];
