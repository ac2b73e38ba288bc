import { isBuilt } from "../specialists/catalogue.ts";
import { hashOf } from "./compose.ts";
import type { Plan, PlanStep } from "./schema.ts";

/** One thing wrong with a plan, by the id of the phase, step or gate it stands at. */
export interface Fault {
  readonly at: string;
  readonly fault: string;
}

/** An input the user gives, not a step. */
const GIVEN = /^given: \S/;

/** What a plan must hold before anyone is asked to approve it. Empty: it is sound. */
export function lint(plan: Plan): readonly Fault[] {
  const faults: Fault[] = [];
  const at = (id: string, fault: string) => void faults.push({ at: id, fault });
  if (hashOf(plan) !== plan.hash) at("plan", "the hash does not match the plan: it was edited after it was made");
  if (plan.phases.length === 0) at("phases", "there is none");
  if (plan.phases[0]?.gate?.irreversible !== false) at("phases", "nobody is asked before the first one");
  const [seen, ids, gates, produced] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  for (const phase of plan.phases) {
    if (ids.has(phase.id)) at(phase.id, "two phases have this id");
    ids.add(phase.id);
    if (phase.steps.length === 0) at(phase.id, "it has no step");
    if (phase.gate !== null && gates.has(phase.gate.id)) at(phase.gate.id, "two gates have this id");
    gates.add(phase.gate?.id ?? "");
    const all = new Set(phase.steps.map((step) => step.id));
    for (const step of phase.steps) {
      if (seen.has(step.id)) at(step.id, "two steps have this id");
      for (const fault of faultsOf(step)) at(step.id, fault);
      if (step.effect === "irreversible" && phase.gate?.irreversible !== true)
        at(step.id, "it cannot be undone and stands behind no gate");
      for (const need of step.needs) {
        if (seen.has(need)) continue;
        const later = all.has(need) || need === step.id;
        at(
          step.id,
          later ? `needs ${need}, which comes later or in a circle` : `needs ${need}, which is not in the plan`,
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

/** What is wrong with a step by itself. Its specialist and effect are the schema's to hold. */
function faultsOf(step: PlanStep): readonly string[] {
  const { checks, inputs, outputs, minutes, cost, risk } = step;
  return [
    ...(step.purpose.trim() === "" ? ["it has no purpose"] : []),
    ...(checks.length === 0 || checks.some((check) => check.trim() === "") ? ["it has no check"] : []),
    ...(inputs.length === 0 ? ["it has no input"] : []),
    ...(outputs.length === 0 ? ["it has no output"] : []),
    ...(risk.what.trim() === "" || risk.answer.trim() === "" ? ["its risk is not said"] : []),
    ...(minutes.low < 0 || minutes.high < minutes.low ? ["its minutes are no range"] : []),
    ...(cost.lowUsd < 0 || cost.highUsd < cost.lowUsd ? ["its cost is no range"] : []),
  ];
}

/** Kinds of steps in the plan that this version cannot carry out. */
export function notBuilt(plan: Plan): readonly string[] {
  const kinds = new Set(plan.phases.flatMap((phase) => phase.steps).map((step) => step.action.kind));
  return [...kinds].filter((kind) => !isBuilt(kind));
}
