import type { Failure } from "../base/outcome.ts";
import { type Io, paint } from "./io.ts";

/** What others script against. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  infeasible: 4,
  refused: 5,
  interrupted: 130,
} as const;

/** Failures that are refusals for safety, or of something this version cannot do yet. */
const REFUSALS = new Set([
  "not-built-yet",
  "plan-edited",
  "plan-unsound",
  "ship-runs-elsewhere",
  "pier-unknown",
  "fence-stale",
  "hosts-missing",
  "runtime-not-pinned",
]);

export function exitOf(failure: Failure): number {
  return REFUSALS.has(failure.code) ? EXIT.refused : EXIT.failed;
}

/** The same for a request that came to nothing: what was asked is at fault, unless it was refused or broken off. */
export function exitOfRequest(failure: Failure): number {
  if (failure.code === "interrupted") return EXIT.interrupted;
  return exitOf(failure) === EXIT.refused ? EXIT.refused : EXIT.usage;
}

/** Says what happened, why, and what to type next; as one object on standard output when JSON was asked for. */
export function report(io: Io, failure: Failure, json = false): void {
  if (json) {
    io.out(`${JSON.stringify({ error: failure }, null, 2)}\n`);
    return;
  }
  if (failure.code === "interrupted") {
    io.err(`${failure.what}\n`);
    return;
  }
  io.err(`${paint(io, "red", "error:")} ${failure.what}\n`);
  if (failure.why !== undefined && failure.why !== "") io.err(`  why:  ${failure.why}\n`);
  io.err(`  next: ${failure.next}\n`);
}

/** Reports the failure and gives the exit code that goes with it. */
export function failWith(io: Io, failure: Failure, json = false, exit = exitOf(failure)): number {
  report(io, failure, json);
  return exit;
}
