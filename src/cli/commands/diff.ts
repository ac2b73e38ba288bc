import { type Command, JSON_OPTION } from "../command.ts";
import { compare } from "../comparison.ts";
import { comparisonText } from "../comparison-text.ts";
import { EXIT, failWith } from "../exit.ts";
import { openPlan } from "../plan-files.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "diff",
  summary: "what differs between two plans",
  usage: "PLAN PLAN",
  words: [2, 2],
  examples: ["slipway diff before.json after.json", "slipway diff last plan.json --json"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const sides = [];
    for (const word of input.words) {
      const opened = await openPlan(io, homeOf(io), word);
      if (!opened.ok) return failWith(io, opened.failure, json, EXIT.usage);
      sides.push({ plan: opened.value.plan, decision: opened.value.reasons?.decision ?? null });
    }
    const [before, after] = sides;
    if (before === undefined || after === undefined) return EXIT.usage;
    const comparison = compare(before, after);
    io.out(json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonText(comparison));
    return EXIT.done;
  },
};
