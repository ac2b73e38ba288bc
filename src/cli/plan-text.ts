import { sentenceOf } from "../brief/sentence.ts";
import { briefText } from "../brief/sheet.ts";
import { decisionText } from "../decide/render.ts";
import { notBuilt } from "../plan/lint.ts";
import { planText } from "../plan/render/text.ts";
import { bringsUp } from "../plan/render/words.ts";
import type { Plan } from "../plan/schema.ts";
import { type Io, paint } from "./io.ts";
import type { Planned } from "./planning.ts";

/** A plan as this terminal shows it. */
export function planForTerminal(io: Pick<Io, "color" | "columns">, plan: Plan): string {
  return planText(plan, {
    ...(io.columns === undefined ? {} : { width: io.columns }),
    paint: (style, text) => paint(io, style, text),
  });
}

/** All that planning has to say: what was understood, what was decided, and the plan. */
export function plannedText(io: Pick<Io, "color" | "columns">, planned: Planned, sentence: string | null): string {
  const { brief, decision, plan, reviewed } = planned;
  const parts = [
    ...(reviewed ? [] : [briefText(brief, sentence, io.columns)]),
    ...(bringsUp(plan) || !decision.feasible ? [decisionText(decision)] : []),
  ];
  return `${parts.map((part) => `${part}\n`).join("")}${planForTerminal(io, plan)}`;
}

/** What can be done with the plan now. */
export function nextStep({ brief, plan, hint, reviewed }: Planned, sentence: string | null): string {
  // What was answered and corrected stands in no sentence yet.
  const words = reviewed ? sentenceOf(brief) : sentence;
  const again = words === null ? "--file …" : JSON.stringify(words);
  const next =
    notBuilt(plan).length === 0
      ? `Carry it out: slipway launch ${again}`
      : `This version plans it and cannot carry it out. To show it: slipway plan ${again} --out plan.html`;
  const simpler = hint === null ? "" : `\nSimpler, as ${hint.because}: ${hint.line}\n`;
  return `\nNothing was touched. ${next}\n${simpler}`;
}
