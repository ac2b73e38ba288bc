import type { CheckResult, EvidenceRecord, RecordBody } from "../evidence/schema.ts";
import type { Line } from "./model.ts";

export type StepDone = Extract<RecordBody, { kind: "step-done" }>;

/** A line that stands on checks: as good as the weakest of them, and linked to what each of them saw. */
export function checkedLine(text: string, checks: readonly CheckResult[]): Line {
  const seen = checks.flatMap((check) => (check.passed && check.observation !== null ? [check.observation] : []));
  const whole = checks.length > 0 && seen.length === checks.length;
  const standing = !whole ? "not proven" : seen.some((observation) => observation.rehearsed) ? "rehearsed" : "proved";
  return { text, standing, proof: [...new Set(seen.map((observation) => `raw/${observation.rawSha256}`))] };
}

export function unproven(text: string): Line {
  return { text, standing: "not proven", proof: [] };
}

/** The last word on each step: a step run again after a fix counts once, as it ended. */
export function lastDone(records: readonly EvidenceRecord[]): ReadonlyMap<string, StepDone> {
  const done = new Map<string, StepDone>();
  for (const { body } of records) {
    if (body.kind === "step-done") done.set(body.step, body);
    if (body.kind === "step-undone" && body.undone) done.delete(body.step);
  }
  return done;
}
