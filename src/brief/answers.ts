import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { valueAt } from "./fields.ts";
import { type Choice, choicesOf, NOT_SURE, QUESTIONS, type QuestionId } from "./questions.ts";
import { readSentence } from "./read.ts";
import { isSaid } from "./typed.ts";

/** Values by the path of their field. */
export type Sets = Readonly<Record<string, unknown>>;

/** How an answer in words becomes a sentence, and which fields it may fill. */
const IN_WORDS: Readonly<
  Record<QuestionId, { readonly say: (text: string) => string; readonly fields: readonly string[] }>
> = {
  goal: {
    say: (text) => (/^\d[\d,]*$/.test(text) ? `${text} ships` : text),
    fields: ["ships.count", "ships.low", "ships.high", "ships.names", "ships.kind", "ships.fake", "enterprise"],
  },
  experience: { say: (text) => `A ship. ${text}.`, fields: ["experience"] },
  infrastructure: {
    say: (text) => `A ship on ${text}`,
    fields: ["infrastructure", "provider", "selfHosted", "unsure"],
  },
  compliance: { say: (text) => `A ship with ${text}`, fields: ["compliance"] },
  budget: { say: (text) => `A ship, budget ${text}`, fields: ["budgetUsdPerMonth", "budgetBand"] },
  timeline: {
    say: (text) =>
      /^(?:by|in|within|before|next|end|immediate|asap)\b/i.test(text)
        ? `A ship ${text}`
        : /\d|week|month|day|year/i.test(text)
          ? `A ship in ${text}`
          : `A ship by ${text}`,
    fields: ["timelineDays", "deadline"],
  },
};

export function isQuestion(name: string): name is QuestionId {
  return QUESTIONS.some((id) => id === name);
}

/**
 * What an answer gives the fields of a brief: one of the question's choices by its value or label, several of them
 * where several may hold, or the same in words ("12 ships", "2k a month", "by Friday"). Code `answer-unknown`.
 */
export function answerIn(id: QuestionId, text: string, today: string | null): Outcome<Sets> {
  const whole = choiceOf(id, text);
  if (whole !== null) return ok(whole.sets);
  const parts = text.split(/[,;+]|\band\b/i).map((part) => choiceOf(id, part));
  if (parts.length > 1 && id === "compliance" && parts.every((part) => part !== null))
    return ok({ compliance: [...new Set(parts.flatMap((part) => part?.sets.compliance as string[]))] });
  const { say, fields } = IN_WORDS[id];
  const read = readSentence(say(text.trim()), { today });
  const given = read.ok ? fields.filter((path) => isSaid(read.value, path)) : [];
  if (!read.ok || given.length === 0) {
    const open = read.ok && read.value.assumptions.some(({ because }) => because.includes("--today"));
    return configuration(
      "answer-unknown",
      open ? `${id}: "${text}" needs today's date` : `${id}: "${text}" is no answer`,
      open
        ? "give it with --today YYYY-MM-DD"
        : `one of ${choicesOf(id)
            .map(({ value }) => value)
            .join(", ")}, or in words`,
    );
  }
  return ok(Object.fromEntries(given.map((path) => [path, valueAt(read.value, path)])));
}

function choiceOf(id: QuestionId, text: string): Choice | null {
  const plain = normal(text);
  const sure = /^(?:unsure|notsure|dontknow|idontknow|noidea|\?)$/.test(plain) ? normal(NOT_SURE) : plain;
  return choicesOf(id).find(({ value, label }) => normal(value) === sure || normal(label) === sure) ?? null;
}

function normal(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9+?]/g, "");
}
