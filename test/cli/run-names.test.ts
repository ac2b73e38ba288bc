import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { newRunName, runNames, runOf } from "../../src/cli/runs.ts";
import { slipwayHome } from "../../src/run/home.ts";

const times = fc.integer({ min: Date.parse("2000-01-01"), max: Date.parse("2099-12-31") });
const random = fc.double({ min: 0, max: 0.999, noNaN: true });

test("names of runs sort by when they were made, to the millisecond", () => {
  fc.assert(
    fc.property(times, times, random, random, (one, other, r, s) => {
      const names = [newRunName(new Date(one), r), newRunName(new Date(other), s)];
      for (const name of names) expect(name).toMatch(/^\d{8}-\d{6}-[0-9a-f]{4}$/);
      if (one < other) expect((names[0] ?? "") < (names[1] ?? "")).toBe(true);
    }),
  );
});

test("a run is meant by its name, by any unmistakable beginning, or as the last one", async () => {
  const home = slipwayHome({ SLIPWAY_HOME: mkdtempSync(join(tmpdir(), "slipway-runs-")) });
  const [old, mid, last] = ["20261123-084512-1a2b", "20261124-084512-1a2b", "20261124-090000-0001"] as const;
  expect(await runOf(home, null)).toMatchObject({ ok: false, failure: { what: "there is no run yet" } });
  for (const name of [mid, old, last, "not-a-run"]) mkdirSync(join(home.runs, name), { recursive: true });
  expect(await runNames(home)).toEqual([last, mid, old]);
  for (const [word, run] of [
    ["last", last],
    [null, last],
    [old, old],
    ["20261123", old],
    ["20261124-08", mid],
  ] as const)
    expect(await runOf(home, word)).toEqual({ ok: true, value: run });
  expect(await runOf(home, "20261124")).toMatchObject({ ok: false, failure: { what: "2 runs begin with 20261124" } });
  expect(await runOf(home, "2027")).toMatchObject({ ok: false, failure: { what: "there is no run 2027" } });
  rmSync(home.root, { recursive: true });
});
