import { verdictText } from "../../decide/render.ts";
import { CHANGE_OPTIONS, changedBrief } from "../changes.ts";
import { type Command, JSON_OPTION, usage } from "../command.ts";
import { compare } from "../comparison.ts";
import { comparisonText } from "../comparison-text.ts";
import { EXIT, failWith } from "../exit.ts";
import { openPlan } from "../plan-files.ts";
import { PLANNING_OPTIONS, planBrief, planFor } from "../planning.ts";
import { homeOf } from "../site.ts";

/** What of a plan's options says where it runs; what it asks for is changed by options of its own. */
const SITE_OPTIONS = Object.fromEntries(
  Object.entries(PLANNING_OPTIONS).filter(([name]) => !["file", "answers", "set", "no-ask"].includes(name)),
);

export const command: Command = {
  name: "what-if",
  summary: "decide and plan again with something changed; touches nothing",
  usage: "PLAN|SENTENCE",
  words: [1, 1],
  examples: [
    "slipway what-if plan.json --budget 900 --compliance none",
    'slipway what-if "Deploy 30 planets in Frankfurt" --own yes --count 12',
    "slipway what-if last --uptime 99.5 --json",
  ],
  options: { ...CHANGE_OPTIONS, ...SITE_OPTIONS, json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const word = input.words[0] ?? "";
    // The question is what changes; what the sentence leaves open is taken as `plan --json` takes it.
    const unasked = { ...input, flag: (name: string) => name === "no-ask" || input.flag(name) };
    const opened = /\s/.test(word) ? await planFor(io, home, unasked, word) : await reopened();
    if (!opened.ok) return failWith(io, opened.failure, json, EXIT.usage);
    const before = opened.value;
    const changed = changedBrief(before.brief, input, "what-if");
    if (!changed.ok) return failWith(io, changed.failure, json, EXIT.usage);
    if (changed.value.asked.length === 0)
      return failWith(
        io,
        usage("nothing was changed", "for example: --budget 900 --compliance none").failure,
        json,
        EXIT.usage,
      );
    const after = await planBrief(io, home, input, changed.value.brief);
    if (!after.ok) return failWith(io, after.failure, json, EXIT.usage);
    const comparison = compare(before, after.value);
    const { brief, decision, plan } = after.value;
    if (json)
      io.out(`${JSON.stringify({ asked: changed.value.asked, difference: comparison, brief, decision, plan })}\n`);
    else io.out(`What if: ${changed.value.asked.join(", ")}\n${comparisonText(comparison)}${verdictText(decision)}`);
    return decision.feasible ? EXIT.done : EXIT.infeasible;

    /** A plan that was kept is decided anew as it stood, so that the difference is the change's and not the day's. */
    async function reopened() {
      const kept = await openPlan(io, home, word);
      if (!kept.ok) return kept;
      const { reasons } = kept.value;
      return reasons === null
        ? usage(
            `${word} holds a plan without the brief it was made from`,
            'make it with: slipway plan "…" --json > plan.json',
          )
        : planBrief(io, home, input, reasons.brief);
    }
  },
};
