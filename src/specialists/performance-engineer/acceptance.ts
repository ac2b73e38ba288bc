import { DAY, HOUR, planned, WORKDAY } from "../planned.ts";
import type { Card } from "../step.ts";

const site = { specialist: "performance-engineer", scope: "site", topic: "acceptance" } as const;

/** A shared platform's ships measured from outside; and a feature's week under watch. */
export const ACCEPTANCE: readonly Card[] = [
  planned({
    ...site,
    kind: "measure-fleet",
    minutes: [30, 2 * HOUR],
    risk: ["low", "a probe from inside flatters", "it is measured from outside, as a distribution"],
    says: ({ plan }) => ({
      purpose: `Measure the ships from outside${plan.slo.responseMs === null ? "" : `, against ${plan.slo.responseMs} ms`}`,
      inputs: ["running ships"],
      outputs: ["fleet baseline"],
      checks: ["answer times are given as a distribution", "the dojo answers in under 3 s on every ship"],
    }),
  }),
  planned({
    ...site,
    kind: "benchmark-staging",
    minutes: [HOUR, 4 * HOUR],
    risk: ["low", "staging is not production", "same desk by hash, same loom, same size of machine"],
    says: {
      purpose: "Benchmark the app in staging",
      inputs: ["installed desk"],
      outputs: ["staging benchmark"],
      checks: ["loom growth and crashes under a bounded soak are within their bounds"],
    },
  }),
  planned({
    ...site,
    kind: "watch-seven-days",
    minutes: [7 * DAY, 7 * DAY],
    risk: ["medium", "trouble comes on the sixth day", "the previous desk is ready to be put back for all of the week"],
    says: {
      purpose: "7-day monitoring period in production",
      inputs: ["installed desk"],
      outputs: ["a week of measurements"],
      checks: ["seven whole days were observed, gaps counted", "no crash and no alert went unexplained"],
    },
  }),
  planned({
    ...site,
    kind: "validate-performance",
    minutes: [HOUR, 4 * HOUR],
    risk: ["low", "the load was too small to tell", "the load is stated beside the numbers"],
    says: {
      purpose: "Performance validation against the staging benchmark",
      inputs: ["a week of measurements", "staging benchmark"],
      outputs: ["performance verdict"],
      checks: ["production is no slower than staging beyond the spread"],
    },
  }),
  planned({
    ...site,
    kind: "accept-by-users",
    working: true,
    minutes: [2 * HOUR, WORKDAY],
    risk: ["low", "nobody really tried it", "each user's trial is attested by name"],
    says: {
      purpose: "User acceptance testing",
      inputs: ["a week of measurements"],
      outputs: ["acceptance"],
      checks: ["each wish of the request was tried by a user and attested, or is open"],
    },
  }),
];
