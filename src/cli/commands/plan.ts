import { briefText } from "../../brief/render.ts";
import { decisionText } from "../../decide/render.ts";
import { planMarkdown, planText } from "../../plan/render.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, exitOf, failWith } from "../exit.ts";
import { PLANNING_OPTIONS, planFor } from "../planning.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "plan",
  summary: "read a sentence, decide, and plan; touches nothing",
  usage: "[SENTENCE]",
  words: [0, 1],
  examples: [
    'slipway plan "Deploy 3 fake ships to dev, staging and production on my own servers"',
    'slipway plan "~sampel-palnet on my own server" --key ~sampel-palnet=./sampel-palnet-1.key --json > plan.json',
  ],
  options: {
    ...PLANNING_OPTIONS,
    markdown: { type: "boolean", about: "print the plan as Markdown" },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const sentence = input.words[0] ?? null;
    const planned = await planFor(io, homeOf(io), input, sentence);
    if (!planned.ok)
      return failWith(io, planned.failure, json, exitOf(planned.failure) === EXIT.refused ? EXIT.refused : EXIT.usage);
    const { brief, decision, plan } = planned.value;
    if (json) io.out(`${JSON.stringify({ brief, decision, plan })}\n`);
    else if (input.flag("markdown")) io.out(planMarkdown(plan));
    else {
      io.out(`${briefText(brief, sentence)}\n${decisionText(decision)}\n${planText(plan)}`);
      if (decision.feasible)
        io.out(
          `\nNothing was touched. Carry it out: slipway launch ${sentence === null ? "--file …" : JSON.stringify(sentence)}\n`,
        );
    }
    return decision.feasible ? EXIT.done : EXIT.infeasible;
  },
};
