import type { Failure } from "../base/outcome.ts";
import type { Head } from "../evidence/chain.ts";

/**
 * What a run remembers, small enough to be read and written at every step: one mark per step instead of the plan,
 * which is immutable and kept beside it under its hash.
 */
export interface RunState {
  readonly run: string;
  readonly planHash: string;
  readonly by: string;
  readonly rehearsal: boolean;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly status: RunStatus;
  /** Index of the phase at work or waiting at its gate; the last one when all are done. */
  readonly phase: number;
  /** One character per step, see {@link MARKS}. */
  readonly marks: string;
  readonly ready: readonly number[];
  readonly running: readonly number[];
  /** What a running step last said it was doing. */
  readonly doing: Readonly<Record<string, string>>;
  /** Attempts beyond the first, by step index. */
  readonly attempts: Readonly<Record<string, number>>;
  readonly gate: OpenGate | null;
  readonly approvals: readonly Approval[];
  readonly problem: Problem | null;
  /** What the run was asked to become once the steps now running have reported. */
  readonly wanted: "run" | "pause" | "cancel" | "rollback";
  readonly limits: Limits;
  /** Gates approved before they opened (`--yes`, `--approve-irreversible`), by name of who did. */
  readonly preapproved: readonly string[];
  readonly head: Head;
}

export type RunStatus =
  | "waiting"
  | "running"
  | "paused"
  | "stopped"
  | "rolling-back"
  | "done"
  | "rejected"
  | "cancelled"
  | "rolled-back";

export const MARKS = {
  waiting: ".",
  ready: "q",
  running: "r",
  done: "d",
  unchanged: "=",
  failed: "x",
  undone: "u",
  kept: "n",
} as const;

export interface OpenGate {
  readonly id: string;
  readonly shows: string;
  readonly irreversible: boolean;
  /** What an approval of it is bound to: the plan's hash, or the proposed fix's. */
  readonly hash: string;
  readonly openedAt: string;
  readonly expiresAt: string;
  /** `phase`: stands before a phase. `fix`: approves a proposed fix and retries the failed phase. */
  readonly kind: "phase" | "fix";
}

export interface Approval {
  readonly gate: string;
  readonly by: string;
  readonly at: string;
  readonly hash: string;
}

/** Why the run does not go on, and what can be done about it. */
export interface Problem {
  readonly step: string;
  readonly failure: Failure;
  readonly fix: Fix | null;
  readonly alternatives: readonly string[];
}

/** A proposed fix: a small plan of its own, approved under its own hash. */
export interface Fix {
  readonly hash: string;
  readonly diagnosis: string;
  readonly steps: readonly { readonly purpose: string; readonly by: "you" | "slipway" }[];
}

export interface Limits {
  /** Steps at work at once over the whole run. */
  readonly parallel: number;
  /** Steps at work at once on one host: below OpenSSH's default of ten sessions per connection. */
  readonly perHost: number;
  readonly gateHours: number;
}

export const DEFAULT_LIMITS: Limits = { parallel: 256, perHost: 8, gateHours: 24 * 14 };

/** `text` with the marks at `indices` replaced. */
export function mark(text: string, indices: readonly number[], with_: string): string {
  let marked = "";
  let from = 0;
  for (const at of [...new Set(indices)].sort((a, b) => a - b)) {
    marked += text.slice(from, at) + with_;
    from = at + 1;
  }
  return marked + text.slice(from);
}

export function isDone(letter: string | undefined): boolean {
  return letter === MARKS.done || letter === MARKS.unchanged;
}

/** Nothing more will happen until somebody says so. */
export function isAtRest(status: RunStatus): boolean {
  return isOver(status) || status === "waiting" || status === "stopped" || status === "paused";
}

export function isOver(status: RunStatus): boolean {
  return status === "done" || status === "rejected" || status === "cancelled" || status === "rolled-back";
}
