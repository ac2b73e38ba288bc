import type { Effect } from "../plan/schema.ts";
import type { Card, Description, Risk, StepTarget } from "./step.ts";

/** Minutes in an hour and in a day, as the cards count them. */
export const HOUR = 60;
export const DAY = 24 * HOUR;
/** Minutes of a day of people's work. */
export const WORKDAY = 8 * HOUR;

type Said = Omit<Description, "commands" | "minutes" | "risk">;

/** A step that is decided and planned and that this version cannot carry out, as its specialist's folder says it. */
interface Sheet extends Omit<Card, "effect" | "describe"> {
  readonly effect?: Effect | ((target: StepTarget) => Effect);
  readonly minutes: readonly [low: number, high: number];
  /** How likely trouble is, what it would be, and what is done about it. */
  readonly risk: readonly [Risk["level"], what: string, answer: string];
  readonly says: Said | ((target: StepTarget) => Said);
}

/** The card of a step that is not built yet: `launch` refuses a plan that holds one. */
export function planned({ effect = "reversible", minutes, risk, says, ...card }: Sheet): Card {
  const [low, high] = minutes;
  const [level, what, answer] = risk;
  return {
    ...card,
    effect: typeof effect === "string" ? () => effect : effect,
    describe: (target) => ({
      ...(typeof says === "function" ? says(target) : says),
      commands: [],
      minutes: { low, high },
      risk: { level, what, answer },
    }),
  };
}

/** The host a step works on, or what to call it while nobody has named one. */
export function hostName(target: StepTarget): string {
  return target.host?.name ?? "the ships' hosts";
}

export function shipName(target: StepTarget): string {
  return target.ship?.name ?? "each ship";
}

/** On a platform of its own (a cluster, GroundSeg) rather than on hosts one by one. */
export function isShared({ plan }: StepTarget): boolean {
  return plan.platform === "groundseg" || plan.platform === "kubernetes";
}
