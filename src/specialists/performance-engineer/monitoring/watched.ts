import type { ShipTarget } from "../../../plan/schema.ts";
import type { StepTarget } from "../../step.ts";

/** Monitoring was decided, or is what the work is about. */
export const watched = ({ plan }: StepTarget): boolean => plan.monitoringLevel !== "none" || plan.intent === "monitor";

/** The enterprise level: logs, PagerDuty, service levels. */
export const full = ({ plan }: StepTarget): boolean => plan.monitoringLevel === "full";

const ORDER: readonly string[] = ["dev", "staging", "production"] satisfies ShipTarget["environment"][];

/**
 * Ships that run when this step is carried out: a launch sets up environment after environment, and watches a fleet
 * before its first wave. A ship that is not there yet must not be missed.
 */
export function shipsByNow({ plan, phase }: StepTarget): readonly ShipTarget[] {
  if (plan.intent !== "deploy" || phase === "validation") return plan.ships;
  const until = ORDER.indexOf(phase);
  return plan.ships.filter(({ environment }) => ORDER.indexOf(environment) <= until);
}
