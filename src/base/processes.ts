import { readFileSync } from "node:fs";

/** A process named so that its PID's reuse by another program cannot be mistaken for it. */
export interface ProcessId {
  readonly pid: number;
  /** Start time in clock ticks since boot (field 22 of /proc/PID/stat); "" where there is no /proc. */
  readonly started: string;
}

export function processId(pid: number): ProcessId {
  return { pid, started: startTime(pid) ?? "" };
}

/** True while that very process lives (a zombie does not). */
export function isAlive(id: ProcessId): boolean {
  const started = startTime(id.pid);
  if (started !== null) return started === id.started;
  if (process.platform === "linux") return false;
  try {
    process.kill(id.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Sends a signal to that very process; false when it is gone. */
export function signal(id: ProcessId, name: NodeJS.Signals): boolean {
  if (!isAlive(id)) return false;
  try {
    process.kill(id.pid, name);
    return true;
  } catch {
    return false;
  }
}

function startTime(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The command name stands in parentheses and may hold spaces and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? null : (fields[19] ?? null);
}
