import { configuration, type Outcome, ok } from "../base/outcome.ts";
import type { Sets } from "../brief/answers.ts";
import { assume } from "../brief/assume.ts";
import type { Decide } from "../brief/decider.ts";
import { FIELDS, fieldOf, isEmpty, shown, valueAt, withUnit } from "../brief/fields.ts";
import { fault } from "../brief/judge.ts";
import { NOT_SURE, openQuestions, type Question, type QuestionId } from "../brief/questions.ts";
import type { Brief } from "../brief/schema.ts";
import { briefText } from "../brief/sheet.ts";
import { readTyped } from "../brief/typed.ts";
import { type Io, paint } from "./io.ts";
import type { Prompts } from "./prompts.ts";

const GONE = configuration("interrupted", "stopped; nothing was touched", "begin again with the same command");

/** The brief so far, given the answers of this conversation. */
type Rebuild = (answers: Sets) => Brief;

/**
 * Asks what could still change the decision, one question at a time, and shows the requirement sheet to be corrected
 * line by line. Gives the answers; code `interrupted` when the person went away.
 */
export async function converse(
  io: Io,
  prompts: Prompts,
  rebuild: Rebuild,
  decide: Decide,
  sentence: string | null,
  today: string | null,
): Promise<Outcome<Sets>> {
  let answers: Sets = {};
  const answered = new Set<QuestionId>();
  for (;;) {
    const next = openQuestions(rebuild(answers), decide, answered)[0];
    if (next === undefined) break;
    const given = await ask(io, prompts, next);
    if (given === null) return GONE;
    answered.add(next.id);
    answers = { ...answers, ...given };
  }
  return correct(io, prompts, rebuild, answers, sentence, today);
}

async function ask(io: Io, prompts: Prompts, question: Question): Promise<Sets | null> {
  const message = `${question.text}\n${paint(io, "dim", `asked because: ${question.because}`)}`;
  const options = question.choices.map(({ value, label }) => ({
    value,
    label,
    ...(value === question.usual ? { hint: "default" } : {}),
  }));
  if (!question.several) {
    const chosen = await prompts.select(message, options, question.usual);
    return chosen === null ? null : (question.choices.find(({ value }) => value === chosen)?.sets ?? {});
  }
  const chosen = await prompts.several(message, options);
  if (chosen === null) return null;
  // Nothing chosen is the default; "none" beside a framework is a slip of the key, and the framework holds.
  const values = chosen.filter((value) => value !== "none" && value !== NOT_SURE);
  if (values.length === 0) return chosen.length === 0 || chosen.includes("none") ? { compliance: [] } : {};
  return { compliance: values };
}

/** Shows the sheet until it is right. */
async function correct(
  io: Io,
  prompts: Prompts,
  rebuild: Rebuild,
  start: Sets,
  sentence: string | null,
  today: string | null,
): Promise<Outcome<Sets>> {
  let answers = start;
  for (;;) {
    const brief = rebuild(answers);
    io.out(`\n${briefText(assume(brief), sentence, io.columns)}`);
    const wrong = fault(brief);
    if (wrong !== null) prompts.say(`${wrong.what}: ${wrong.next}`);
    const choice = await prompts.select(
      "Decide with this?",
      [
        ...(wrong === null ? [{ value: "yes", label: "yes" }] : []),
        { value: "line", label: "correct a line" },
        { value: "stop", label: "stop; nothing is touched" },
      ],
      wrong === null ? "yes" : "line",
    );
    if (choice === null || choice === "stop") return GONE;
    if (choice === "yes") return ok(answers);
    const line = await correctLine(prompts, assume(brief), today);
    if (line === null) return GONE;
    answers = { ...answers, ...line };
  }
}

async function correctLine(prompts: Prompts, brief: Brief, today: string | null): Promise<Sets | null> {
  const lines = [...FIELDS].sort(
    (a, b) => Number(isEmpty(valueAt(brief, a.path))) - Number(isEmpty(valueAt(brief, b.path))),
  );
  const path = await prompts.select(
    "Which line?",
    lines.map(({ path: value, label }) => ({
      value,
      label: `${label}: ${withUnit(value, valueAt(brief, value)) || "open"}`,
    })),
    lines[0]?.path ?? "",
  );
  const field = path === null ? null : fieldOf(path);
  if (field === null) return null;
  const hint =
    field.type.is === "one" || field.type.is === "some" ? field.type.of.join(", ") : `for example ${field.example}`;
  const typed = await prompts.text(
    `${field.label}: ${field.about} (${hint}; none for nothing)`,
    shown(valueAt(brief, field.path)),
    (text) => {
      const read = readTyped(field, text, today);
      return read.ok ? null : `${read.failure.what}; ${read.failure.next}`;
    },
  );
  if (typed === null) return null;
  const read = readTyped(field, typed, today);
  return read.ok ? { [field.path]: read.value.value } : {};
}
