/** What was found for one field, and the words it was found in. */
export interface Finding {
  readonly field: string;
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
}

/** A sentence being read: every reader notes what it found and which words it used up. */
export interface Reading {
  /** The sentence in lower case, same length: offsets are the sentence's own. */
  readonly text: string;
  find(field: string, value: unknown, start: number, end: number): void;
  /** Uses words up without a value: they only helped to read others. */
  use(start: number, end: number): void;
  /** True when a negation ("no", "without", "not on") stands right before `start`; uses it up. */
  negated(start: number): boolean;
  all(field: string): readonly Finding[];
  findings(): readonly Finding[];
  used(): readonly (readonly [number, number])[];
}

const NEGATION = /\b(?:no|not|without|never|don't|do not|skip|except|avoid|non)(?:[ -]+(?:on|in|any|need|want|use|using|to|the|with|a))*[ -]+$/;
/** How far back a negation can stand. */
const REACH = 32;

export function startReading(sentence: string): Reading {
  // Lower-casing letter by letter keeps every offset where it was ("İ" would grow otherwise).
  const text = sentence.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const findings: Finding[] = [];
  const used: [number, number][] = [];
  return {
    text,
    find: (field, value, start, end) => {
      findings.push({ field, value, start, end });
      used.push([start, end]);
    },
    use: (start, end) => void used.push([start, end]),
    negated: (start) => {
      const from = Math.max(0, start - REACH);
      const before = NEGATION.exec(text.slice(from, start));
      if (before === null) return false;
      used.push([from + before.index, start]);
      return true;
    },
    all: (field) => findings.filter((finding) => finding.field === field),
    findings: () => findings,
    used: () => used,
  };
}

/** Every match of a pattern, with its span; `act` gets the match. The pattern must be global. */
export function each(reading: Reading, pattern: RegExp, act: (match: RegExpExecArray, start: number, end: number) => void): void {
  for (const match of reading.text.matchAll(pattern)) act(match, match.index, match.index + match[0].length);
}

/** Words that say nothing a brief holds. */
const FILLER = new Set(
  "a an and are as at be but by can could deploy deployment do each for from get give have help i i'd in into is it its just launch let like make me my need needs new of on one or our please provision put run running set setup ship ships should so some start that the their them then there these this those to up us using want wants we with would you your all also only over per plus both across under below budget timeline time hosted hosting host hosts server servers machine machines production-ready existing own owned real urbit fleet compliance compliant requirement requirements support environment environments monthly total max maximum most least about around roughly".split(
    " ",
  ),
);

/** Runs of words nobody used and that could mean something. */
export function unreadWords(reading: Reading, sentence: string): { text: string; start: number; end: number }[] {
  const taken = new Uint8Array(reading.text.length);
  for (const [start, end] of reading.used()) taken.fill(1, start, end);
  const left: { text: string; start: number; end: number }[] = [];
  for (const match of reading.text.matchAll(/[\p{L}\p{N}$€£%~'._-]+/gu)) {
    const word = match[0].replace(/^[.'_-]+|[.'_-]+$/g, "");
    if (word === "" || FILLER.has(word) || taken[match.index] === 1) continue;
    const end = match.index + match[0].length;
    const last = left.at(-1);
    if (last !== undefined && /^\s+$/.test(reading.text.slice(last.end, match.index))) {
      left[left.length - 1] = { text: sentence.slice(last.start, end), start: last.start, end };
    } else left.push({ text: sentence.slice(match.index, end), start: match.index, end });
  }
  return left;
}
