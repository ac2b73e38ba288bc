import { checkedLine, type StepDone, unproven } from "./lines.ts";
import type { Line, Section } from "./model.ts";

const KINDS = ["install-agent", "set-up-metrics", "set-up-logs", "set-up-alerts", "set-up-slo", "prove-alert"];

/** What watches the ships, step by step, then what could not be set. Empty where nothing was to be watched. */
export function monitoring(done: ReadonlyMap<string, StepDone>): Section {
  const steps = [...done.values()].filter(({ step }) => KINDS.some((kind) => step.includes(`${kind}/`)));
  const set = steps.filter(({ checks }) => checks.length > 0);
  const missing = steps.flatMap(({ outputs }) => (Array.isArray(outputs.notSet) ? outputs.notSet.map(String) : []));
  return { title: "Monitoring", lines: [...set.map(lineOf), ...missing.map((item) => unproven(`${item}: not set`))] };
}

/** An alert that a person acknowledged stands on that person's word, not on what we saw. */
function lineOf(step: StepDone): Line {
  const line = checkedLine(step.accomplished.join("; "), step.checks);
  return step.outputs.attested === true && line.standing === "proved" ? { ...line, standing: "attested" } : line;
}
