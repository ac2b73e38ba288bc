import type { Alert, Pace } from "./rules.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Multi-window burn rates as in Google's SRE workbook, chapter 5: an alert needs both its windows, the long one to
 * matter and the short one to end soon after the trouble does.
 */
const BURNS = [
  { name: "SloFastBurn", long: HOUR, short: 5 * MINUTE, rate: 14.4, forSeconds: 2 * MINUTE, severity: "page" },
  { name: "SloSlowBurn", long: 6 * HOUR, short: 30 * MINUTE, rate: 6, forSeconds: 15 * MINUTE, severity: "page" },
  { name: "SloLeak", long: 3 * DAY, short: 6 * HOUR, rate: 1, forSeconds: HOUR, severity: "ticket" },
] as const;

const NAMES = new Map([
  [5 * MINUTE, "5m"],
  [30 * MINUTE, "30m"],
  [HOUR, "1h"],
  [6 * HOUR, "6h"],
  [3 * DAY, "3d"],
]);

/** The share of failed looks from outside over a window: names say the window in earnest, whatever the pace. */
export const errorRatio = (window: string) => `slipway:probe_errors:ratio_${window}`;

/** Recording rules and alerts for a budget of errors (0.001 for 99.9 %). Every look is one from another machine. */
export function windows(pace: Pace, budget: number) {
  const recordings = [...NAMES].map(([seconds, name]) => ({
    record: errorRatio(name),
    expr: `1 - avg_over_time(probe_success{job="ship-probe"}[${pace.window(seconds)}])`,
  }));
  const burns = BURNS.map(({ name, long, short, rate, forSeconds, severity }): Alert => {
    const limit = Number((rate * budget).toPrecision(6));
    const over = (seconds: number) => `${errorRatio(NAMES.get(seconds) ?? "")} > ${limit}`;
    return {
      alert: name,
      expr: () => `${over(long)} and ${over(short)}`,
      forSeconds,
      severity,
      summary: `{{ $labels.ship }} burns its error budget ${rate} times as fast as it may (looked at from outside).`,
      action: "Is the ship up, and the way to it? slipway fleet; then the ship's own log.",
    };
  });
  return { recordings: [...recordings, { record: "slipway:slo_budget:ratio", expr: `vector(${budget})` }], burns };
}
