import { FIELDS, isEmpty, valueAt, withUnit } from "./fields.ts";
import type { Brief, Source } from "./schema.ts";
import { isSaid } from "./typed.ts";

/** A line of the requirement sheet. */
export interface SheetLine {
  readonly path: string;
  readonly label: string;
  readonly value: string;
  readonly from: Source["from"];
  /** The words of the sentence it was read in. */
  readonly words: string | null;
  /** Why it is taken for granted, where it is. */
  readonly because: string | null;
}

/** Every field that has a value, where the value came from, and what was assumed. */
export function sheetOf(brief: Brief, sentence: string | null): readonly SheetLine[] {
  return FIELDS.flatMap(({ path, label }) => {
    const value = valueAt(brief, path);
    const assumed = brief.assumptions.filter(({ field }) => field === path);
    const sources = brief.sources.filter(({ field }) => field === path);
    const source = sources.find(({ from }) => from !== "default");
    // "No compliance requirements" is worth its line; other empty values are told as open.
    const none = path === "compliance" && source !== undefined;
    const band = path === "budgetUsdPerMonth" ? bandText(brief) : null;
    if (!isSaid(brief, path) && !none && band === null && (source === undefined || isEmpty(value)) && path !== "intent")
      return [];
    const derived = source === undefined && assumed.length === 0 && path.startsWith("ships.");
    const words =
      sentence === null
        ? []
        : sources.flatMap(({ start, end }) => (start === null || end === null ? [] : [sentence.slice(start, end)]));
    return [
      {
        path,
        label,
        value: band ?? (withUnit(path, value) || "none"),
        from: source?.from ?? (derived ? "sentence" : "default"),
        words: words.length === 0 ? null : [...new Set(words)].join(" … "),
        because: assumed.length === 0 ? null : assumed.map(({ because }) => because).join("; "),
      },
    ];
  });
}

/** "$50 to $500 a month", "at least $500 a month". */
function bandText({ budgetBand: band }: Brief): string | null {
  if (band === null) return null;
  return band.highUsd === null ? `at least $${band.lowUsd} a month` : `$${band.lowUsd} to $${band.highUsd} a month`;
}

/** Fields nobody spoke of, by their labels. */
export function openFields(brief: Brief): readonly string[] {
  const lines = new Set(sheetOf(brief, null).map(({ path }) => path));
  const told = new Set(brief.sources.map(({ field }) => field));
  const minor = /^(?:ships\.(?:low|high|growTo|parent|kind)|excluded|unsure|intent|app|machines\.)/;
  return FIELDS.filter(({ path }) => !lines.has(path) && !told.has(path) && !minor.test(path)).map(
    ({ label }) => label,
  );
}

const WHERE: Readonly<Record<Source["from"], string>> = {
  default: "assumed",
  interpreter: "interpreter",
  sentence: "sentence",
  file: "file",
  answer: "answer",
  flag: "flag",
};

/** The sheet as text: each field, its value, where it came from; what was assumed, is open, or was not read. */
export function briefText(brief: Brief, sentence: string | null, columns = 100): string {
  const lines = sheetOf(brief, sentence);
  const wide = Math.max(...lines.map(({ label }) => label.length), 8);
  const rows = lines.flatMap((line) => {
    const origin = line.words === null ? WHERE[line.from] : `"${short(line.words, 60)}"`;
    const head = `  ${line.label.padEnd(wide)}  `;
    const both = `${line.value}  ← ${origin}`;
    const because = line.because === null ? [] : wrapped(`(${line.because})`, columns, wide + 4);
    return [...wrapped(both, columns, wide + 4, head), ...because];
  });
  const elsewhere = brief.assumptions.filter(({ field }) => !lines.some(({ path }) => path === field));
  const open = openFields(brief);
  return [
    "Understood:",
    ...rows,
    ...(elsewhere.length === 0
      ? []
      : [
          "To know:",
          ...elsewhere.flatMap(({ field, because }) => wrapped(`${labelOf(field)}: ${because}`, columns, 4, "  - ")),
        ]),
    ...(open.length === 0 ? [] : ["Open:", ...wrapped(open.join(", "), columns, 2)]),
    ...(brief.unread.length === 0
      ? []
      : ["Not read:", ...wrapped(brief.unread.map(({ text }) => `"${short(text, 40)}"`).join(", "), columns, 2)]),
    "",
  ].join("\n");
}

function labelOf(path: string): string {
  return FIELDS.find((field) => field.path === path)?.label ?? path;
}

function short(text: string, most: number): string {
  const plain = text.replace(/\s+/g, " ");
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}

/** Text broken at blanks to fit, each line indented; the first line with another beginning. */
function wrapped(text: string, columns: number, indent: number, first = " ".repeat(indent)): string[] {
  const lines: string[] = [];
  let line = first;
  let fresh = true;
  for (const word of text.split(" ")) {
    if (!fresh && line.length + word.length + 1 > columns) {
      lines.push(line);
      line = " ".repeat(indent);
      fresh = true;
    }
    line += fresh ? word : ` ${word}`;
    fresh = false;
  }
  return [...lines, line];
}
