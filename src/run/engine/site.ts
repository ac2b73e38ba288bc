import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "../../base/files.ts";
import { withLock } from "../../base/lockfile.ts";
import { configuration, type Outcome, ok, transient } from "../../base/outcome.ts";
import { isAlive, type ProcessId, processId, signal } from "../../base/processes.ts";
import type { Home } from "../home.ts";
import { engineClient } from "./client.ts";
import { identityFile, serverConfig } from "./config.ts";
import { ask } from "./http.ts";
import { engineIdentity } from "./identity.ts";

type Env = Readonly<Record<string, string | undefined>>;

export interface SiteStatus {
  readonly engine: "ours" | "external" | "down";
  readonly enginePid: number | null;
  readonly worker: "up" | "down";
  readonly workerPid: number | null;
}

const READY_MS = 20_000;

/** Starts what is not running: the engine (unless the site has its own) and a worker. Safe to call at any time, by anyone. */
export async function up(home: Home, env: Env = process.env): Promise<Outcome<SiteStatus>> {
  const writable = await prepareHome(home);
  if (!writable.ok) return writable;
  const locked = await withLock(join(home.root, "up.lock"), READY_MS * 2, async () => {
    const engine = await ensureEngine(home, env);
    if (!engine.ok) return engine;
    return ensureWorker(home, env);
  });
  if (locked === null) {
    return transient(
      "up-busy",
      "another slipway up has been at work for a long time",
      "wait, or: slipway down && slipway up",
    );
  }
  if (!locked.value.ok) return locked.value;
  return ok(siteStatus(home, env));
}

/** Ends our worker and our engine, gracefully first. Ships are not touched: they run under their hosts' systemd. */
export async function down(home: Home): Promise<SiteStatus> {
  for (const name of ["worker", "engine"] as const) {
    const id = readPid(home, name);
    if (id === null) continue;
    if (signal(id, "SIGTERM")) await gone(id, 10_000);
    if (signal(id, "SIGKILL")) await gone(id, 5_000);
    await rm(pidFile(home, name), { force: true });
  }
  return siteStatus(home, {});
}

export function siteStatus(home: Home, env: Env = process.env): SiteStatus {
  const engine = readPid(home, "engine");
  const worker = readPid(home, "worker");
  return {
    engine: env.SLIPWAY_ENGINE_URL ? "external" : engine === null ? "down" : "ours",
    enginePid: engine?.pid ?? null,
    worker: worker === null ? "down" : "up",
    workerPid: worker?.pid ?? null,
  };
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

export async function prepareHome(home: Home): Promise<Outcome<null>> {
  try {
    for (const folder of [home.root, home.engine, home.log, home.plans, home.runs]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK | constants.X_OK);
    }
    return ok(null);
  } catch (error) {
    const { message } = error as Error;
    return configuration(
      "home-unwritable",
      `Slipway cannot write its state under ${home.root}`,
      "set SLIPWAY_HOME to a directory you own",
      message,
    );
  }
}

export async function ensureEngine(home: Home, env: Env): Promise<Outcome<null>> {
  const client = engineClient(home, env);
  if (await client.healthy()) return ok(null);
  if (env.SLIPWAY_ENGINE_URL) {
    return transient(
      "engine-unreachable",
      `the engine at ${env.SLIPWAY_ENGINE_URL} does not answer`,
      "check SLIPWAY_ENGINE_URL and SLIPWAY_ENGINE_ADMIN_URL",
    );
  }
  const running = readPid(home, "engine");
  if (running !== null) {
    // Alive but silent: frozen or still starting. Give it its time, then replace it.
    if (await until(() => client.healthy(), 5_000)) return ok(null);
    signal(running, "SIGKILL");
    await gone(running, 5_000);
  }
  const binary = serverBinary();
  if (!binary.ok) return binary;
  await engineIdentity(identityFile(home));
  await writeFileAtomic(join(home.engine, "restate.toml"), serverConfig());
  const child = detached(
    binary.value,
    ["--no-logo", "--config-file", "restate.toml"],
    home.engine,
    join(home.log, "engine.log"),
    env,
  );
  if (child.pid === undefined)
    return configuration("engine-not-started", `${binary.value} cannot be run`, "slipway doctor");
  const id = processId(child.pid);
  await writeFileAtomic(pidFile(home, "engine"), JSON.stringify(id));
  if (
    await until(
      () => client.healthy(),
      READY_MS,
      () => isAlive(id),
    )
  )
    return ok(null);
  const log = join(home.log, "engine.log");
  return configuration(
    "engine-not-ready",
    "the engine did not start",
    `read ${log}, then: slipway doctor`,
    lastLine(log),
  );
}

async function ensureWorker(home: Home, env: Env): Promise<Outcome<null>> {
  const client = engineClient(home, env);
  const running = readPid(home, "worker");
  if (running !== null && (await responds(home))) return ok(null);
  if (running !== null) {
    // Frozen, or too busy to answer: it keeps its process, but not the work. Fencing makes that safe.
    signal(running, "SIGKILL");
  }
  const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
  const entry = existsSync(main) ? main : main.replace(/\.ts$/, ".js");
  const child = detached(
    process.execPath,
    [...process.execArgv, "--max-semi-space-size=16", entry, "worker"],
    home.root,
    join(home.log, "worker.log"),
    env,
  );
  if (child.pid === undefined)
    return configuration("worker-not-started", "a worker process cannot be started", "slipway doctor");
  const id = processId(child.pid);
  await writeFileAtomic(pidFile(home, "worker"), JSON.stringify(id));
  if (
    await until(
      () => responds(home, child.pid),
      READY_MS,
      () => isAlive(id),
    )
  )
    return ok(null);
  const log = join(home.log, "worker.log");
  void client;
  return configuration(
    "worker-not-ready",
    "the worker did not start",
    `read ${log}, then: slipway doctor`,
    lastLine(log),
  );
}

/** The worker writes its address once it is registered; asking it there for anything proves that it turns its loop. */
async function responds(home: Home, pid?: number): Promise<boolean> {
  let address: { pid: number; health: string };
  try {
    address = JSON.parse(readFileSync(join(home.root, "worker.json"), "utf8")) as typeof address;
  } catch {
    return false;
  }
  if (pid !== undefined && address.pid !== pid) return false;
  const answer = await ask({ kind: "socket", path: address.health }, "GET", "/", undefined, 3_000);
  return answer.ok && answer.value.body === String(address.pid);
}

function detached(file: string, argv: readonly string[], cwd: string, log: string, env: Env): ChildProcess {
  mkdirSync(join(log, ".."), { recursive: true, mode: 0o700 });
  const output = openSync(log, "a", 0o600);
  const child = spawn(file, argv, { cwd, env: { ...env }, detached: true, stdio: ["ignore", output, output] });
  child.on("error", () => undefined);
  child.unref();
  closeSync(output);
  return child;
}

function pidFile(home: Home, name: "engine" | "worker"): string {
  return join(home.root, `${name}.pid`);
}

function readPid(home: Home, name: "engine" | "worker"): ProcessId | null {
  try {
    const id = JSON.parse(readFileSync(pidFile(home, name), "utf8")) as ProcessId;
    return isAlive(id) ? id : null;
  } catch {
    return null;
  }
}

async function until(
  test: () => Promise<boolean>,
  timeoutMs: number,
  alive: () => boolean = () => true,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (await test()) return true;
    if (!alive()) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

async function gone(id: ProcessId, timeoutMs: number): Promise<void> {
  await until(async () => !isAlive(id), timeoutMs);
}

function lastLine(log: string): string {
  try {
    return readFileSync(log, "utf8").trim().split("\n").at(-1)?.slice(0, 400) ?? "";
  } catch {
    return "";
  }
}
