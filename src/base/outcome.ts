/** The three kinds of failure; what the run does next follows from the kind alone (`run/policy.ts`). */
export type FailureKind = "transient" | "configuration" | "critical";

/**
 * Why something did not happen, in words a person can act on.
 * `code` is stable and lower-case with dashes; `what` happened; `why`, where it is known; `next` is what to do,
 * with the command to type where there is one. None of them may carry a secret.
 */
export interface Failure {
  readonly kind: FailureKind;
  readonly code: string;
  readonly what: string;
  readonly why?: string;
  readonly next: string;
}

/** A result or a failure: returned, never thrown, wherever the cause lies outside the program. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export function ok<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function fail(failure: Failure): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure };
}

/** Will pass by itself: a dropped connection, a rate limit. Retried three times with growing pauses. */
export function transient(code: string, what: string, next: string, why?: string) {
  return fail({ kind: "transient", code, what, next, ...(why === undefined ? {} : { why }) });
}

/** Wrong until somebody changes a setting: the run proposes the fix and goes on from the failed phase. */
export function configuration(code: string, what: string, next: string, why?: string) {
  return fail({ kind: "configuration", code, what, next, ...(why === undefined ? {} : { why }) });
}

/** Going on could do harm: the run stops, reports and waits for a person. */
export function critical(code: string, what: string, next: string, why?: string) {
  return fail({ kind: "critical", code, what, next, ...(why === undefined ? {} : { why }) });
}
