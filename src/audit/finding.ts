import type { Observation } from "../evidence/schema.ts";
import type { ControlCheck, Expectation } from "../knowledge/controls.ts";

/**
 * What one check came to on one host or run. `shown` is all a machine can say; `refuted` says what was seen instead;
 * `inapplicable` where the question makes no sense; `unanswered` when the tool is missing or took too long.
 */
export interface Finding {
  readonly check: string;
  readonly title: string;
  /** Name of the host, or of the run. */
  readonly on: string;
  readonly status: "shown" | "refuted" | "inapplicable" | "unanswered";
  /** What was seen, in a line. */
  readonly seen: string;
  /** The command or fact; run again it must answer the same. */
  readonly command: string;
  readonly observation: Observation | null;
  readonly evidence: ControlCheck["evidence"];
  /** Another tool's judgement: it stands beside what is shown, never for a control alone. */
  readonly supporting?: boolean;
}

const LONGEST = 160;

/** Holds an answer against its expectation; null when it is met, else what is seen instead. */
export function refutes(expect: Expectation, parser: ControlCheck["parser"], text: string): string | null {
  const answer = text.trim();
  if (parser === "number" && !/^-?\d+(\.\d+)?$/.test(answer)) return `no number: ${inLine(answer)}`;
  return meets(expect, answer) ? null : answer === "" ? "nothing" : inLine(answer);
}

function meets(expect: Expectation, answer: string): boolean {
  if ("equals" in expect) return answer === expect.equals;
  if ("oneOf" in expect) return expect.oneOf.includes(answer);
  if ("matches" in expect) return new RegExp(expect.matches, "m").test(answer);
  if ("notMatches" in expect) return answer !== "" && !new RegExp(expect.notMatches, "m").test(answer);
  if ("empty" in expect) return answer === "";
  if ("notEmpty" in expect) return answer !== "";
  if ("atLeast" in expect) return Number(answer) >= expect.atLeast;
  return Number(answer) <= expect.atMost;
}

export function inLine(text: string): string {
  const line = text.trim().split("\n").join(", ");
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}
