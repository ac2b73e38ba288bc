import {
  ARRIVE,
  firstContactGate,
  HARDEN_PLATFORM,
  isShared,
  type Job,
  type PhaseSpec,
  PREPARE,
  planGate,
  provision,
  runShip,
  WATCH,
} from "./pattern.ts";

/** The seed's pattern 2: Hoon, then Nock, then staging, production, and seven days of validation. */
export function featurePhases(job: Job): readonly PhaseSpec[] {
  const { base } = job;
  const shared = isShared(base);
  const staging = base.ships.filter((ship) => ship.environment === "staging");
  const production = base.ships.filter((ship) => ship.environment !== "staging");
  const prepare = shared ? [] : [...PREPARE, "harden-host"];
  const released = { id: "production", shows: "production: the desk reviewed, optimized and benchmarked in staging" };
  return [
    {
      id: "design",
      name: "Design",
      gate: planGate("build a feature and take it to production"),
      uses: ["design-feature"],
    },
    {
      id: "development",
      name: "Development",
      gate: { id: "design", shows: "the design of the feature", irreversible: false },
      uses: ["scaffold-agent", "implement-feature", "review-feature"],
    },
    { id: "optimization", name: "Optimization", uses: ["profile-nock", "optimize-hot-paths"] },
    {
      id: "staging",
      name: "Staging Deployment",
      ships: staging,
      hosts: base.hosts,
      gate: firstContactGate("staging", staging),
      uses: [
        "confirm-platform",
        ...(shared ? ["design-architecture", ...provision(base), ...HARDEN_PLATFORM] : ARRIVE),
        ...(shared ? [] : PREPARE),
        ...runShip(base),
        "install-desk",
        "benchmark-staging",
      ],
    },
    {
      id: "production",
      name: "Production Deployment",
      ships: production,
      gate: firstContactGate("production", production) ?? { ...released, irreversible: false },
      uses: [
        ...prepare,
        ...runShip(base),
        "install-desk",
        ...(shared ? [] : ["install-agent"]),
        ...WATCH,
        "validate-compliance",
      ],
    },
    {
      id: "validation",
      name: "Validation",
      uses: ["watch-seven-days", "validate-performance", "accept-by-users"],
    },
  ];
}
