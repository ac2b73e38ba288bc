import type { Brief } from "./schema.ts";

type Assumption = Brief["assumptions"][number];

/** Fills what nobody spoke of and a plan needs, and says so: every value put in stands in `assumptions` with its reason. */
export function assume(brief: Brief): Brief {
  if (brief.intent !== "deploy") return brief;
  const assumptions: Assumption[] = [...brief.assumptions];
  const note = <T extends Assumption["value"]>(field: string, value: T, because: string): T => {
    assumptions.push({ field, value, because });
    return value;
  };
  const named = brief.ships.names.length;
  const count = brief.ships.count ?? note("ships.count", Math.max(1, named), "no number was given");
  const environments =
    brief.environments.length > 0
      ? brief.environments
      : [note("environments", "production", "no environment was named") as "production"];
  return { ...brief, ships: { ...brief.ships, count }, environments, assumptions };
}
