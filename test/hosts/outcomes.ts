import type { Failure, Outcome } from "../../src/base/outcome.ts";
import type { ConvergeRequest } from "../../src/machines/machine.ts";
import type { Resource, ResourceRecord } from "../../src/machines/resources.ts";

/** What was asked for; a failure ends the test with its words. */
export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.what} ${outcome.failure.why ?? ""}`);
  return outcome.value;
}

export function failureOf(outcome: Outcome<unknown>): Failure {
  if (outcome.ok) throw new Error("it did not fail");
  return outcome.failure;
}

export const code = (outcome: Outcome<unknown>) => (outcome.ok ? "ok" : outcome.failure.code);
export const failed = (records: readonly ResourceRecord[]) => records.filter((record) => record.status === "failed");

export function batch(
  name: string,
  resources: readonly Resource[],
  revertAfterSeconds: number | null = null,
): ConvergeRequest {
  return { batch: name, resources, dryRun: false, revertAfterSeconds };
}
