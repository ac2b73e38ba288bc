import type { CheckResult, EvidenceRecord, Observation, RecordBody } from "../evidence/schema.ts";
import type { Line } from "./model.ts";

export type StepDone = Extract<RecordBody, { kind: "step-done" }>;

/** A line that stands on checks: as good as the weakest of them, and linked to what each of them saw. */
export function checkedLine(text: string, checks: readonly CheckResult[]): Line {
  const seen = checks.flatMap((check) => (check.passed && check.observation !== null ? [check.observation] : []));
  const whole = checks.length > 0 && seen.length === checks.length;
  return whole ? seenLine(text, seen) : { ...seenLine(text, seen), standing: "not proven" };
}

/** A line that stands on what was looked at, whatever it showed. */
export function seenLine(text: string, seen: readonly Observation[]): Line {
  const standing = seen.length === 0 ? "not proven" : seen.some((item) => item.rehearsed) ? "rehearsed" : "proved";
  return { text, standing, proof: [...new Set(seen.map((item) => `raw/${item.rawSha256}`))] };
}

/** The standing that all of these lines have at least. */
export function weakest(lines: readonly Line[]): Line["standing"] {
  const order = ["not proven", "rehearsed", "attested", "proved"] as const;
  return order.find((standing) => lines.some((line) => line.standing === standing)) ?? "not proven";
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
