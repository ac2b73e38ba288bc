import { decisionText } from "../../decide/render.ts";
import { type Command, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { costExplained, decisionExplained, stepExplained, stepsMeant } from "../explaining.ts";
import type { Io } from "../io.ts";
import { openPlan, type PlanFile } from "../plan-files.ts";
import { planForTerminal } from "../plan-text.ts";
import { homeOf } from "../site.ts";

/** Steps of one kind shown at length; more are named. */
const MOST = 20;

export const command: Command = {
  name: "explain",
  summary: "why a plan is as it is: its decision, its cost, or one of its steps",
  usage: "PLAN [decision|cost|STEP]",
  words: [1, 2],
  examples: [
    "slipway explain plan.json",
    "slipway explain plan.json cost",
    "slipway explain last decision",
    "slipway explain plan.json baseline",
  ],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const [word = "", topic = null] = input.words;
    const opened = await openPlan(io, homeOf(io), word);
    if (!opened.ok) return failWith(io, opened.failure, json, EXIT.usage);
    const told = tell(io, opened.value, word, topic);
    if ("ok" in told) return failWith(io, told.failure, json, EXIT.usage);
    io.out(json ? `${JSON.stringify(told.value, null, 2)}\n` : told.text);
    return EXIT.done;
  },
};

function tell(io: Io, file: PlanFile, word: string, topic: string | null) {
  const { plan, reasons } = file;
  if (topic === "decision" || topic === "cost") {
    if (reasons === null)
      return usage(
        `${word} holds a plan without the decision it was made from`,
        'make it with: slipway plan "…" --json > plan.json',
      );
    const { decision } = reasons;
    return topic === "cost"
      ? { text: costExplained(decision), value: decision.cost }
      : { text: decisionExplained(decision), value: { ...decision, cost: undefined } };
  }
  if (topic === null)
    return {
      text: `${reasons === null ? "" : `${decisionText(reasons.decision)}\n`}${planForTerminal(io, plan)}\nMore: slipway explain ${word} decision|cost|STEP\n`,
      value: { ...reasons, plan },
    };
  const steps = stepsMeant(plan, topic);
  if (steps.length === 0)
    return usage(`the plan has no step ${topic}`, `slipway explain ${word} lists them; topics are decision and cost`);
  const shown = steps.slice(0, MOST).map((step) => stepExplained(plan, step, reasons?.decision ?? null));
  const more = steps.length > MOST ? [`and ${steps.length - MOST} more of that kind\n`] : [];
  return { text: [...shown, ...more].join("\n"), value: steps };
}
