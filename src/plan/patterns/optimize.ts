import { type Job, namesOf, type PhaseSpec, planGate } from "./pattern.ts";

/** Making ships faster: measure, name one bottleneck, change one thing at a time, and claim only what is larger than the noise. */
export function optimizePhases(job: Job): readonly PhaseSpec[] {
  const who = job.base.ships.length === 0 ? "the ships" : namesOf(job.base.ships);
  return [
    {
      id: "baseline",
      name: "Baseline",
      gate: planGate(`optimize ${who}`),
      uses: ["measure-baseline", "classify-bottleneck"],
    },
    { id: "hosts", name: "Host Tuning", uses: ["tune-host"] },
    {
      id: "ships",
      name: "Ship Maintenance",
      gate: {
        id: "maintenance",
        shows: `stop ${who} one by one; old epochs of the event log are cut off and do not come back`,
        irreversible: true,
      },
      uses: ["reclaim-memory", "reclaim-disk"],
    },
    { id: "verification", name: "Verification", uses: ["compare-with-baseline"] },
    { id: "upkeep", name: "Upkeep", uses: ["schedule-maintenance", "forecast-capacity"] },
  ];
}
