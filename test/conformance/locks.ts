import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The process that holds the lock of a file, as the kernel tells it; null when nobody does. */
export function lockHolder(file: string): number | null {
  const { ino } = statSync(file, { throwIfNoEntry: false }) ?? { ino: -1 };
  for (const line of readFileSync("/proc/locks", "latin1").split("\n")) {
    const [, , , , pid = "", where = ""] = line.trim().split(/\s+/);
    if (where.split(":").at(-1) === String(ino) && holds(pid, ino)) return Number(pid);
  }
  return null;
}

/** The worker that holds a pier; a signal to nobody (0) would go to the tests themselves. */
export function workerOf(pier: string): number {
  const pid = lockHolder(join(pier, ".vere.lock"));
  if (pid === null) throw new Error(`nobody holds ${pier}`);
  return pid;
}

/** A device number in /proc/locks is not that of stat on every file system: only an open file proves it. */
function holds(pid: string, ino: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => statSync(`/proc/${pid}/fd/${fd}`, { throwIfNoEntry: false })?.ino === ino,
    );
  } catch {
    return false;
  }
}

export function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

export function alive(pid: number): boolean {
  try {
    // A zombie is no longer anybody.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
