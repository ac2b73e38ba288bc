import { accessSync, constants, existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "../../base/files.ts";
import { withLock } from "../../base/lockfile.ts";
import { configuration, type Outcome, ok, transient } from "../../base/outcome.ts";
import { isAlive, type ProcessId } from "../../base/processes.ts";
import { type Home, unwritableHome } from "../home.ts";
import {
  type Env,
  isWanted,
  killChild,
  lastWords,
  logFile,
  running,
  startChild,
  stopChild,
  until,
} from "./children.ts";
import { type Engine, engineClient } from "./client.ts";
import { identityFile, serverConfig } from "./config.ts";
import { ask } from "./http.ts";
import { engineIdentity } from "./identity.ts";

export interface SiteStatus {
  readonly engine: "ours" | "external" | "down";
  readonly enginePid: number | null;
  readonly worker: "up" | "down";
  readonly workerPid: number | null;
}

const READY_MS = 20_000;

/** Starts what is not running: the engine (unless the site has its own) and a worker. Safe to call at any time, by anyone. */
export function up(home: Home, env: Env = process.env): Promise<Outcome<SiteStatus>> {
  return alone(home, () => ensureAll(home, env));
}

/** How often a child is started that ends before it is ready: it may have been killed, which another start gets over. */
const STARTS = 3;

async function ensureAll(home: Home, env: Env, starts = STARTS): Promise<Outcome<SiteStatus>> {
  const engine = await ensureEngine(home, env);
  if (!engine.ok) return engine;
  const worker = await ensureWorker(home, env);
  if (worker.ok) return ok(siteStatus(home, env));
  // A worker gets nowhere with an engine that died meanwhile.
  const orphaned = starts > 1 && !(await engineClient(home, env).healthy());
  return orphaned ? ensureAll(home, env, starts - 1) : worker;
}

/** Ends our worker and our engine, gracefully first. Ships are not touched: they run under their hosts' systemd. */
export function down(home: Home, env: Env = process.env): Promise<Outcome<SiteStatus>> {
  return alone(home, async () => {
    await stopChild(home, "worker");
    await stopChild(home, "engine");
    return ok(siteStatus(home, env));
  });
}

/** Starts again what died by itself. False: `slipway down` stopped it, and it stays stopped. */
export async function revive(home: Home, env: Env): Promise<Outcome<boolean>> {
  if (env.SLIPWAY_ENGINE_URL) return ok(true);
  return alone(home, async () => {
    if (!isWanted(home, "engine") && !isWanted(home, "worker")) return ok(false);
    const status = await ensureAll(home, env);
    return status.ok ? ok(true) : status;
  });
}

export function siteStatus(home: Home, env: Env = process.env): SiteStatus {
  const engine = running(home, "engine");
  const worker = running(home, "worker");
  return {
    engine: env.SLIPWAY_ENGINE_URL ? "external" : engine === null ? "down" : "ours",
    enginePid: engine?.pid ?? null,
    worker: worker === null ? "down" : "up",
    workerPid: worker?.pid ?? null,
  };
}

/** The engine, ready to take orders: ours is started when it is not running; of a site's own a worker must be serving. */
export async function ready(home: Home, env: Env): Promise<Outcome<Engine>> {
  const client = engineClient(home, env);
  if (!env.SLIPWAY_ENGINE_URL) {
    const status = await up(home, env);
    return status.ok ? ok(client) : status;
  }
  const engine = await ensureEngine(home, env);
  if (!engine.ok) return engine;
  const asked = await client.status("-", 5_000);
  if (asked.ok) return ok(client);
  return transient(
    "no-worker",
    `no Slipway worker serves the engine at ${env.SLIPWAY_ENGINE_URL}`,
    "start one where SLIPWAY_HOME is shared: slipway worker; or here: slipway up",
    asked.failure.why,
  );
}

/** Path of the engine's server for this platform, from its optional package. */
export function serverBinary(): Outcome<string> {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const binary = join(manifest, "..", "bin", "restate-server");
    accessSync(binary, constants.X_OK);
    return ok(binary);
  } catch {
    return configuration(
      "engine-missing",
      `the engine's server for ${process.platform}-${process.arch} is not installed`,
      `npm install ${name}, or set SLIPWAY_ENGINE_URL to an engine of your own`,
    );
  }
}

/** The socket at which the worker of this PID says that it turns its loop. */
export function workerSocket(home: Home, pid: number): string {
  return join(home.root, `worker-${pid}.sock`);
}

/** Does `act` while no other process of ours starts or stops anything here. */
async function alone<T>(home: Home, act: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    for (const folder of [home.root, home.engine, home.log, home.plans, home.runs]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK | constants.X_OK);
    }
    const locked = await withLock(join(home.root, "up.lock"), READY_MS * 2, act);
    if (locked !== null) return locked.value;
  } catch (error) {
    return unwritableHome(home, error as NodeJS.ErrnoException);
  }
  return transient(
    "up-busy",
    "another slipway up or down has been at work for a long time",
    "see what it is at: slipway doctor; then try again",
  );
}

async function ensureEngine(home: Home, env: Env): Promise<Outcome<null>> {
  const client = engineClient(home, env);
  if (await client.healthy()) return ok(null);
  if (env.SLIPWAY_ENGINE_URL) {
    return transient(
      "engine-unreachable",
      `the engine at ${env.SLIPWAY_ENGINE_URL} does not answer`,
      "check SLIPWAY_ENGINE_URL and SLIPWAY_ENGINE_ADMIN_URL",
    );
  }
  const before = running(home, "engine");
  if (before !== null) {
    // Alive but silent: frozen or still starting. Give it its time, then replace it.
    if (await until(() => client.healthy(), 5_000)) return ok(null);
    await killChild(before);
  }
  const binary = serverBinary();
  if (!binary.ok) return binary;
  await engineIdentity(identityFile(home));
  await writeFileAtomic(join(home.engine, "restate.toml"), serverConfig());
  const argv = ["--no-logo", "--config-file", "restate.toml"];
  return started(
    home,
    "engine",
    () => startChild(home, "engine", binary.value, argv, home.engine, env),
    () => client.healthy(),
  );
}

async function ensureWorker(home: Home, env: Env): Promise<Outcome<null>> {
  const before = running(home, "worker");
  if (before !== null) {
    if (await responds(home, before.pid)) return ok(null);
    // Frozen, or too busy to answer: it keeps its leases' tokens, but hosts refuse them once others are given out.
    await killChild(before);
    await rm(workerSocket(home, before.pid), { force: true });
  }
  const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
  const entry = existsSync(main) ? main : main.replace(/\.ts$/, ".js");
  // A young generation of 16 MB, and a heap that is collected sooner for being bounded: far above what a fleet needs.
  const argv = [...process.execArgv, "--max-semi-space-size=16", "--max-heap-size=2048", entry, "worker"];
  return started(
    home,
    "worker",
    () => startChild(home, "worker", process.execPath, argv, home.root, env),
    ({ pid }) => responds(home, pid),
  );
}

async function started(
  home: Home,
  child: "engine" | "worker",
  start: () => ProcessId | null,
  isReady: (id: ProcessId) => Promise<boolean>,
): Promise<Outcome<null>> {
  for (let tries = 0; tries < STARTS; tries += 1) {
    const id = start();
    if (id === null) return configuration(`${child}-not-started`, `the ${child} cannot be run`, "slipway doctor");
    const ready = await until(
      () => isReady(id),
      READY_MS,
      () => isAlive(id),
    );
    if (ready) return ok(null);
    if (isAlive(id)) break;
  }
  return configuration(
    `${child}-not-ready`,
    `the ${child} did not start`,
    `read ${logFile(home, child)}, then: slipway doctor`,
    lastWords(home, child),
  );
}

/** The worker opens its socket once it is registered; an answer there proves that it turns its loop. */
async function responds(home: Home, pid: number): Promise<boolean> {
  const socket = workerSocket(home, pid);
  const answer = await ask({ kind: "socket", path: socket }, { method: "GET", path: "/", timeoutMs: 3_000 });
  return answer.ok && answer.value.body === String(pid);
}
