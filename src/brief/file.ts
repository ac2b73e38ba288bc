import { type Document, isMap, isScalar, LineCounter, type Pair, parseDocument } from "yaml";
import { z } from "zod";
import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { answerIn, isQuestion, type Sets } from "./answers.ts";
import { FIELDS, fieldOf } from "./fields.ts";
import { type Layer, setsLayer } from "./merge.ts";
import { BriefSchema, type Source } from "./schema.ts";
import { slipsBetween } from "./spell.ts";
import { readTyped } from "./typed.ts";

/** Parts of a brief's JSON that no person sets: taken as they are from a brief that was printed. */
const CARRIED = ["ships.groups", "ships.spread", "budgetBand", "symptoms", "movesFrom", "hints"];
/** Parts that say how a brief came about: another reading makes its own. */
const HISTORY = new Set(["assumptions", "sources", "unread"]);

interface Entry {
  readonly path: string;
  readonly value: unknown;
  readonly line: number;
}

/**
 * A brief from YAML or JSON: the fields of `slipway plan --json`, all optional, by path or by the name the requirement
 * sheet gives them, answers to the questions ("goal: a small fleet"), and values in words ("budget: $2k a month").
 * Every fault names its line.
 * Codes `file-unreadable`, `brief-field`.
 */
export function layerFromFile(text: string, file: string, from: Source["from"], today: string | null): Outcome<Layer> {
  const document = documentOf(text, file);
  if (!document.ok) return document;
  const { entries, faults } = entriesOf(document.value.document, document.value.lines, file);
  let sets: Sets = {};
  for (const entry of entries) {
    const read = readEntry(entry, today);
    if (read.ok) sets = { ...sets, ...read.value };
    else faults.push(`${file}:${entry.line}: ${read.failure.what}`);
  }
  const [first, ...others] = faults.sort((a, b) => lineOf(a) - lineOf(b));
  if (first !== undefined) {
    const next = "slipway brief init writes a file with every field; slipway brief schema prints its schema";
    return configuration("brief-field", first, next, others.slice(0, 4).join("\n        "));
  }
  return ok(setsLayer(from, sets));
}

/** The line in "file:line: what". */
function lineOf(faultText: string): number {
  return Number(/:(\d+): /.exec(faultText)?.[1] ?? 0);
}

/** The document with its lines, or the first fault of its syntax. */
export function documentOf(text: string, file: string): Outcome<{ document: Document.Parsed; lines: LineCounter }> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken === undefined) return ok({ document, lines });
  const { line } = lines.linePos(broken.pos[0]);
  return configuration("file-unreadable", `${file}:${line}: ${broken.message.split("\n")[0]}`, "mend that line");
}

/** The fields of a document, each with its line; keys that are none are faults. */
function entriesOf(
  document: Document.Parsed,
  lines: LineCounter,
  file: string,
): { entries: Entry[]; faults: string[] } {
  const entries: Entry[] = [];
  const faults: string[] = [];
  const root = document.contents;
  if (root === null) return { entries, faults };
  if (!isMap(root)) return { entries, faults: [`${file}:1: a brief is a list of "field: value" lines`] };
  const walk = (pairs: readonly Pair[], prefix: string) => {
    for (const { key, value } of pairs) {
      const name = `${prefix}${String(isScalar(key) ? key.value : key)}`;
      const line = lines.linePos((isScalar(key) ? key.range?.[0] : undefined) ?? 0).line;
      const field = isQuestion(name) ? null : fieldOf(name);
      const known = field !== null || isQuestion(name) || CARRIED.includes(name);
      if (HISTORY.has(name)) continue;
      if (isMap(value) && !CARRIED.includes(name)) {
        const nested = FIELDS.some(({ path }) => path.startsWith(`${name}.`));
        if (nested) walk(value.items as Pair[], `${name}.`);
        else faults.push(`${file}:${line}: a brief has no part "${name}"`);
      } else if (!known) {
        faults.push(`${file}:${line}: a brief has no field "${name}"${near(name)}`);
      } else {
        const plain =
          isScalar(value) || value === null ? (value?.value ?? null) : (value as { toJSON(): unknown }).toJSON();
        entries.push({ path: field?.path ?? name, value: plain, line });
      }
    }
  };
  walk(root.items as Pair[], "");
  return { entries, faults };
}

/** What the entry gives the brief; nothing for an empty one. */
function readEntry({ path, value }: Entry, today: string | null): Outcome<Sets> {
  if (value === null || (Array.isArray(value) && value.length === 0)) return ok({});
  const words = Array.isArray(value) ? value.join(", ") : typeof value === "object" ? null : String(value);
  if (isQuestion(path) && words !== null) return answerIn(path, words, today);
  const field = fieldOf(path);
  if (field !== null && words !== null && !(typeof value === "boolean" && field.type.is !== "yes-no")) {
    const typed = readTyped(field, words, today);
    return typed.ok ? ok({ [field.path]: typed.value.value }) : typed;
  }
  const parsed = schemaAt(path).safeParse(value);
  if (parsed.success) return ok({ [path]: parsed.data });
  const issue = parsed.error.issues[0];
  const at = [path, ...(issue?.path ?? [])].join(".");
  return configuration("brief-field", `${at}: ${issue?.message ?? "wrong"}`, "mend that line");
}

/** The schema of the value at a path. */
function schemaAt(path: string): z.ZodType {
  let schema: z.ZodType = BriefSchema;
  for (const step of path.split(".")) if (schema instanceof z.ZodObject) schema = schema.shape[step] as z.ZodType;
  return schema;
}

/** The field somebody meant who wrote another name. */
function near(name: string): string {
  const tail = name.split(".").at(-1)?.toLowerCase() ?? "";
  const close = (known: string) =>
    slipsBetween(known.toLowerCase(), tail, 2) <= (tail.length > 5 ? 2 : 1) ||
    (tail.length > 3 && known.toLowerCase().includes(tail));
  const found = FIELDS.find(({ path, label }) => [path, path.split(".").at(-1) ?? path, label].some(close));
  return found === undefined ? "" : `; did you mean ${found.path}?`;
}

/** A brief to fill in: every field with what it means, commented out. */
export function commentedFile(): string {
  const lines = [
    "# A brief for Slipway: what you want, field by field. Take the # away from what you want to say.",
    "# Everything may be left out. Values may be in words: budget: $2k a month",
    "# Carry it out: slipway plan --file brief.yaml",
    "",
  ];
  for (const { path, about, example, type } of FIELDS) {
    const of = type.is === "one" || type.is === "some" ? `: ${type.of.join(", ")}` : "";
    lines.push(`${`# ${path}: ${example}`.padEnd(40)}  # ${about}${of}`);
  }
  return `${lines.join("\n")}\n`;
}
