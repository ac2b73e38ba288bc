import { canonicalJson, sha256 } from "../base/canonical.ts";
import type { Failure } from "../base/outcome.ts";
import type { HostTarget } from "../plan/schema.ts";
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
  const where = host === null ? "" : ` on ${host.name}`;
  const diagnosis = `${failure.what}${failure.why === undefined ? "" : ` (${failure.why})`}.`;
  const steps: Fix["steps"] = [
    { purpose: `${failure.next}${where}`, by: "you" },
    { purpose: "run the failed phase again; what is already right is left alone", by: "slipway" },
  ];
  return { fix: { hash: sha256(canonicalJson({ diagnosis, steps })), diagnosis, steps }, alternatives: ALTERNATIVES };
}
