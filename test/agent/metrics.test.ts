import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { families } from "../../src/agent/families.ts";
import { exposition } from "../../src/agent/metrics.ts";
import type { ShipSample } from "../../src/agent/sample.ts";

const SAMPLE: ShipSample = {
  ship: "~zod",
  up: true,
  live: true,
  threads: true,
  version: "4.5",
  events: 51,
  loomFreeBytes: 10,
  loomLimitBytes: 2 ** 31,
  httpStatus: 204,
  httpSeconds: 0.01,
  logBytes: 5,
  logAllocatedBytes: 8192,
  epochs: 1,
  imageBytes: 6,
  snapshotAt: 1_700_000_000,
  memory: { king: 1, worker: 2 },
  restarts: 0,
  unitActive: true,
  startRefused: false,
  updatesPending: null,
  backupAt: null,
  seconds: 0.1,
};
const text = (samples: readonly ShipSample[]) => exposition(families(samples, { freeBytes: 7, sizeBytes: 9 }, "0.1.0"));

describe("what is told of a ship", () => {
  test("is OpenMetrics: a type and a help for every family, counters end in _total, the whole ends in EOF", () => {
    const lines = text([SAMPLE]).trimEnd().split("\n");
    expect(lines.at(-1)).toBe("# EOF");
    const named = new Set(lines.flatMap((line) => /^# TYPE (\S+) /.exec(line)?.[1] ?? []));
    const helped = new Set(lines.flatMap((line) => /^# HELP (\S+) \S/.exec(line)?.[1] ?? []));
    expect(helped).toEqual(named);
    for (const line of lines.filter((row) => !row.startsWith("#"))) {
      expect(line).toMatch(/^[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [-+0-9.eINFNa]+$/);
      const name = /^[a-z_]+/.exec(line)?.[0].replace(/_(total|info)$/, "");
      expect(named).toContain(name);
    }
    for (const name of named) if (name.endsWith("_bytes")) expect(lines).toContain(`# UNIT ${name} bytes`);
  });

  test("leaves out what is not known, and never says 0 for it", () => {
    const silent = { ...SAMPLE, up: false, events: null, live: null, httpSeconds: null };
    expect(text([silent])).toContain('urbit_ship_up{ship="~zod"} 0');
    expect(text([silent])).not.toMatch(/urbit_ship_events|urbit_ship_live|urbit_ship_http_response/);
    expect(text([SAMPLE])).not.toContain("backup_timestamp");
  });

  test("has as many series for a ship whatever the ship says of itself", () => {
    const count = (version: string) => text([{ ...SAMPLE, version }]).split("\n").length;
    fc.assert(
      fc.property(fc.string(), (version) => {
        expect(count(version)).toBe(count("4.5"));
      }),
    );
  });
});
