import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isAlive, processId } from "../../../src/base/processes.ts";
import { engineSockets, serverConfig } from "../../../src/run/engine/config.ts";
import { type Ground, killed, LONG, newGround, onGround, until } from "./ground.ts";
import { isLoopback, listening } from "./listening.ts";

const alive = (pid: number | null) => pid !== null && isAlive(processId(pid));
/** Engines that have this site's directory as their own. */
const engines = (ground: Ground) =>
  readdirSync("/proc").filter((pid) => {
    try {
      return (
        /restate-server/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8")) &&
        readFileSync(`/proc/${pid}/environ`, "utf8").includes(`SLIPWAY_HOME=${ground.home.root}\0`)
      );
    } catch {
      return false;
    }
  });

test("the engine is told to keep what it knows for 90 days, to tell nobody, and to listen on sockets of ours", () => {
  const config = serverConfig();
  expect(config).toContain("disable-telemetry = true");
  expect(config).toContain('listen-mode = "unix"');
  for (const what of ["journal", "idempotency", "workflow-completion"])
    expect(config).toContain(`default-${what}-retention = "90d"`);
  expect(config).toContain("request-identity-private-key-pem-file");
});

describe.concurrent("slipway up", () => {
  test(
    "starts an engine and a worker, and starts nothing when they run",
    onGround(async (ground) => {
      const first = await ground.up();
      expect(first).toMatchObject({ engine: "ours", worker: "up" });
      expect(await ground.up()).toEqual(first);
      const { code, out } = await ground.slipway("up", "--json");
      expect([code, JSON.parse(out)]).toEqual([0, first]);
    }),
    LONG,
  );

  test(
    "four at once start one engine and one worker",
    onGround(async (ground) => {
      const all = await Promise.all([1, 2, 3, 4].map(() => ground.begin("up", "--json").ended));
      expect(all.map(({ code, err }) => [code, err])).toEqual(all.map(() => [0, ""]));
      expect(new Set(all.map(({ out }) => out)).size).toBe(1);
      expect(engines(ground)).toHaveLength(1);
    }),
    LONG,
  );

  test(
    "replaces a worker and an engine that are frozen",
    onGround(async (ground) => {
      const before = await ground.up();
      for (const pid of [before.workerPid, before.enginePid]) {
        // Signal 0's target would be the tests themselves, and whatever started them.
        if (pid === null) throw new Error("a process that is up has no id");
        process.kill(pid, "SIGSTOP");
      }
      const after = await ground.up();
      expect(after).toMatchObject({ engine: "ours", worker: "up" });
      expect([after.enginePid, after.workerPid]).not.toEqual([before.enginePid, before.workerPid]);
      for (const pid of [before.workerPid, before.enginePid]) expect(alive(pid)).toBe(false);
    }),
    LONG,
  );

  test(
    "works where the state directory's path is longer than a socket's name may be",
    onGround(async (ground) => {
      const deep = join(ground.home.root, "a-directory-with-a-long-name".repeat(4), "and-another".repeat(4));
      const env = { ...ground.env, SLIPWAY_HOME: deep };
      const far = newGround(env);
      expect(await far.up()).toMatchObject({ engine: "ours", worker: "up" });
      await far.clear();
    }),
    LONG,
  );

  test(
    "leaves nothing open to others: sockets in a private directory, one port on loopback",
    onGround(async (ground) => {
      const { enginePid, workerPid } = await ground.up();
      expect(listening(enginePid ?? 0)).toEqual([]);
      const ports = listening(workerPid ?? 0);
      expect(ports).toHaveLength(1);
      expect(ports.every(isLoopback)).toBe(true);
      const privately = [ground.home.root, ground.home.engine, join(ground.home.engine, "identity.pem")];
      expect(privately.map((path) => statSync(path).mode & 0o077)).toEqual(privately.map(() => 0));
    }),
    LONG,
  );
});

describe.concurrent("slipway down", () => {
  test(
    "ends both, and a run goes on where it was with the next up",
    onGround(async (ground) => {
      await ground.plan();
      ground.world.configure({ bootMs: 2_000 });
      const run = await ground.launch("--yes");
      await until(() => (ground.records(run).length > 8 ? true : null), "the first steps");
      const before = ground.status();
      const { code, out } = await ground.slipway("down");
      expect([code, out]).toEqual([0, "engine and worker are down; ships run on, runs go on with: slipway up\n"]);
      for (const pid of [before.enginePid, before.workerPid]) expect(alive(pid)).toBe(false);
      const there = ground.records(run).length;
      await ground.up();
      expect((await ground.rest(run)).status).toBe("done");
      expect(ground.records(run).length).toBeGreaterThan(there);
    }),
    LONG,
  );

  test(
    "holds against somebody who watches: they are told, and see the end after the next up",
    onGround(async (ground) => {
      await ground.plan();
      ground.world.configure({ bootMs: 4_000 });
      const watcher = ground.begin("launch", "--plan", "plan.json", "--yes", "--by", "ada");
      await until(() => (/✓ dev.baseline/.test(watcher.said()) ? true : null), "the first steps");
      await ground.slipway("down");
      await until(() => (/were taken down.*slipway up/s.test(watcher.said()) ? true : null), "the watcher to be told");
      expect(ground.status()).toMatchObject({ engine: "down", worker: "down" });
      await ground.up();
      expect((await watcher.ended).code).toBe(0);
    }),
    LONG,
  );
});

describe.concurrent("a bad day: slipway up says what is wrong, and works once that is put right", () => {
  const refused = async (ground: Ground) => {
    const { code, err } = await ground.slipway("up");
    expect(code).toBe(1);
    expect(err).not.toMatch(/^\s+at /m);
    return err;
  };

  test(
    "the state directory cannot be written",
    onGround(async (ground) => {
      writeFileSync(join(ground.home.root, "plain"), "");
      const { code, err } = await newGround({
        ...ground.env,
        SLIPWAY_HOME: join(ground.home.root, "plain", "home"),
      }).slipway("up");
      expect(code).toBe(1);
      expect(err).toContain("cannot write its state");
      expect(err).toContain("next: set SLIPWAY_HOME");
    }),
    LONG,
  );

  test(
    "the engine's data directory cannot be written",
    onGround(async (ground) => {
      mkdirSync(ground.home.engine, { recursive: true });
      const data = join(ground.home.engine, "data");
      writeFileSync(data, "in the way");
      const err = await refused(ground);
      expect(err).toContain("the engine did not start");
      expect(err).toMatch(/why: .*\S/);
      expect(err).toContain(join(ground.home.log, "engine.log"));
      expect(engines(ground)).toEqual([]);
      rmSync(data);
      expect(await ground.up()).toMatchObject({ engine: "ours" });
    }),
    LONG,
  );

  test(
    "something that is not ours lies where the engine's socket belongs",
    onGround(async (ground) => {
      const { admin } = engineSockets(ground.home);
      mkdirSync(admin, { recursive: true });
      writeFileSync(join(admin, "something"), "");
      expect(await refused(ground)).toContain("the engine did not start");
      rmSync(admin, { recursive: true });
      expect(await ground.up()).toMatchObject({ engine: "ours" });
    }),
    LONG,
  );

  test(
    "another program holds the engine's socket: it loses it",
    onGround(async (ground) => {
      const { admin } = engineSockets(ground.home);
      mkdirSync(join(admin, ".."), { recursive: true });
      const stranger = createServer((socket) => socket.end("HTTP/1.1 503 Not Ours\r\ncontent-length: 0\r\n\r\n"));
      await new Promise<void>((resolve) => stranger.listen(admin, resolve));
      // The directory is ours alone: whatever listens there is put out of it.
      expect(await ground.up()).toMatchObject({ engine: "ours", worker: "up" });
      stranger.close();
    }),
    LONG,
  );

  test(
    "a port asked for by name is taken",
    onGround(async (ground) => {
      await ground.up();
      const taken = createServer();
      const port = await new Promise<number>((resolve) =>
        taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port)),
      );
      const { code, err } = await ground.begin("worker", "--listen", `127.0.0.1:${port}`).ended;
      taken.close();
      expect(code).toBe(1);
      expect(err).toContain(`port ${port} is taken by another program`);
      expect(err).toContain("next: choose another with --listen");
    }),
    LONG,
  );

  test(
    "the worker's own death is told apart from a stop",
    onGround(async (ground) => {
      const { workerPid } = await ground.up();
      await killed(workerPid);
      const { code, out } = await ground.slipway("doctor");
      expect(code).toBe(0);
      expect(out).toMatch(/! worker: not running\n\s+next: slipway up/);
    }),
    LONG,
  );
});
