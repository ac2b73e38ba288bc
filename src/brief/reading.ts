import { type Token, tokenize } from "./tokens.ts";

/** What was found for one field, and the words it was found in (offsets into the sentence). */
export interface Finding {
  readonly field: string;
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
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
  find(field: string, value: unknown, from: number, to: number): void;
  /** Uses tokens up without a value: they only helped to read others. */
  use(from: number, to: number): void;
  free(from: number, to?: number): boolean;
  note(field: string, value: Note["value"], because: string): void;
  /** True when the phrase at `from`..`to` is negated ("no", "without", "not on" before; "is not needed" after); uses the negation up. */
  negated(from: number, to: number): boolean;
  all(field: string): readonly Finding[];
  findings(): readonly Finding[];
  notes(): readonly Note[];
}

const NEGATIONS = new Set(
  "no not without never dont skip except excluding avoid non isnt doesnt cannot nor neither wont".split(" "),
);
/** Words that can stand between a negation and what it denies. */
const SOFT = new Set(
  "any a an the of on in to use using with for need want have be is it my our me us kind form - run running set up than".split(
    " ",
  ),
);
const REACH = 5;

export function startReading(sentence: string): Reading {
  const tokens = tokenize(sentence);
  const used = new Uint8Array(tokens.length);
  const fields = new Map<string, Finding[]>();
  const findings: Finding[] = [];
  const notes: Note[] = [];
  /** Ends of negated phrases: "no X or Y" denies Y too. */
  const denied = new Set<number>();
  const text = (at: number) => tokens[at]?.text ?? "";
  const use = (from: number, to: number) => void used.fill(1, from, to);

  function before(from: number): boolean {
    for (let at = from - 1; at >= 0 && at >= from - REACH; at--) {
      const word = text(at);
      if (
        NEGATIONS.has(word) ||
        (word === "instead" && text(at + 1) === "of") ||
        (word === "rather" && text(at + 1) === "than")
      ) {
        use(at, from);
        return true;
      }
      if ((word === "or" || word === "nor") && denied.has(at)) return true;
      if (!SOFT.has(word) || used[at] === 1) return false;
    }
    return false;
  }

  function after(to: number): boolean {
    const at = text(to) === "is" || text(to) === "are" ? to + 1 : to;
    const one = /^(?:unnecessary|disabled|unwanted)$/.test(text(at));
    const two = /^(?:not|isnt|arent)$/.test(text(at)) && /^(?:needed|required|necessary|wanted)$/.test(text(at + 1));
    if (!one && !two) return false;
    use(to, two ? at + 2 : at + 1);
    return true;
  }

  return {
    sentence,
    tokens,
    text,
    use,
    find: (field, value, from, to) => {
      const start = tokens[from]?.start ?? 0;
      const finding = { field, value, start, end: tokens[to - 1]?.end ?? start };
      findings.push(finding);
      const list = fields.get(field);
      if (list === undefined) fields.set(field, [finding]);
      else list.push(finding);
      use(from, to);
    },
    free: (from, to = from + 1) => {
      for (let at = from; at < to; at++) if (used[at] === 1) return false;
      return true;
    },
    note: (field, value, because) => void notes.push({ field, value, because }),
    negated: (from, to) => {
      const is = before(from) || after(to);
      if (is) denied.add(to);
      return is;
    },
    all: (field) => fields.get(field) ?? [],
    findings: () => findings,
    notes: () => notes,
  };
}
