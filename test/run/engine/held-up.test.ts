import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyRun } from "../../../src/evidence/verify.ts";
import type { Plan } from "../../../src/plan/schema.ts";
import { storePlan } from "../../../src/run/plans.ts";
import { type Ground, LONG, newGround, until } from "./ground.ts";

/** What keeps a run from going on for a while: it loses nothing, says what it is, and goes on by itself. */
let ground: Ground;
let plan: Plan;

beforeAll(async () => {
  ground = newGround();
  plan = await ground.plan("Deploy 1 fake ship to dev on my own servers");
  await ground.up();
}, LONG);
afterAll(() => ground.clear(), LONG);

/** Starts a run whose directory has been made ready for trouble. */
async function startIn(run: string, trouble: (directory: string) => void): Promise<void> {
  const directory = ground.directory(run);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "plan.json"), `${JSON.stringify(plan)}\n`);
  await storePlan(ground.home, plan);
  trouble(directory);
  const request = { run, planHash: plan.hash, by: "ada", at: new Date().toISOString(), rehearsal: true };
  // Held up at once, it answers only when it goes on: nobody waits for that here.
  void ground.engine.start({ ...request, preapproved: ["plan"], limits: {} });
}

/** What `slipway status` says holds the run up, once the engine has tried in vain. */
const blocked = (run: string) =>
  until(async () => {
    const answer = await ground.engine.blocked(run);
    return answer.ok ? answer.value : null;
  }, `${run} to be held up`);

async function goesOn(run: string): Promise<void> {
  const { status, head } = await ground.rest(run);
  expect(status).toBe("done");
  expect((await verifyRun(ground.directory(run), head.hash)).ok).toBe(true);
  expect(await ground.engine.blocked(run)).toEqual({ ok: true, value: null });
}

test(
  "evidence that somebody cut short is not written over: the run waits for the copy",
  async () => {
    const run = "20261124-100000-0003";
    ground.world.configure({ bootMs: 3_000 });
    // The first of these runs: the others find the ship booted already.
    await startIn(run, () => undefined);
    const file = join(ground.directory(run), "evidence.jsonl");
    // While the ship boots nothing is written.
    await until(async () => (Object.keys((await ground.state(run)).doing).length > 0 ? true : null), "the boot");
    const copy = readFileSync(file);
    writeFileSync(file, copy.subarray(0, 100));
    expect(await blocked(run)).toMatch(
      /the evidence ends at byte 100, before \d+; restore the run's directory from a copy/,
    );
    writeFileSync(file, copy);
    await goesOn(run);
    ground.world.configure({ bootMs: 0 });
  },
  LONG,
);

test(
  "a full disk under the evidence",
  async () => {
    const run = "20261124-100000-0001";
    await startIn(run, (directory) => symlinkSync("/dev/full", join(directory, "evidence.jsonl")));
    expect(await blocked(run)).toMatch(
      /the disk under the evidence is full .*; free some space; the run goes on by itself/,
    );
    rmSync(join(ground.directory(run), "evidence.jsonl"));
    await goesOn(run);
  },
  LONG,
);

test(
  "a directory of outputs that cannot be written, in the middle of a run",
  async () => {
    const run = "20261124-100000-0002";
    await startIn(run, (directory) => writeFileSync(join(directory, "raw"), "in the way"));
    expect(await blocked(run)).toContain("the evidence cannot be written");
    const { code, out } = await ground.slipway("status", run);
    expect(code).toBe(0);
    expect(out).toMatch(/waits for .*the evidence cannot be written/);
    expect(out).toContain("ends with: by itself, once that has been put right");
    // In the moment the engine tries again nothing holds it up: what counts is that it is said.
    const told = await until(async () => {
      const { out: json } = await ground.slipway("status", run, "--json");
      const { status, blocked: why } = JSON.parse(json) as { status: string; blocked: string | null };
      return why === null ? null : { status, why };
    }, "status to say what holds the run up");
    expect(told).toEqual({ status: "running", why: expect.stringContaining("cannot be written") });
    rmSync(join(ground.directory(run), "raw"));
    await goesOn(run);
  },
  LONG,
);

test(
  "a plan edited after it was approved is not carried out",
  async () => {
    const run = "20261124-100000-0004";
    const file = join(ground.home.plans, `${plan.hash}.json`);
    // A worker keeps the plans it has read: a new one has to read this anew.
    await ground.slipway("down");
    await ground.up();
    await startIn(run, () => writeFileSync(file, readFileSync(file, "utf8").replace('"fake":true', '"fake":false')));
    expect(await blocked(run)).toContain("was edited: it is not the plan that was approved");
    await storePlan(ground.home, plan);
    await goesOn(run);
  },
  LONG,
);
