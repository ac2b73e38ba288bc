import { describe, expect, test } from "vitest";
import {
  ALERTS,
  alertFile,
  recordingFile,
  sloFile,
} from "../../../src/specialists/performance-engineer/monitoring/rules.ts";
import { COURSES } from "./courses.ts";

/** The alerting rules as data; `test/hosts/rules.test.ts` has promtool carry out their courses of events. */
test("every alert has a course of events that fires it, and one that does not", () => {
  const names = [...ALERTS.map(({ alert }) => alert), "SloFastBurn", "SloSlowBurn", "SloLeak"];
  for (const fires of [true, false])
    expect(COURSES.filter((one) => one.fires === fires).map(({ alert }) => alert)).toEqual(
      expect.arrayContaining(names),
    );
});

describe("in words and numbers", () => {
  test("every alert says whom it concerns and what to do", () => {
    for (const { summary, action } of ALERTS) {
      expect(summary).toMatch(/\{\{ \$labels\.(ship|host|instance) \}\}/);
      expect(action.length).toBeGreaterThan(20);
    }
  });

  test("none counts a host's uptime, or increases a gauge", () => {
    const text = JSON.stringify([recordingFile(), alertFile(1), sloFile(99.9, 1)]);
    expect(text).not.toMatch(/node_boot_time|\/proc\/uptime/);
    for (const [, series] of text.matchAll(/increase\((\w+)/g)) expect(series).toMatch(/_total$/);
  });

  test("a drill divides every duration, and reckons over no window that holds too few looks", () => {
    expect(JSON.stringify(alertFile(10_000))).toContain('"for":"17s"');
    expect(JSON.stringify(alertFile(10_000))).toContain("urbit_ship_restarts_total[10s]");
    expect(JSON.stringify(alertFile(1))).toContain("urbit_ship_restarts_total[1800s]");
  });

  test("the budget of errors is what the objective leaves", () => {
    expect(JSON.stringify(sloFile(99.9, 1))).toContain(
      "slipway:probe_errors:ratio_1h > 0.0144 and slipway:probe_errors:ratio_5m > 0.0144",
    );
    expect(JSON.stringify(sloFile(99, 1))).toContain("vector(0.01)");
  });
});
