import { canonicalJson, sha256 } from "../base/canonical.ts";
import type { Failure } from "../base/outcome.ts";
import type { RecordBody } from "../evidence/schema.ts";
import type { HostTarget } from "../plan/schema.ts";
import type { StepReport } from "./advance.ts";
import type { Execution } from "./execute.ts";
import type { Fix } from "./state.ts";

/** Attempts at a step whose failures are transient, the first included. */
export const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 2_000;

/**
 * Pause before the next attempt, in milliseconds: doubling, with up to half of it added at random so that a hundred
 * hosts that failed together do not come back together. `random` is in [0, 1).
 */
export function pauseBefore(attempt: number, random: number, firstMs = FIRST_PAUSE_MS): number {
  const base = firstMs * 2 ** (attempt - 2);
  return Math.round(base * (1 + random / 2));
}

/** What follows from one look at a step: its end, or another look after a pause. */
export type Verdict =
  | { readonly kind: "over"; readonly report: StepReport }
  | {
      readonly kind: "again";
      readonly tries: number;
      readonly doing: string;
      readonly sleepMs: number;
      /** What the record says of it; null for a step that is merely not finished yet. */
      readonly note: RecordBody | null;
    };

/** `tries` counts the looks that failed in a row, this one included if it did; `random` is in [0, 1). */
export function judge(execution: Execution, tries: number, random: number): Verdict {
  switch (execution.kind) {
    case "finished":
      return { kind: "over", report: execution.report };
    case "pending":
      return { kind: "again", tries: 1, doing: execution.doing, sleepMs: execution.afterMs, note: null };
    case "transient": {
      const { report } = execution;
      if (tries >= ATTEMPTS) return { kind: "over", report };
      const sleepMs = pauseBefore(tries + 1, random);
      const doing = `attempt ${tries + 1} of ${ATTEMPTS} in ${Math.round(sleepMs / 1000)} s: ${report.failure.what}`;
      const { step, phase, failure } = report.body;
      return {
        kind: "again",
        tries: tries + 1,
        doing,
        sleepMs,
        note: { kind: "step-retried", step, phase, failure, tries },
      };
    }
  }
}

/** What a person can choose when going on could do harm. */
const ALTERNATIVES = [
  "look into it and go on from the failed phase: slipway resume RUN",
  "undo what can be undone: slipway rollback RUN",
  "leave everything as it is and end the run: slipway cancel RUN",
] as const;

/** What is proposed for a failure: for a configuration error a small plan that waits for approval, else choices. */
export function proposeFix(
  failure: Failure,
  host: HostTarget | null,
): { readonly fix: Fix | null; readonly alternatives: readonly string[] } {
  if (failure.kind !== "configuration") return { fix: null, alternatives: ALTERNATIVES };
  const where = host === null ? "" : `on ${host.name}: `;
  const why = failure.why === undefined || failure.why === "" ? "" : ` (${unstopped(failure.why)})`;
  const diagnosis = `${unstopped(failure.what)}${why}.`;
  const steps: Fix["steps"] = [
    { purpose: `${where}${unstopped(failure.next)}`, by: "you" },
    { purpose: "run the failed phase again; what is already right is left alone", by: "slipway" },
  ];
  return { fix: { hash: sha256(canonicalJson({ diagnosis, steps })), diagnosis, steps }, alternatives: ALTERNATIVES };
}

/** Without the full stop, so that it can stand within a sentence. */
function unstopped(text: string): string {
  return text.replace(/\.$/, "");
}
