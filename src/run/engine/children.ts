import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isAlive, type ProcessId, processId, signal } from "../../base/processes.ts";
import type { Home } from "../home.ts";

/** The two programs of a site that run in the background. */
export type Child = "engine" | "worker";

export type Env = Readonly<Record<string, string | undefined>>;

/** The process that was started last under this name, if it still lives. */
export function running(home: Home, child: Child): ProcessId | null {
  try {
    const id = JSON.parse(readFileSync(pidFile(home, child), "utf8")) as ProcessId;
    return isAlive(id) ? id : null;
  } catch {
    return null;
  }
}

/** Whether it is meant to run: `slipway down` takes the note away, a death does not. */
export function isWanted(home: Home, child: Child): boolean {
  return existsSync(pidFile(home, child));
}

/** Starts a program that outlives us, in a session of its own, and notes its process. Null: it cannot be run at all. */
export function startChild(
  home: Home,
  child: Child,
  file: string,
  argv: readonly string[],
  cwd: string,
  env: Env,
): ProcessId | null {
  const log = logFile(home, child);
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 });
  const output = openSync(log, "a", 0o600);
  const started: ChildProcess = spawn(file, argv, {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ["ignore", output, output],
  });
  started.on("error", () => undefined);
  started.unref();
  closeSync(output);
  if (started.pid === undefined) return null;
  const id = processId(started.pid);
  // At once and in one go: whoever kills us now must not leave a program that nobody knows.
  const note = pidFile(home, child);
  writeFileSync(`${note}.tmp`, JSON.stringify(id), { mode: 0o600 });
  renameSync(`${note}.tmp`, note);
  return id;
}

/** Ends it, gracefully first, and forgets it. */
export async function stopChild(home: Home, child: Child): Promise<void> {
  const id = running(home, child);
  if (id !== null) {
    if (signal(id, "SIGTERM")) await gone(id, 10_000);
    if (signal(id, "SIGKILL")) await gone(id, 5_000);
  }
  await rm(pidFile(home, child), { force: true });
}

/** Ends it at once: it is frozen or has lost its way. */
export async function killChild(id: ProcessId): Promise<void> {
  signal(id, "SIGKILL");
  await gone(id, 5_000);
}

export function logFile(home: Home, child: Child): string {
  return join(home.log, `${child}.log`);
}

/** The last line it wrote, for the message that says why it did not start. */
export function lastWords(home: Home, child: Child): string {
  try {
    return readFileSync(logFile(home, child), "utf8").trim().split("\n").at(-1)?.slice(0, 400) ?? "";
  } catch {
    return "";
  }
}

/** Asks until the answer is yes, the time is over, or whoever should answer is dead. */
export async function until(
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

function pidFile(home: Home, child: Child): string {
  return join(home.root, `${child}.pid`);
}
