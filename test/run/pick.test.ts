import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanStep } from "../../src/plan/schema.ts";
import { pick } from "../../src/run/pick.ts";

const LIMITS = { parallel: 256, perHost: 8, gateHours: 1 };

/** Steps by the host each works on; only that much of a step matters here. */
const stepsOn = (hosts: readonly string[]) => ({
  steps: hosts.map((host) => ({ action: { host } }) as unknown as PlanStep),
});

const range = (from: number, count: number) => Array.from({ length: count }, (_, k) => from + k);

describe("steps are picked", () => {
  test("a host's together, as many as the host takes at once", () => {
    const graph = stepsOn([...Array(10).fill("alder"), ...Array(3).fill("birch")]);
    expect(pick(graph, { ready: range(0, 13), running: [], limits: LIMITS })).toEqual({
      batches: [range(0, 8), [10, 11, 12]],
      left: [8, 9],
    });
  });

  test("in the order they became ready", () => {
    const graph = stepsOn(["alder", "birch", "alder"]);
    expect(pick(graph, { ready: [1, 2, 0], running: [], limits: LIMITS }).batches).toEqual([[1], [2, 0]]);
  });

  test("not in part while only the last few places are free", () => {
    const hosts = [...Array(250).fill("busy"), ...Array(8).fill("alder"), "birch"];
    const picked = pick(stepsOn(hosts), {
      ready: range(250, 9),
      running: range(0, 250),
      limits: { ...LIMITS, perHost: 8 },
    });
    expect(picked).toEqual({ batches: [[258]], left: range(250, 8) });
  });

  test("in part where there are few places at all", () => {
    const graph = stepsOn(Array(8).fill("alder"));
    const picked = pick(graph, { ready: range(1, 7), running: [0], limits: { ...LIMITS, parallel: 4 } });
    expect(picked.batches).toEqual([[1, 2, 3]]);
  });

  test("within both limits, none lost, none twice, and always some when nothing runs", () => {
    const site = fc.record({
      hosts: fc.array(fc.constantFrom("alder", "birch", "cedar", "dogwood"), { minLength: 1, maxLength: 60 }),
      parallel: fc.integer({ min: 1, max: 300 }),
      perHost: fc.integer({ min: 1, max: 10 }),
      seed: fc.infiniteStream(fc.constantFrom("running", "ready", "done")),
    });
    fc.assert(
      fc.property(site, ({ hosts, parallel, perHost, seed }) => {
        const running: number[] = [];
        const ready: number[] = [];
        const onHost = (name: string) => running.filter((index) => hosts[index] === name).length;
        for (const [index, host] of hosts.entries()) {
          const state = seed.next().value;
          if (state === "ready") ready.push(index);
          if (state === "running" && running.length < parallel && onHost(host) < perHost) running.push(index);
        }
        const limits = { parallel, perHost, gateHours: 1 };
        const { batches, left } = pick(stepsOn(hosts), { ready, running, limits });
        expect([...batches.flat(), ...left].sort((a, b) => a - b)).toEqual(ready);
        expect(batches.flat().length + running.length).toBeLessThanOrEqual(parallel);
        for (const batch of batches) {
          expect(new Set(batch.map((index) => hosts[index])).size).toBe(1);
          expect(batch.length + onHost(hosts[batch[0] ?? 0] ?? "")).toBeLessThanOrEqual(perHost);
        }
        if (running.length === 0 && ready.length > 0) expect(batches.length).toBeGreaterThan(0);
      }),
    );
  });
});
