/** A word, number, name or mark of a sentence; `start` and `end` are UTF-16 offsets into it. */
export interface Token {
  readonly kind: "word" | "number" | "name" | "region" | "date" | "mark";
  /** Lower case, apostrophes left out: "Don't" is `dont`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** True when nothing stands between this token and the one before. */
  readonly joined: boolean;
}

const AREA = "(?:us|eu|ap|sa|ca|af|me)-(?:gov-)?(?:north|south|east|west|central){1,2}-?\\d";
const PATTERN = new RegExp(
  [
    "(?<name>~[a-z]+(?:-+[a-z]+)*)",
    `(?<region>(?<![a-z0-9])${AREA}(?![a-z0-9]))`,
    "(?<date>(?<!\\d)\\d{4}-\\d{2}-\\d{2}(?!\\d))",
    "(?<number>\\d+(?:,\\d{3})*(?:\\.\\d+)?(?:e\\d{1,3}(?![a-z0-9]))?)",
    "(?<word>\\p{L}[\\p{L}\\p{N}'’]*)",
    "(?<mark>[^\\s])",
  ].join("|"),
  "giu",
);

/** Cuts a sentence into tokens, in one pass. A hyphen is a mark of its own: "50-ship" is `50`, `-`, `ship`. */
export function tokenize(sentence: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of sentence.matchAll(PATTERN)) {
    const start = match.index;
    const end = start + match[0].length;
    const groups = match.groups ?? {};
    const kind = KINDS.find((name) => groups[name] !== undefined) ?? "mark";
    const text = match[0].toLowerCase().replace(/['’]/g, "");
    tokens.push({ kind, text, start, end, joined: tokens.at(-1)?.end === start });
  }
  return tokens;
}

const KINDS = ["name", "region", "date", "number", "word"] as const;
