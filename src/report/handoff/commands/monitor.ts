import { type HandoffFacts, wasDone } from "../facts.ts";
import { draft, type RunbookCommand } from "./command.ts";

const WATCHERS = ["slipway-prometheus", "slipway-alertmanager", "slipway-blackbox-exporter"] as const;

export function monitorCommands(facts: HandoffFacts): readonly RunbookCommand[] {
  const { monitor } = facts;
  if (monitor === null) return [];
  const there = draft(`Monitoring on ${monitor.name}`, monitor.name);
  const alerts = wasDone(facts, "set-up-alerts");
  const units = WATCHERS.filter((unit) => alerts || unit !== "slipway-alertmanager");
  return [
    there({
      id: "watchers",
      title: "Whether what watches runs",
      command: `systemctl is-active ${units.join(" ")}`,
      shows: `active, ${units.length} times`,
      pattern: `^${units.map(() => "active").join("\\n")}$`,
    }),
    there({
      id: "targets",
      title: "What cannot be heard of",
      command: "curl -fsS --get http://127.0.0.1:9090/api/v1/query --data-urlencode 'query=up == 0'",
      shows: "an empty result where everything is heard of",
      pattern: '"status":"success"',
    }),
    ...(alerts
      ? [
          there({
            id: "firing",
            title: "Alerts that fire now",
            command: "curl -fsS http://127.0.0.1:9093/api/v2/alerts",
            shows: "a list, empty when all is well",
            pattern: "^\\[",
          }),
        ]
      : []),
  ];
}
