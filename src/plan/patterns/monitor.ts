import { type PhaseSpec, planGate, WATCH } from "./pattern.ts";

/** Watching ships that run already, until an alert has been proved to reach somebody. */
export function monitorPhases(): readonly PhaseSpec[] {
  const [metrics, logs, alerts, slo, proof] = WATCH;
  return [
    {
      id: "requirements",
      name: "Requirements Analysis",
      gate: planGate("watch the ships and prove that somebody is told"),
      uses: ["survey-targets"],
    },
    { id: "exporters", name: "Exporters", uses: ["install-agent"] },
    { id: "monitoring", name: "Monitoring", uses: [metrics, logs] },
    { id: "alerting", name: "Alerting", uses: [alerts, slo, proof] },
  ];
}
