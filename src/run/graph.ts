import type { Plan, PlanStep } from "../plan/schema.ts";

/** A plan flattened for the run: steps by position, with who waits for whom inside each phase. */
export interface Graph {
  readonly steps: readonly PlanStep[];
  /** Phase index of each step. */
  readonly phaseOf: readonly number[];
  /** First step of each phase, and how many it has. */
  readonly phases: readonly { readonly first: number; readonly count: number }[];
  /** Steps of the same phase each step waits for (earlier phases are over by then). */
  readonly needs: readonly (readonly number[])[];
  readonly dependents: readonly (readonly number[])[];
}

/** Plans are immutable and named by their hash, so a compiled one is good for as long as the process lives. */
export function compileGraph(plan: Pick<Plan, "phases">): Graph {
  const steps = plan.phases.flatMap((phase) => phase.steps);
  const position = new Map(steps.map((step, index) => [step.id, index]));
  const phases: { first: number; count: number }[] = [];
  const phaseOf: number[] = [];
  for (const [index, phase] of plan.phases.entries()) {
    phases.push({ first: phaseOf.length, count: phase.steps.length });
    for (let k = 0; k < phase.steps.length; k++) phaseOf.push(index);
  }
  const dependents: number[][] = steps.map(() => []);
  const needs = steps.map((step, index) => {
    const within: number[] = [];
    for (const id of step.needs) {
      const need = position.get(id);
      if (need === undefined || phaseOf[need] !== phaseOf[index]) continue;
      within.push(need);
      dependents[need]?.push(index);
    }
    return within;
  });
  return { steps, phaseOf, phases, needs, dependents };
}
