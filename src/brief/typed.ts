import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { parsePoint } from "../urbit/point.ts";
import { EMPTY } from "./empty.ts";
import { FIELDS, type Field, fieldOf, valueAt } from "./fields.ts";
import { readNumber } from "./quantities/numbers.ts";
import { readSentence } from "./read.ts";
import type { Brief } from "./schema.ts";
import { tokenize } from "./tokens.ts";

/** A value somebody typed for a field. */
export interface Typed {
  readonly field: Field;
  readonly value: unknown;
}

const NOTHING = /^(?:|none|null|nothing|-|~|n\/a|open|not sure|unsure|no limit|whatever)$/i;

/** Reads `field=value` as `--set` takes it. Codes `no-such-field`, `field-value`. */
export function readSetting(text: string, today: string | null): Outcome<Typed> {
  const at = text.indexOf("=");
  const name = at < 0 ? text : text.slice(0, at);
  const field = fieldOf(name);
  if (field === null)
    return configuration(
      "no-such-field",
      `a brief has no field "${name}"`,
      `fields: ${FIELDS.map(({ path }) => path).join(", ")}`,
    );
  if (at < 0) return configuration("field-value", `"${text}" gives no value`, `--set ${field.path}=${field.example}`);
  return readTyped(field, text.slice(at + 1), today);
}

/** Reads a value in words for one field: what a person types for it, or writes in an answers file. */
export function readTyped(field: Field, text: string, today: string | null): Outcome<Typed> {
  const plain = text
    .trim()
    .replace(/^\[(.*)\]$/s, "$1")
    .trim();
  const { type } = field;
  const wrong = (what: string, next: string) => configuration("field-value", `${field.label}: ${what}`, next);
  const given = (value: unknown): Outcome<Typed> => ok({ field, value });
  if (NOTHING.test(plain)) return given(emptyOf(field));
  const items = plain
    .split(/[\s,;]+/)
    .filter((item) => item !== "")
    .map((item) => item.replace(/^["']|["']$/g, ""));
  switch (type.is) {
    case "yes-no":
      if (/^(?:yes|y|true|on|1)$/i.test(plain)) return given(true);
      if (/^(?:no|n|false|off|0)$/i.test(plain)) return given(false);
      return wrong(`"${plain}" is neither yes nor no`, "yes or no");
    case "number": {
      const value = numberIn(plain);
      if (!Number.isFinite(value) || value < type.least || (type.whole && !Number.isInteger(value)))
        return wrong(
          `"${plain}" is not ${type.whole ? "a whole number" : "a number"} of at least ${type.least}`,
          `for example ${field.example}`,
        );
      return given(value);
    }
    case "one": {
      const found = wordOf(field, plain, today, type.of);
      return found === null
        ? wrong(`"${plain}" is none of ${type.of.join(", ")}`, `one of ${type.of.join(", ")}`)
        : given(found);
    }
    case "some": {
      const values = plain.split(/[,;]+/).flatMap((item) => {
        const found = wordOf(field, item.trim(), today, type.of);
        return found === null ? items.map((word) => wordOf(field, word, today, type.of)) : [found];
      });
      return values.includes(null)
        ? wrong(`"${plain}" holds something else than ${type.of.join(", ")}`, `some of ${type.of.join(", ")}`)
        : given([...new Set(values)]);
    }
    case "names": {
      for (const item of items) {
        const point = parsePoint(item);
        if (!point.ok) return point;
      }
      return given(field.path === "ships.parent" ? (items[0] ?? null) : items);
    }
    case "money":
    case "days":
    case "regions":
    case "date":
      return byGrammar(field, plain, today);
    case "text":
      return given(plain);
    case "texts":
      return given(items);
  }
}

/** "1,200", "99.9 %", "a dozen"; not a number where there is none, or something besides. */
function numberIn(text: string): number {
  const tokens = tokenize(text.replace(/\s*(?:%|ms|gib|gb|minutes?|ships?|days?)$/i, ""));
  const read = readNumber(tokens, 0);
  return read !== null && read.to === tokens.length ? read.value : Number.NaN;
}

/** One of a field's words, or what the grammar reads into it ("k8s", "GKE", "SOC 2", "newbie"). */
function wordOf(field: Field, text: string, today: string | null, words: readonly string[]): string | null {
  const plain = text.toLowerCase().replace(/[\s_]+/g, "-");
  const exact = words.find((word) => word === plain || word.replaceAll("-", "") === plain.replaceAll("-", ""));
  if (exact !== undefined) return exact;
  const read = readSentence(`A ship, ${text}`, { today });
  // A goal is always read; it counts when words for it were found.
  if (!read.ok || (field.path === "intent" && !read.value.sources.some((source) => source.field === "intent")))
    return null;
  const value = valueAt(
    read.value,
    field.path.replace(/^excluded$/, "infrastructure").replace(/^excludedProviders$/, "provider"),
  );
  const found = Array.isArray(value) ? value[0] : value;
  return typeof found === "string" && words.includes(found) ? found : null;
}

const AS_SAID: Readonly<Record<string, (text: string) => string>> = {
  money: (text) => `A ship, budget ${text}`,
  days: (text) =>
    /^\d+$/.test(text)
      ? `A ship in ${text} days`
      : /^(?:by|in|within|before|next|end)\b/i.test(text)
        ? `A ship ${text}`
        : `A ship in ${text}`,
  date: (text) => `A ship by ${text}`,
  regions: (text) => `A ship in ${text.replace(/\b(?:us|eu|uk)\b(?!-)/gi, (area) => area.toUpperCase())}`,
};

function byGrammar(field: Field, text: string, today: string | null): Outcome<Typed> {
  const say = AS_SAID[field.type.is] ?? ((words: string) => words);
  const read = readSentence(say(text), { today });
  if (!read.ok) return read;
  const path =
    field.path === "budgetOnceUsd" ? "budgetUsdPerMonth" : field.path === "excludedRegions" ? "regions" : field.path;
  const value =
    field.type.is === "days" && read.value.timelineDays === null ? daysBy(text, today) : valueAt(read.value, path);
  if (value === null || (Array.isArray(value) && value.length === 0)) {
    const needsToday = read.value.assumptions.some(({ because }) => because.includes("--today"));
    return configuration(
      "field-value",
      needsToday ? `${field.label}: "${text}" needs today's date` : `${field.label}: "${text}" is not understood`,
      needsToday ? "give it with --today YYYY-MM-DD" : `for example ${field.example}`,
    );
  }
  return ok({ field, value });
}

/** "Friday": a day by itself is a day to be done by. */
function daysBy(text: string, today: string | null): number | null {
  const read = readSentence(`A ship by ${text}`, { today });
  return read.ok ? read.value.timelineDays : null;
}

function emptyOf({ path }: Field): unknown {
  return valueAt(EMPTY, path);
}

/** True where a brief has another value than one in which nobody said anything. */
export function isSaid(brief: Brief, path: string): boolean {
  return JSON.stringify(valueAt(brief, path)) !== JSON.stringify(valueAt(EMPTY, path));
}
