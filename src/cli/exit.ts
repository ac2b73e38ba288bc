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
const REFUSED = new Set([
  "not-built-yet",
  "plan-edited",
  "plan-changed",
  "gate-expired",
  "plan-unsound",
  "hosts-missing",
  "ship-runs-elsewhere",
  "ship-must-live",
  "pier-unknown",
  "fence-stale",
  "fence-foreign",
  "start-refused",
  "double-boot",
  "runtime-not-pinned",
  "runtime-not-here",
  "wrong-hash",
  "key-unreadable",
  "key-permissions",
  "key-malformed",
  "key-truncated",
  "key-wrong-ship",
  "key-life",
  "key-old-form",
  "key-ring",
]);

/** Failures of what was typed. */
const MISTYPED = new Set([
  "usage",
  "approver-missing",
  "bad-address",
  "bad-version",
  "digest-missing",
  "file-unreadable",
  "key-missing",
  "not-a-point",
  "ship-unnamed",
]);

/** Failures while planning that no other words would mend. */
const OF_THE_SITE = new Set(["inventory-unreadable", "inventory-damaged"]);

export function exitOf(failure: Failure): number {
  if (REFUSED.has(failure.code)) return EXIT.refused;
  return MISTYPED.has(failure.code) ? EXIT.usage : EXIT.failed;
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
  io.err(`${paint(io, "red", "error:")} ${shortened(failure.what)}\n`);
  if (failure.why !== undefined && failure.why !== "") io.err(`  why:  ${shortened(failure.why)}\n`);
  io.err(`  next: ${shortened(failure.next)}\n`);
}

/** An error that repeats what was typed does not fill the screen with it: so much is kept of either end. */
const KEPT = 800;

function shortened(text: string): string {
  return text.length > 2 * KEPT ? `${text.slice(0, KEPT)} … ${text.slice(-KEPT)}` : text;
}

/** Reports the failure and gives the exit code that goes with it. */
export function failWith(io: Io, failure: Failure, json = false, exit = exitOf(failure)): number {
  report(io, failure, json);
  return exit;
}

/** Reports why nothing could be planned: what was typed will not do, unless it was refused or broken off. */
export function failPlanning(io: Io, failure: Failure, json: boolean): number {
  if (failure.code === "interrupted") return failWith(io, failure, json, EXIT.interrupted);
  const exit = exitOf(failure);
  const typed = exit !== EXIT.refused && !OF_THE_SITE.has(failure.code);
  return failWith(io, failure, json, typed ? EXIT.usage : exit);
}
