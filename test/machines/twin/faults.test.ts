import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secret } from "../../../src/base/secret.ts";
import type { Fault } from "../../../src/machines/twin/faults.ts";
import { createTwinMachine } from "../../../src/machines/twin/machine.ts";
import { openWorld } from "../../../src/machines/twin/world.ts";
import { code, value } from "../contract.ts";
import { bootOf, fenceFor, launch, readyHost, shipSpec, VERE } from "./ground.ts";

const ZOD = shipSpec("~zod");

describe("faults on demand", () => {
  test("meet the nth matching call and as many as were asked for, on the host named", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), async (nth, times) => {
        const world = openWorld(":memory:");
        world.setFaults([{ operation: "facts", host: "alder", nth, times, fault: "unreachable" }]);
        const alder = createTwinMachine(world, "alder");
        for (let call = 1; call <= 8; call++) {
          expect((await createTwinMachine(world, "birch").facts()).ok).toBe(true);
          expect((await alder.fingerprint()).ok).toBe(true);
          const met = call >= nth && call < nth + times;
          expect(code(await alder.facts())).toBe(met ? "transient host-unreachable" : "ok");
        }
        world.close();
      }),
      { numRuns: 30 },
    );
  });

  test("last for ever when asked to, until they are taken away", async () => {
    const world = openWorld(":memory:");
    const machine = createTwinMachine(world, "alder");
    world.setFaults([{ operation: "any", times: "always", fault: "transient" }]);
    for (let call = 0; call < 5; call++) expect(code(await machine.facts())).toBe("transient connection-lost");
    world.setFaults([]);
    expect(code(await machine.facts())).toBe("ok");
    world.close();
  });

  test("an answer that is lost was given all the same: the repeat finds it done", async () => {
    const world = openWorld(":memory:");
    const machine = await readyHost(world, "alder");
    const fence = await fenceFor(machine, ZOD.name, 1);
    for (const operation of ["fence", "boot", "install", "start"] as const) {
      world.setFaults([{ operation, fault: "answer-lost" }]);
      const act = {
        fence: () => machine.ships.fence(fence),
        boot: () => machine.ships.boot(bootOf(ZOD, fence)),
        install: () => machine.ships.install(ZOD, fence, VERE),
        start: () => machine.ships.start(ZOD, fence),
      }[operation];
      expect(code(await act())).toBe("transient answer-cut");
      const done = world.mutations().length;
      expect(code(await act())).toBe("ok");
      expect(world.mutations()).toHaveLength(done);
    }
    world.close();
  });

  test.each<[Fault["fault"], string, "began" | "never-began"]>([
    ["boot-crash", "configuration worker-lost", "never-began"],
    ["disk-full", "configuration disk-full", "began"],
    ["port-taken", "configuration ames-port-taken", "began"],
  ])("a boot hit by %s fails, says why once, and then boots again", async (fault, failure, pier) => {
    const world = openWorld(":memory:");
    const machine = await readyHost(world, "alder");
    const fence = await fenceFor(machine, ZOD.name, 1);
    value(await machine.ships.fence(fence));
    world.setFaults([{ operation: "boot", ship: "~zod", fault }]);
    const failed = value(await machine.ships.boot(bootOf(ZOD, fence)));
    expect(failed).toMatchObject({ boot: "failed", pier, live: false });
    expect(code(await machine.ships.boot(bootOf(ZOD, fence)))).toBe(failure);
    const again = value(await machine.ships.boot(bootOf(ZOD, fence)));
    expect(again).toMatchObject({ boot: "done", pier: "ready" });
    // An identity once made is kept.
    expect(again.pierId === failed.pierId).toBe(pier === "began");
    world.close();
  });

  test("a refused double boot puts the ship on hold: the same run cannot start it, another one can", async () => {
    const world = openWorld(":memory:");
    const machine = await readyHost(world, "alder");
    world.setFaults([{ operation: "start", fault: "double-boot" }]);
    const fence = await launch(machine, ZOD, 1, "run-a");
    expect(value(await machine.ships.inspect(ZOD))).toMatchObject({ unit: "failed", live: false });
    expect(code(await machine.ships.start(ZOD, fence))).toBe("critical double-boot");
    const same = { ...fence, token: 2 };
    value(await machine.ships.fence(same));
    expect(code(await machine.ships.start(ZOD, same))).toBe("critical double-boot");
    const other = { ...fence, token: 3, run: "run-b" };
    value(await machine.ships.fence(other));
    expect(value(await machine.ships.start(ZOD, other))).toMatchObject({ unit: "active", live: true });
    world.close();
  });

  test("two ships on one Ames port: the second unit fails and says why", async () => {
    const world = openWorld(":memory:");
    const machine = await readyHost(world, "alder");
    await launch(machine, ZOD, 1);
    await launch(machine, { ...shipSpec("~bus"), amesPort: ZOD.amesPort }, 1);
    const bus = value(await machine.ships.inspect(shipSpec("~bus")));
    expect(bus.unit).toBe("failed");
    expect(bus.unitLog.join()).toContain("address already in use");
    world.close();
  });

  test("hosts can be small, old, off in time or without systemd", async () => {
    const world = openWorld(":memory:");
    world.addHost("alder", { diskFreeBytes: 1, ramBytes: 2, os: "plan9", clockSkewSeconds: 7200, init: "init" });
    const machine = await readyHost(world, "alder");
    const facts = value(await machine.facts());
    expect(facts).toMatchObject({ diskFreeBytes: 1, ramBytes: 2, os: "plan9", clockSkewSeconds: 7200, init: "init" });
    const fence = await fenceFor(machine, ZOD.name, 1);
    value(await machine.ships.fence(fence));
    expect(code(await machine.ships.boot(bootOf(ZOD, fence)))).toBe("configuration no-systemd");
    world.setFaults([{ operation: "facts", fault: "clock-off" }]);
    expect(value(await createTwinMachine(world, "birch").facts()).clockSkewSeconds).toBeGreaterThan(3_600);
    world.close();
  });

  test("a host that lacks user, home or runtime says so", async () => {
    const world = openWorld(":memory:");
    const bare = createTwinMachine(world, "alder");
    const fence = await fenceFor(bare, ZOD.name, 1);
    value(await bare.ships.fence(fence));
    expect(code(await bare.ships.boot(bootOf(ZOD, fence)))).toBe("configuration host-not-prepared");
    const ready = await readyHost(world, "alder");
    expect(code(await ready.ships.boot({ ...bootOf(ZOD, fence), vere: "/opt/none" }))).toBe(
      "configuration runtime-missing",
    );
    expect(code(await ready.ships.install(ZOD, fence, VERE))).toBe("configuration pier-missing");
    world.close();
  });

  test("a live ship's pier stays once it has begun, and its key is in no record", async () => {
    const world = openWorld(":memory:");
    const machine = await readyHost(world, "alder");
    const live = shipSpec("~sampel-palnet", false);
    const fence = await fenceFor(machine, live.name, 1);
    value(await machine.ships.fence(fence));
    expect(code(await machine.ships.boot(bootOf(live, fence)))).toBe("configuration pier-missing");
    const booted = await machine.ships.boot(bootOf(live, fence, secret("keyfile", "0wCANARY")));
    expect(value(booted).pier).toBe("ready");
    for (const spec of [live, { ...live, fake: true }])
      expect(code(await machine.ships.remove(spec, fence))).toBe("critical ship-must-live");
    expect(JSON.stringify([booted, world.hosts(), world.mutations()])).not.toContain("CANARY");
    world.close();
  });

  test("a boot takes its time, seen by its log, and a reader never changes anything", async () => {
    const world = openWorld(":memory:");
    world.configure({ speed: 0, bootMs: 1_000, startMs: 100 });
    const machine = await readyHost(world, "alder");
    const fence = await fenceFor(machine, ZOD.name, 1);
    value(await machine.ships.fence(fence));
    const states = [value(await machine.ships.boot(bootOf(ZOD, fence)))];
    const done = world.mutations().length;
    for (let round = 0; round < 4; round++) {
      world.advance(250);
      states.push(value(await machine.ships.boot(bootOf(ZOD, fence))));
    }
    expect(states.map(({ pier }) => pier)).toEqual(["never-began", "began", "began", "began", "ready"]);
    expect(states.map(({ boot }) => boot)).toEqual(["running", "running", "running", "running", "done"]);
    expect(states[2]?.bootLog.at(-1)).toContain("50 %");
    expect(world.mutations()).toHaveLength(done);
    value(await machine.ships.install(ZOD, fence, VERE));
    expect(value(await machine.ships.start(ZOD, fence))).toMatchObject({ unit: "active", live: false });
    expect(code(await machine.ships.life(ZOD))).toBe("transient ship-silent");
    world.advance(100);
    expect(code(await machine.ships.life(ZOD))).toBe("ok");
    world.close();
  });
});
