import type { StepContext } from "../src/specialists/step.ts";

/** What a run would give a step: what the test says, and a refusal for whatever else is asked. */
export function contextFor(given: Pick<StepContext, "run" | "target" | "machine"> & Partial<StepContext>): StepContext {
  const unasked = () => Promise.reject(new Error("not asked for by this step"));
  return {
    unchanged: false,
    peer: () => given.machine,
    began: unasked,
    acknowledged: unasked,
    lease: unasked,
    acquire: unasked,
    release: unasked,
    observe: unasked,
    recorded: unasked,
    key: unasked,
    runtime: unasked,
    ...given,
  };
}
