import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Machine } from "../../../src/machines/machine.ts";
import type { Fence } from "../../../src/machines/ships.ts";
import { copyPier, crashShip, rebootHost, startByHand } from "../../../src/machines/twin/accidents.ts";
import { openWorld } from "../../../src/machines/twin/world.ts";
import { code, value } from "../contract.ts";
import { bootOf, fenceFor, launch, readyHost, shipSpec, VERE } from "./ground.ts";

const ZOD = shipSpec("~zod");

/** "prepare": everything before a start, in the order of the steps. */
type Move = "acquire" | "prepare" | "fence" | "start" | "stop" | "remove" | "unfence" | "release" | "reboot";

/** The engine's part: a growing token, given to one machine at a time until it gives the ship back. */
interface Lease {
  token: number;
  holder: string | null;
}

/** A worker with what it believes; it goes on with an old fence after somebody else got a newer one. */
interface Writer {
  readonly machine: Machine;
  readonly run: string;
  fence: Fence | null;
}

describe("one writer per ship", () => {
  test("whatever two workers on two hosts do in whatever order, tokens grow and one unit at most is active", async () => {
    const moves = fc.constantFrom<Move>(
      ...(["acquire", "acquire", "prepare", "prepare", "fence", "start", "start", "start"] as const),
      ...(["stop", "remove", "unfence", "release", "release", "reboot"] as const),
    );
    const script = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), moves), {
      minLength: 40,
      maxLength: 160,
      size: "max",
    });
    let started = 0;
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        const world = openWorld(":memory:");
        const hosts = [await readyHost(world, "alder"), await readyHost(world, "birch")];
        const writers = [0, 1, 0].map(
          (at, index): Writer => ({ machine: pick(hosts, at), run: `run-${index}`, fence: null }),
        );
        const lease: Lease = { token: 0, holder: null };
        const seen = new Map<string, number>();
        for (const [at, move] of steps) {
          const writer = pick(writers, at);
          await act(writer, move, lease, world);
          for (const { name, fences } of world.hosts()) {
            const token = fences[ZOD.name]?.token ?? 0;
            expect(token).toBeGreaterThanOrEqual(seen.get(name) ?? 0);
            seen.set(name, token);
          }
          const active = world.hosts().filter((host) => host.ships[ZOD.name]?.active === true);
          expect(active.length).toBeLessThanOrEqual(1);
        }
        expect(world.collisions()).toEqual([]);
        const starts = world.mutations().filter((mutation) => mutation.operation === "start");
        started += starts.length;
        // Every start was made under a token no older than the last.
        expect(starts.every((start, index) => (start.token ?? 0) >= (starts[index - 1]?.token ?? 0))).toBe(true);
        world.close();
      }),
      // Seeded: how many scripts reach a start is part of what this shows.
      { numRuns: 300, seed: 7 },
    );
    expect(started).toBeGreaterThan(100);
  });

  async function act(writer: Writer, move: Move, lease: Lease, world: ReturnType<typeof openWorld>): Promise<void> {
    const { ships, name } = writer.machine;
    if (move === "reboot") return rebootHost(world, name);
    if (move === "acquire") {
      if (lease.holder !== null && lease.holder !== name) return;
      lease.holder = name;
      lease.token += 1;
      writer.fence = await fenceFor(writer.machine, ZOD.name, lease.token, writer.run);
      return;
    }
    const { fence } = writer;
    if (fence === null) return;
    if (move === "fence") await ships.fence(fence);
    if (move === "prepare") {
      await ships.fence(fence);
      await ships.boot(bootOf(ZOD, fence));
      await ships.install(ZOD, fence, VERE);
    }
    if (move === "start") await ships.start(ZOD, fence);
    if (move === "stop") await ships.stop(ZOD, fence);
    if (move === "remove") await ships.remove(ZOD, fence);
    if (move === "unfence") await ships.unfence(fence);
    // A ship is given back only when the host has let go of it under the newest token.
    if (move === "release" && fence.token === lease.token && (await ships.unfence(fence)).ok) lease.holder = null;
  }

  test("a copied pier does not start: not on another host, and not beside itself", async () => {
    const world = openWorld(":memory:");
    const [alder, birch] = [await readyHost(world, "alder"), await readyHost(world, "birch")];
    const fence = await launch(alder, ZOD, 1);
    copyPier(world, ZOD.name, "alder", "birch");
    expect(startByHand(world, "birch", ZOD.name)).toBe(false);
    expect(code(await birch.ships.fence(fence))).toBe("critical fence-foreign");
    value(await alder.ships.stop(ZOD, fence));
    copyPier(world, ZOD.name, "alder", "alder");
    expect(startByHand(world, "alder", ZOD.name)).toBe(false);
    expect(code(await alder.ships.start(ZOD, fence))).toBe("critical start-refused");
    expect(world.collisions()).toEqual([]);
    world.close();
  });

  test("a cloned disk has another machine id, and its ships stay down", async () => {
    const world = openWorld(":memory:");
    const machine = await readyHost(world, "alder");
    const fence = await launch(machine, ZOD, 1);
    world.turn("alder", ({ host, mutate }) => {
      host.machineId = "c".repeat(32);
      mutate("clone", "alder", "");
    });
    rebootHost(world, "alder");
    expect(value(await machine.ships.inspect(ZOD)).unit).toBe("inactive");
    expect(code(await machine.ships.start(ZOD, fence))).toBe("critical fence-foreign");
    world.close();
  });

  test("a live ship brought up twice is refused by the network, and stays on hold", async () => {
    const world = openWorld(":memory:");
    const [alder, birch] = [await readyHost(world, "alder"), await readyHost(world, "birch")];
    const live = shipSpec("~sampel-palnet", false);
    const key = { kind: "secret", label: "key", reveal: () => "" } as const;
    for (const machine of [alder, birch]) {
      const fence = await fenceFor(machine, live.name, 1);
      value(await machine.ships.fence(fence));
      value(await machine.ships.boot(bootOf(live, fence, key)));
      value(await machine.ships.install(live, fence, VERE));
      value(await machine.ships.start(live, fence));
    }
    expect(value(await alder.ships.inspect(live)).unit).toBe("active");
    expect(value(await birch.ships.inspect(live)).unit).toBe("failed");
    expect(startByHand(world, "birch", live.name)).toBe(false);
    world.close();
  });

  test("fake ships brought up twice without a lease are noticed", async () => {
    const world = openWorld(":memory:");
    for (const host of ["alder", "birch"]) await launch(await readyHost(world, host), ZOD, 1);
    expect(world.collisions()).toEqual([{ ship: "~zod", hosts: ["alder", "birch"] }]);
    world.close();
  });

  test("after a reboot enabled ships come back by themselves, and those given away do not", async () => {
    const world = openWorld(":memory:");
    const machine = await readyHost(world, "alder");
    const fence = await launch(machine, ZOD, 1);
    const bus = shipSpec("~bus", true, 1);
    const busFence = await launch(machine, bus, 1);
    value(await machine.ships.stop(bus, busFence));
    value(await machine.ships.unfence(busFence));
    const before = value(await machine.ships.inspect(ZOD));
    rebootHost(world, "alder");
    const after = value(await machine.ships.inspect(ZOD));
    expect(after).toMatchObject({ unit: "active", live: true, pierId: before.pierId, fence });
    expect(after.lockPid).not.toBe(before.lockPid);
    expect(value(await machine.ships.inspect(bus)).unit).toBe("inactive");
    crashShip(world, "alder", ZOD.name);
    expect(value(await machine.ships.inspect(ZOD))).toMatchObject({ unit: "failed", live: false });
    world.close();
  });

  test.each([
    [10, "never-began", false],
    [500, "began", true],
  ] as const)(
    "a boot cut off by a reboot after %d of 1000 ms is %s; an identity is kept",
    async (after, pier, kept) => {
      const world = openWorld(":memory:");
      world.configure({ speed: 0, bootMs: 1_000 });
      const machine = await readyHost(world, "alder");
      const fence = await fenceFor(machine, ZOD.name, 1);
      value(await machine.ships.fence(fence));
      const begun = value(await machine.ships.boot(bootOf(ZOD, fence)));
      world.advance(after);
      rebootHost(world, "alder");
      expect(value(await machine.ships.inspect(ZOD))).toMatchObject({ pier, boot: "failed", lockPid: null });
      expect(code(await machine.ships.boot(bootOf(ZOD, fence)))).toBe("configuration boot-failed");
      value(await machine.ships.boot(bootOf(ZOD, fence)));
      world.advance(1_000);
      const ready = value(await machine.ships.inspect(ZOD));
      expect(ready.pier).toBe("ready");
      expect(ready.pierId === begun.pierId).toBe(kept);
      world.close();
    },
  );
});

function pick<T>(list: readonly T[], at: number): T {
  const item = list[at];
  if (item === undefined) throw new RangeError(`no item ${at}`);
  return item;
}
