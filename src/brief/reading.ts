import { type Denials, denials } from "./negation.ts";
import { spelled } from "./spell.ts";
import { type Token, tokenize } from "./tokens.ts";

/** What was found for one field, and the words it was found in (offsets into the sentence, and indexes of tokens). */
export interface Finding {
  readonly field: string;
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** Something the plan takes for granted, to be shown to the user. */
export interface Note {
  readonly field: string;
  readonly value: string | number | boolean | string[] | null;
  readonly because: string;
}

/** A sentence being read: every reader notes what it found and which tokens it used up. Spans are token indexes, end exclusive. */
export interface Reading {
  readonly sentence: string;
  readonly tokens: readonly Token[];
  text(at: number): string;
  /** The sentence's own words from token `from` to `to`. */
  slice(from: number, to: number): string;
  /** True when nothing stands between the token and the one before. */
  joined(at: number): boolean;
  /** `parts`: the tokens of the span that are used up, where others stand between them for others to read. */
  find(
    field: string,
    value: unknown,
    from: number,
    to: number,
    parts?: readonly (readonly [from: number, to: number])[],
  ): void;
  /** Takes a finding back: the words are used all the same. */
  forget(finding: Finding): void;
  /** Uses tokens up without a value: they only helped to read others. */
  use(from: number, to: number): void;
  /** Marks tokens as read that others may still use. */
  touch(from: number, to: number): void;
  /** False for a token nobody has read. */
  read(at: number): boolean;
  free(from: number, to?: number): boolean;
  /** `field` null: about the sentence as a whole. */
  note(field: string | null, value: Note["value"], because: string): void;
  /** True when the phrase at `from`..`to` is negated ("no", "without", "not on" before; "is not needed" after); uses the negation up. */
  negated(from: number, to: number): boolean;
  all(field: string): readonly Finding[];
  /** The finding of a field that begins, or ends, at a token. */
  beginning(field: string, from: number): Finding | undefined;
  ending(field: string, to: number): Finding | undefined;
  findings(): readonly Finding[];
  notes(): readonly Note[];
}

export function startReading(sentence: string): Reading {
  const { tokens, mended } = spelled(tokenize(sentence));
  const used = new Uint8Array(tokens.length);
  const fields = new Map<string, Finding[]>();
  /** Findings by field and first or last token. */
  const places = new Map<string, Finding>();
  const notes: Note[] = [];
  const text = (at: number) => tokens[at]?.text ?? "";
  const touch = (from: number, to: number) => {
    for (let at = Math.max(0, from); at < to && at < used.length; at++) if (used[at] === 0) used[at] = 2;
  };
  const use = (from: number, to: number) => void used.fill(1, Math.max(0, from), Math.max(0, to));
  for (const at of mended) {
    const { start, end } = tokens[at] ?? { start: 0, end: 0 };
    notes.push({
      field: "sentence",
      value: text(at),
      because: `"${sentence.slice(start, end)}" was read as ${text(at)}`,
    });
  }
  const denied: Denials = denials({ text, use, used: (at) => used[at] === 1 });

  return {
    sentence,
    tokens,
    text,
    use,
    touch,
    read: (at) => used[at] !== 0,
    slice: (from, to) => sentence.slice(tokens[from]?.start ?? 0, tokens[to - 1]?.end ?? 0),
    joined: (at) => tokens[at]?.joined === true,
    find: (field, value, from, to, parts = [[from, to]]) => {
      const start = tokens[from]?.start ?? 0;
      const finding = { field, value, start, end: tokens[to - 1]?.end ?? start, from, to };
      const list = fields.get(field);
      if (list === undefined) fields.set(field, [finding]);
      else list.push(finding);
      places.set(`${field}<${from}`, finding).set(`${field}>${to}`, finding);
      for (const [start, end] of parts) use(start, end);
    },
    forget: (finding) => {
      const list = fields.get(finding.field) ?? [];
      const at = list.indexOf(finding);
      if (at < 0) return;
      list.splice(at, 1);
      places.delete(`${finding.field}<${finding.from}`);
      places.delete(`${finding.field}>${finding.to}`);
    },
    free: (from, to = from + 1) => {
      for (let at = from; at < to; at++) if (used[at] === 1) return false;
      return true;
    },
    note: (field, value, because) => void notes.push({ field: field ?? "sentence", value, because }),
    negated: (from, to) => denied.negates(from, to),
    all: (field) => fields.get(field) ?? [],
    beginning: (field, from) => places.get(`${field}<${from}`),
    ending: (field, to) => places.get(`${field}>${to}`),
    findings: () => [...fields.values()].flat(),
    notes: () => notes,
  };
}
