import { HOUR, hostName, planned, shipName } from "../planned.ts";
import type { Card } from "../step.ts";

const site = { specialist: "performance-engineer", scope: "site" } as const;
const ship = { specialist: "performance-engineer", scope: "ship" } as const;

/** optimize-performance: measure, find the one bottleneck, change one thing at a time, measure again. */
export const TUNING: readonly Card[] = [
  planned({
    ...site,
    kind: "measure-baseline",
    minutes: [30, 2 * HOUR],
    risk: ["low", "a quiet hour is taken for normal", "samples span a busy and a quiet time, with their variance"],
    says: {
      purpose: "Measure the baseline: answer times, loom, processor, disk, memory pressure",
      inputs: ["given: access to the hosts"],
      outputs: ["performance baseline"],
      checks: ["each number has its count of samples and its spread"],
    },
  }),
  planned({
    ...site,
    kind: "classify-bottleneck",
    minutes: [15, HOUR],
    risk: [
      "medium",
      "the wrong bottleneck is tuned",
      "each candidate is held against its threshold, and the rest ruled out",
    ],
    says: {
      purpose: "Classify the bottleneck: processor, disk, memory, loom, network or an agent",
      inputs: ["performance baseline"],
      outputs: ["bottleneck"],
      checks: ["one resource is at its limit when the ships are slow, and only then"],
    },
  }),
  planned({
    ...site,
    kind: "tune-host",
    scope: "host",
    minutes: [20, HOUR],
    risk: [
      "medium",
      "a setting helps one ship and hurts another",
      "one at a time, taken back without a gain beyond the noise",
    ],
    says: (target) => ({
      purpose: `Tune ${hostName(target)}: scheduler, mount options, swap, one change at a time`,
      inputs: ["bottleneck"],
      outputs: [`tuning of ${hostName(target)}`, "tuned hosts"],
      checks: ["each kept change is faster than the noise", "each other change was taken back"],
    }),
  }),
  planned({
    ...ship,
    kind: "reclaim-memory",
    effect: "compensatable",
    minutes: [10, HOUR],
    risk: ["medium", "meld runs out of memory", "free memory is checked first; pack before meld; the ship is stopped"],
    says: (target) => ({
      purpose: `Compact the loom of ${shipName(target)}: pack, then meld where memory allows`,
      inputs: ["tuned hosts"],
      outputs: [`compact loom of ${shipName(target)}`, "compact looms"],
      checks: ["the loom in use is smaller, and the ship answers at the same event number or later"],
    }),
  }),
  planned({
    ...ship,
    kind: "reclaim-disk",
    effect: "irreversible",
    minutes: [10, HOUR],
    risk: [
      "high",
      "events are gone that nobody has a snapshot of",
      "a fresh snapshot is proved first; the last two epochs stay",
    ],
    says: (target) => ({
      purpose: `Cut the event log of ${shipName(target)}: roll, then chop all but the last two epochs`,
      inputs: [`compact loom of ${shipName(target)}`],
      outputs: [`trimmed log of ${shipName(target)}`, "trimmed logs"],
      checks: ["two epochs are left and the ship starts from them", "the disk it frees is free"],
    }),
  }),
  planned({
    ...site,
    kind: "compare-with-baseline",
    minutes: [30, 2 * HOUR],
    risk: ["low", "a gain is only a quieter day", "same load, same hours, spread beside the mean"],
    says: {
      purpose: "Compare with the baseline under the same load",
      inputs: ["performance baseline", "trimmed logs"],
      outputs: ["gains"],
      checks: ["each claimed gain is larger than the spread of both samples"],
    },
  }),
  planned({
    ...site,
    kind: "schedule-maintenance",
    minutes: [15, HOUR],
    risk: ["low", "every ship stops at once", "windows are staggered and counted against the error budget"],
    says: {
      purpose: "Schedule maintenance windows, staggered, within the error budget",
      inputs: ["gains"],
      outputs: ["maintenance windows"],
      checks: ["no two windows of one host overlap", "their downtime fits the budget"],
    },
  }),
  planned({
    ...site,
    kind: "forecast-capacity",
    minutes: [15, HOUR],
    risk: ["low", "growth is not a line", "the forecast carries its interval and is asked again in 30 days"],
    says: {
      purpose: "Forecast capacity from the real series",
      inputs: ["gains"],
      outputs: ["capacity forecast"],
      checks: ["the day disk or loom runs out is given with its interval"],
    },
  }),
];
