import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fail, type Outcome, ok } from "../base/outcome.ts";
import type { Sets } from "../brief/answers.ts";
import { assume } from "../brief/assume.ts";
import type { Decide } from "../brief/decider.ts";
import { fault } from "../brief/judge.ts";
import { type Layer, merge, sentenceLayer, setsLayer } from "../brief/merge.ts";
import { readSentence } from "../brief/read.ts";
import type { Brief, Source } from "../brief/schema.ts";
import { type Input, type OptionSpec, usage } from "./command.ts";
import type { Io } from "./io.ts";

/** Options of every command that reads a brief. */
export const BRIEF_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  file: { type: "string", value: "FILE", about: "a brief in YAML; with a sentence too, the file stands before it" },
  answers: { type: "string", value: "FILE", about: "answers to the questions, in YAML or JSON; stand before the file" },
  set: {
    type: "string",
    value: "FIELD=VALUE",
    multiple: true,
    about: "one field of the brief; stands before all others (may be repeated)",
  },
  today: { type: "string", value: "DATE", about: 'the date "by Friday" counts from (YYYY-MM-DD)' },
  "no-ask": { type: "boolean", about: "ask nothing, even in a terminal" },
};

/** A brief ready to be decided. */
export interface Briefing {
  readonly brief: Brief;
  readonly today: string | null;
  /** The user has seen the requirement sheet and found it right. */
  readonly reviewed: boolean;
}

/**
 * Reads what was asked: the sentence, the file, the answers and the flags, each before the one it follows; what an
 * interpreter proposes for what is still open; in a terminal, questions and corrections. Writes nothing.
 */
export async function briefingFor(
  io: Io,
  input: Input,
  sentence: string | null,
  decide: Decide,
): Promise<Outcome<Briefing>> {
  const given = input.text("today");
  if (given !== null && (!/^\d{4}-\d{2}-\d{2}$/.test(given) || Number.isNaN(Date.parse(given))))
    return usage(`--today takes YYYY-MM-DD, not "${given}"`, "--today 2026-11-23");
  const prompts = mayAsk(input) ? await io.prompts() : null;
  // A person at the terminal means their own today; a script says which day it counts from.
  const today = given ?? (prompts === null ? null : localDay());
  const layers = await layersOf(io, input, sentence, today, prompts !== null);
  if (!layers.ok) return layers;
  let answers: Sets = {};
  const rebuild = (said: Sets) => merge([...layers.value, setsLayer("answer", said)]);
  if (prompts !== null) {
    const { converse } = await import("./asking.ts");
    const talked = await converse(io, prompts, rebuild, decide, sentence, today);
    if (!talked.ok) return talked;
    answers = talked.value;
  }
  const brief = rebuild(answers);
  const failure = fault(brief);
  return failure === null ? ok({ brief: assume(brief), today, reviewed: prompts !== null }) : fail(failure);
}

function mayAsk(input: Input): boolean {
  return (
    !input.flag("json") &&
    !input.flag("no-ask") &&
    !input.flag("yes") &&
    input.text("format") === null &&
    input.text("out") === null
  );
}

async function layersOf(
  io: Io,
  input: Input,
  sentence: string | null,
  today: string | null,
  asking: boolean,
): Promise<Outcome<readonly Layer[]>> {
  const layers: Layer[] = [];
  for (const [flag, from] of [
    ["file", "file"],
    ["answers", "answer"],
  ] as const) {
    const layer = await fileLayer(io, input.text(flag), from, today);
    if (!layer.ok) return layer;
    if (layer.value !== null) layers.push(layer.value);
  }
  const flags = await flagLayer(input.list("set"), today);
  if (!flags.ok) return flags;
  if (flags.value !== null) layers.push(flags.value);
  if (sentence === null && (layers.length > 0 || asking)) return ok(layers);
  const read = readSentence(sentence ?? "", { today });
  if (!read.ok) return read;
  layers.push(sentenceLayer(read.value));
  if (io.env.SLIPWAY_INTERPRETER_URL) {
    const { interpretedLayer } = await import("./interpreting.ts");
    const layer = await interpretedLayer(io, sentence ?? "", merge(layers));
    if (layer !== null) layers.push(layer);
  }
  return ok(layers);
}

async function fileLayer(
  io: Io,
  file: string | null,
  from: Source["from"],
  today: string | null,
): Promise<Outcome<Layer | null>> {
  if (file === null) return ok(null);
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, file), "utf8");
  } catch (error) {
    return usage(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, "check the path");
  }
  const { layerFromFile } = await import("../brief/file.ts");
  return layerFromFile(text, file, from, today);
}

async function flagLayer(settings: readonly string[], today: string | null): Promise<Outcome<Layer | null>> {
  if (settings.length === 0) return ok(null);
  const { readSetting } = await import("../brief/typed.ts");
  let sets: Sets = {};
  for (const setting of settings) {
    const typed = readSetting(setting, today);
    if (!typed.ok) return typed;
    sets = { ...sets, [typed.value.field.path]: typed.value.value };
  }
  return ok(setsLayer("flag", sets));
}

/** The date on the wall where the user sits. */
function localDay(): string {
  const now = new Date();
  const two = (part: number) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
