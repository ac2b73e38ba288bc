import type { Plan } from "../../../plan/schema.ts";

/** What plans that were carried out promise: by the steps they hold, and what was asked of them. */
export interface Promises {
  readonly kinds: ReadonlySet<string>;
  /** True where such a control was decided and not left out. */
  sets(control: RegExp): boolean;
  readonly uptimePercent: number | null;
  readonly responseMs: number | null;
}

/** `plans`: the one that put the ships up first, then whatever was carried out on the same hosts since. */
export function promisesOf(plans: readonly Plan[]): Promises {
  const kinds = new Set(
    plans.flatMap(({ phases }) => phases.flatMap(({ steps }) => steps.map(({ action }) => action.kind))),
  );
  const asked = <T>(of: (plan: Plan) => T | null) => plans.map(of).findLast((value) => value !== null) ?? null;
  return {
    kinds,
    sets: (control) =>
      plans.some(
        ({ controls, notCovered }) =>
          controls.some((name) => control.test(name)) && !notCovered.some((name) => control.test(name)),
      ),
    uptimePercent: asked(({ slo }) => slo.uptimePercent),
    responseMs: asked(({ slo }) => slo.responseMs),
  };
}
