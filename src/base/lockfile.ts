import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { isAlive, type ProcessId, processId } from "./processes.ts";

/**
 * Runs `act` while holding the lock at `path`, waiting up to `waitMs` for another process to let go. A lock left by a
 * process that has died is taken over. Null: somebody else still holds it.
 */
export async function withLock<T>(path: string, waitMs: number, act: () => Promise<T>): Promise<{ value: T } | null> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const deadline = Date.now() + waitMs;
  while (!take(path)) {
    if (Date.now() > deadline) return null;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  try {
    return { value: await act() };
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    const descriptor = openSync(path, "wx", 0o600);
    writeSync(descriptor, JSON.stringify(processId(process.pid)));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  try {
    const holder = JSON.parse(readFileSync(path, "utf8")) as ProcessId;
    if (!isAlive(holder)) rmSync(path, { force: true });
  } catch {
    // Half-written or just removed: look again at the next turn.
  }
  return false;
}
