import { isBuilt } from "../specialists/catalogue.ts";
import { hashOf } from "./compose.ts";
import type { Plan } from "./schema.ts";

/** One thing wrong with a plan, by the id of the step or gate it stands at. */
export interface Fault {
  readonly at: string;
  readonly fault: string;
}

/** An input the user gives, not a step. */
const GIVEN = /^given: /;

/** What a plan must hold before anyone is asked to approve it. Empty: it is sound. */
export function lint(plan: Plan): readonly Fault[] {
  const faults: Fault[] = [];
  const at = (id: string, fault: string) => faults.push({ at: id, fault });
  if (hashOf(plan) !== plan.hash) at("plan", "the hash does not match the plan: it was edited after it was made");
  const seen = new Set<string>();
  const produced = new Set<string>();
  for (const phase of plan.phases) {
    const all = new Set(phase.steps.map((step) => step.id));
    for (const step of phase.steps) {
      if (seen.has(step.id)) at(step.id, "two steps have this id");
      if (step.checks.length === 0) at(step.id, "it has no check");
      if (step.effect === "irreversible" && phase.gate?.irreversible !== true)
        at(step.id, "it cannot be undone and stands behind no gate");
      for (const need of step.needs) {
        if (seen.has(need)) continue;
        at(
          step.id,
          all.has(need) || need === step.id
            ? `needs ${need}, which comes later or in a circle`
            : `needs ${need}, which is not in the plan`,
        );
      }
      for (const input of step.inputs) {
        if (!GIVEN.test(input) && !produced.has(input)) at(step.id, `nothing before it makes its input "${input}"`);
      }
      seen.add(step.id);
      for (const output of step.outputs) produced.add(output);
    }
  }
  return faults;
}

/** Kinds of steps in the plan that this version cannot carry out. */
export function notBuilt(plan: Plan): readonly string[] {
  const kinds = new Set(plan.phases.flatMap((phase) => phase.steps).map((step) => step.action.kind));
  return [...kinds].filter((kind) => !isBuilt(kind));
}
