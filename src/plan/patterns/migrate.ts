import { ARRIVE, isShared, type Job, namesOf, type PhaseSpec, PREPARE, planGate } from "./pattern.ts";

/** Moving ships: the bulk ahead, a short stop, the old place fenced before the new one starts, and the source deleted last. */
export function migratePhases(job: Job): readonly PhaseSpec[] {
  const { base } = job;
  const shared = isShared(base);
  const who = namesOf(base.ships);
  return [
    {
      id: "preflight",
      name: "Preflight",
      gate: planGate(`move ${who} to ${base.platform}`),
      uses: ["confirm-platform", ...(shared ? [] : ARRIVE), "survey-source", "forecast-move"],
    },
    {
      id: "preparation",
      name: "Preparation",
      uses: ["lower-dns-ttl", ...(shared ? [] : PREPARE), "pre-seed"],
    },
    {
      id: "transfer",
      name: "Transfer",
      gate: { id: "downtime", shows: `the window: ${who} stop(s) now`, irreversible: false },
      uses: ["stop-source", "final-copy"],
    },
    {
      id: "cutover",
      name: "Cutover",
      gate: {
        id: "cutover",
        shows: `start ${who} at the new place: from the first event on, the old copy may never run again`,
        irreversible: true,
      },
      uses: ["fence-source", "start-destination"],
    },
    { id: "verification", name: "Verification", uses: ["prove-move", "cut-over-names"] },
    { id: "soak", name: "Soak", uses: ["watch-move"] },
    {
      id: "decommission",
      name: "Decommission",
      gate: { id: "decommission", shows: `delete the old copies of ${who} for good`, irreversible: true },
      uses: ["remove-source"],
    },
  ];
}
