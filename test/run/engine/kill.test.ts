import { beforeAll, expect, test } from "vitest";
import { verifyRun } from "../../../src/evidence/verify.ts";
import type { Fault } from "../../../src/machines/twin/faults.ts";
import { changesOf, type Ground, killed, LONG, newGround, onGround, outcomeOf } from "./ground.ts";

/** What one undisturbed run makes of the world: every disturbed one must come to the same. */
let calm: {
  readonly outcome: unknown;
  readonly changes: readonly string[];
  readonly steps: readonly string[];
  readonly hosts: readonly string[];
};

beforeAll(async () => {
  const undisturbed = newGround();
  const plan = await undisturbed.plan();
  const { status } = await undisturbed.rest(await undisturbed.launch("--yes"));
  expect(status).toBe("done");
  calm = {
    outcome: outcomeOf(undisturbed.world),
    changes: changesOf(undisturbed.world),
    steps: plan.phases.flatMap((phase) => phase.steps.map((step) => step.id)).sort(),
    hosts: plan.hosts.map((host) => host.name),
  };
  await undisturbed.clear();
}, LONG);

/** The same world, every change made once, every step done once on record, and a record that holds. */
async function expectCalm(ground: Ground, run: string): Promise<void> {
  const state = await ground.state(run);
  expect(state.status).toBe("done");
  expect(outcomeOf(ground.world)).toEqual(calm.outcome);
  expect(changesOf(ground.world)).toEqual(calm.changes);
  expect(ground.world.collisions()).toEqual([]);
  const records = ground.records(run);
  const done = records.flatMap(({ body }) => (body.kind === "step-done" ? [body.step] : []));
  expect([...done].sort()).toEqual(calm.steps);
  expect(records.filter(({ body }) => body.kind === "step-failed")).toEqual([]);
  expect(await verifyRun(ground.directory(run), state.head.hash)).toMatchObject({ ok: true, value: { open: false } });
}

/** Keeps each operation on the twin going for so long that two steps never end between two looks. */
const SLOWLY: readonly Fault[] = [{ operation: "any", times: "always", fault: "hang-ms:40" }];

test.concurrent(
  "the worker is killed (-9) after every single step",
  onGround(async (ground) => {
    await ground.plan();
    ground.world.setFaults(SLOWLY);
    const run = await ground.launch("--parallel", "1");
    let [seen, kills] = [0, 0];
    const killer = async () => {
      const done = ground.records(run).filter(({ body }) => body.kind === "step-done").length;
      if (done === seen) return;
      seen = done;
      kills++;
      await killed(ground.status().workerPid);
      await ground.up();
    };
    const { gate } = await ground.state(run);
    await ground.order(run, { kind: "approve", gate: "plan", by: "ada", hash: gate?.hash ?? "" });
    await ground.rest(run, killer);
    expect(kills).toBe(calm.steps.length);
    await expectCalm(ground, run);
  }),
  LONG,
);

test.concurrent(
  "the worker is killed (-9) in the middle of every change, when it is made and not yet reported",
  onGround(async (ground) => {
    // One host stands for all: what is done to each is the same.
    const host = calm.hosts.at(-1) ?? "";
    const changes = ["converge", "converge", "converge", "fence", "boot", "install", "start"] as const;
    const faults = changes.map((operation, place): Fault => {
      const nth = 1 + changes.slice(0, place).filter((other) => other === operation).length;
      return { operation, host, nth, fault: "kill-after" };
    });
    await ground.plan();
    ground.world.setFaults(faults);
    const run = await ground.launch("--yes");
    await ground.rest(run, async () => void (await ground.up()));
    // Each of them was met: the worker died that often.
    expect(ground.world.faults().filter((item) => item.seen < (item.nth ?? 1))).toEqual([]);
    await expectCalm(ground, run);
  }),
  LONG,
);

test.concurrent(
  "the engine is killed (-9) at ten random moments",
  onGround(async (ground) => {
    const seed = Number(process.env.SLIPWAY_SEED ?? Date.now() % 2 ** 31);
    console.log(`SLIPWAY_SEED=${seed}`);
    const random = randomFrom(seed);
    await ground.plan();
    ground.world.setFaults(SLOWLY);
    // Boots take their time, so that the run is still at work when the tenth moment comes.
    ground.world.configure({ bootMs: 6_000 });
    const run = await ground.launch("--yes");
    for (let kills = 0; kills < 10; kills++) {
      await new Promise((resolve) => setTimeout(resolve, 50 + random() * 900));
      expect((await ground.state(run)).status).toBe("running");
      await killed(ground.status().enginePid);
      await ground.up();
    }
    await ground.rest(run);
    await expectCalm(ground, run);
  }),
  LONG,
);

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
