import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";

const POLL_MS = 50;

/**
 * Runs `act` while holding the lock at `path`, waiting up to `waitMs` for another process to let go. The lock is the
 * kernel's, taken through SQLite, so it ends with its process however that dies. Null: somebody else still holds it.
 */
export async function withLock<T>(path: string, waitMs: number, act: () => Promise<T>): Promise<{ value: T } | null> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    const deadline = Date.now() + waitMs;
    while (!take(database)) {
      if (Date.now() > deadline) return null;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return { value: await act() };
  } finally {
    database.close();
  }
}

function take(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (/locked|busy/i.test((error as Error).message)) return false;
    throw error;
  }
}
