import { connect } from "node:http2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyRun } from "../../../src/evidence/verify.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { changesOf, type Ground, killed, LONG, newGround, type Running, until } from "./ground.ts";
import { isLoopback, listening } from "./listening.ts";

/** Two workers that share a state directory, and an engine of the site's own, all started separately. */
let cluster: Cluster;
let ground: Ground;
const workers: Running[] = [];

const saying = (worker: Running, words: RegExp) =>
  until(() => words.exec(worker.said())?.[0] ?? null, `the worker to say ${words}`);
const urlOf = (worker: Running) => /http:\S+\//.exec(worker.said())?.[0] ?? "";

beforeAll(async () => {
  cluster = await startCluster();
  ground = newGround(cluster.env);
}, LONG);

afterAll(async () => {
  for (const worker of workers) await killed(worker.pid);
  await ground.clear();
  await cluster.stop();
}, LONG);

test(
  "without a worker, an order says what is missing and how to get it",
  async () => {
    await ground.plan();
    const { code, err } = await ground.slipway("launch", "--plan", "plan.json", "--yes", "--by", "ada");
    expect(code).toBe(1);
    expect(err).toContain(`no Slipway worker serves the engine at ${cluster.ingressUrl}`);
    expect(err).toContain("slipway worker");
    // Nothing was started behind the user's back.
    expect(ground.status()).toMatchObject({ engine: "external", worker: "down" });
  },
  LONG,
);

test(
  "a worker that does not know the engine's key does not start",
  async () => {
    const { SLIPWAY_ENGINE_IDENTITY: _, ...unsigned } = cluster.env;
    const other = newGround(unsigned);
    const { code, err } = await other.begin("worker").ended;
    await other.clear();
    expect(code).toBe(1);
    expect(err).toContain("serves signed requests only");
    expect(err).toContain("SLIPWAY_ENGINE_IDENTITY");
  },
  LONG,
);

test(
  "one of two workers is killed midway, and the run finishes",
  async () => {
    const first = ground.begin("worker");
    workers.push(first);
    await saying(first, /: serves/);
    const second = ground.begin("worker");
    workers.push(second);
    await saying(second, /: another serves/);

    await ground.plan();
    ground.world.configure({ bootMs: 1_500 });
    const run = await ground.launch("--yes");
    await until(
      () =>
        ground.records(run).some(({ body }) => body.kind === "step-done" && body.step.includes("/boot/")) ? true : null,
      "a boot",
    );
    await killed(first.pid);
    const state = await ground.rest(run);
    expect(state.status).toBe("done");
    expect(second.said()).toContain(`took over from ${urlOf(first)}`);
    const changes = changesOf(ground.world);
    expect(new Set(changes).size).toBe(changes.length);
    expect((await verifyRun(ground.directory(run), state.head.hash)).ok).toBe(true);
  },
  LONG,
);

test(
  "a worker that comes back stands by, and leaves the work to the one that has it",
  async () => {
    const third = ground.begin("worker");
    workers.push(third);
    await saying(third, /: another serves/);
  },
  LONG,
);

test(
  "one that is frozen midway is replaced, and does no harm when it goes on",
  async () => {
    const serving = workers[1];
    ground.wipe();
    const before = ground.world.mutations().length;
    const run = await ground.launch("--yes");
    await until(
      () =>
        ground.records(run).some(({ body }) => body.kind === "step-done" && body.step.includes("/boot/")) ? true : null,
      "a boot",
    );
    serving?.signal("SIGSTOP");
    expect((await ground.rest(run)).status).toBe("done");
    expect(workers[2]?.said()).toContain("took over from");
    serving?.signal("SIGCONT");
    // Another run gives it the time to do whatever it was at; there is nothing left to change.
    const again = await ground.launch("--yes");
    expect((await ground.rest(again)).status).toBe("done");
    const changes = changesOf(ground.world, before);
    expect(new Set(changes).size).toBe(changes.length);
    expect(ground.world.collisions()).toEqual([]);
    expect((await verifyRun(ground.directory(run))).ok).toBe(true);
  },
  LONG,
);

test("requests the engine did not sign are refused", async () => {
  const serving = workers[2];
  if (serving === undefined) throw new Error("no worker serves");
  for (const path of ["/discover", "/invoke/slipway-steps/execute", "/invoke/slipway-run/command"])
    expect(await statusOf(urlOf(serving), path)).toBe(401);
});

test.each([
  "slipway-steps/execute",
  "slipway-steps/undo",
  "slipway-run/r1/report",
  "slipway-run/r1/undone",
  "slipway-run/r1/expire",
  "slipway-reporter/write",
])("%s is the engine's own business: nobody can call it from outside", async (path) => {
  const answer = await fetch(`${cluster.ingressUrl}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/private|not public|ingress/i);
});

test("what Slipway asks of the engine holds on a site's own, whatever its configuration", async () => {
  for (const name of ["slipway-run", "slipway-steps", "slipway-lease"]) {
    const service = (await (await fetch(`${cluster.adminUrl}/services/${name}`)).json()) as Record<string, unknown>;
    expect(service).toMatchObject({
      journal_retention: "90d",
      idempotency_retention: "90d",
      retry_policy: { max_attempts: 1_000_000_000 },
    });
  }
});

test("workers listen on loopback alone", () => {
  const serving = workers.slice(1).flatMap((worker) => listening(worker.pid));
  expect(serving.length).toBeGreaterThan(0);
  expect(serving.filter((address) => !isLoopback(address))).toEqual([]);
});

/** HTTP status of a request that nobody signed. */
function statusOf(url: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const session = connect(url);
    session.on("error", reject);
    const request = session.request({ ":path": path, ":method": "POST", "content-type": "application/json" });
    request.on("response", (headers) => {
      resolve(Number(headers[":status"]));
      session.destroy();
    });
    request.on("error", reject);
    request.end("{}");
  });
}
