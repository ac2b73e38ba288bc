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
  const { names, fake } = brief.ships;
  const places = brief.environments.length;
  const least = Math.max(1, names.length, places);
  const why =
    names.length >= places && names.length > 0
      ? "as many as are named"
      : places > 1
        ? "one for each environment"
        : "no number was given";
  const count = brief.ships.count ?? note("ships.count", least, why);
  const environments =
    places > 0
      ? brief.environments
      : [
          note(
            "environments",
            fake ? "dev" : "production",
            fake ? "fake ships are for trying things out" : "no environment was named",
          ) as "production" | "dev",
        ];
  return { ...brief, ships: { ...brief.ships, count }, environments, assumptions };
}
