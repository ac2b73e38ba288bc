import { type PhaseSpec, planGate } from "./pattern.ts";

/** The seed's pattern 3: symptoms, a cause shown by evidence, the fix that was approved, and prevention. */
export function troubleshootPhases(): readonly PhaseSpec[] {
  return [
    {
      id: "triage",
      name: "Initial Triage",
      gate: planGate("find the cause of the trouble; until the fix is approved, ships are only looked at"),
      uses: ["check-dashboards", "collect-evidence", "name-symptoms"],
    },
    {
      id: "root-cause",
      name: "Root Cause Analysis",
      uses: ["examine-hoon", "examine-nock", "examine-infrastructure", "name-root-cause"],
    },
    {
      id: "resolution",
      name: "Resolution",
      gate: { id: "fix", shows: "the root cause with its evidence, and the fix with its risk", irreversible: false },
      uses: ["save-state", "apply-fix", "validate-fix", "watch-regression"],
    },
    { id: "prevention", name: "Prevention", uses: ["update-alerts", "document-incident", "prevent-recurrence"] },
  ];
}
