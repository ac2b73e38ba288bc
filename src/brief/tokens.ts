/** A word, number, name or mark of a sentence; `start` and `end` are UTF-16 offsets into it. */
export interface Token {
  readonly kind: "name" | "address" | "region" | "date" | "domain" | "number" | "word" | "mark";
  /** Lower case, apostrophes left out: "Don't" is `dont`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** True when nothing stands between this token and the one before. */
  readonly joined: boolean;
}

const NUMBER_WORDS =
  "one|two|three|four|five|six|seven|eight|nine|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a|half";
const COMPASS = "(?:north|south)?(?:east|west)|north|south|central";
const AREA = `(?:us|eu|ap|sa|ca|af|me|il|mx|europe|asia|australia|northamerica|southamerica)-(?:gov-)?(?:${COMPASS})-?\\d{1,2}[a-f]?`;
/** Endings a host name must have to be taken for one: a full stop without a blank after it is commoner than odd domains. */
const ENDINGS =
  "com|org|net|io|dev|app|network|cloud|xyz|info|tech|systems|house|social|space|site|online|example|local|lan|de|eu|uk|nl|fr|ch|at|fi|se";
const patternOf = (letter: string, digit: string) =>
  new RegExp(
    [
      // "~fifty" is about fifty, not a ship.
      `(?<name>~(?!(?:${NUMBER_WORDS})(?![a-z-]))[a-z]+(?:-+[a-z]+)*)`,
      "(?<address>(?<![\\d.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\d.])|(?<![a-z0-9._-])[a-z0-9._-]{1,64}@[a-z0-9][a-z0-9.-]{0,252})",
      `(?<region>(?<![a-z0-9])${AREA}(?![a-z0-9]))`,
      "(?<date>(?<!\\d)(?:\\d{4}-\\d{2}-\\d{2}|\\d{1,2}/\\d{1,2}/\\d{4}|\\d{1,2}\\.\\d{1,2}\\.\\d{4})(?!\\d))",
      `(?<domain>(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\\.){1,5}(?:${ENDINGS})(?![a-z0-9-]|\\.[a-z0-9]))`,
      "(?<number>\\d+(?:,\\d{3})*(?:\\.\\d+)?(?:e\\d{1,3}(?![a-z0-9]))?)",
      `(?<word>(?<![${letter}${digit}])w/o?(?![${letter}${digit}])|[${letter}][${letter}${digit}'’]*)`,
      "(?<mark>[^\\s])",
    ].join("|"),
    "giu",
  );
const ASCII = patternOf("a-z", "0-9");
/** The classes of all the world's letters take as long to build as a sentence to read: only who needs them waits. */
let unicode: RegExp | null = null;

function patternFor(sentence: string): RegExp {
  if (/^[\0-\x7f]*$/.test(sentence)) return ASCII;
  unicode ??= patternOf("\\p{L}", "\\p{N}");
  return unicode;
}

/** Cuts a sentence into tokens, in one pass. A hyphen is a mark of its own: "50-ship" is `50`, `-`, `ship`. */
export function tokenize(sentence: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of sentence.matchAll(patternFor(sentence))) {
    const start = match.index;
    const end = start + match[0].length;
    const groups = match.groups ?? {};
    const kind = KINDS.find((name) => groups[name] !== undefined) ?? "mark";
    const lower = match[0].toLowerCase();
    const text = kind === "word" ? (SHORTHAND[lower] ?? lower.replace(/['’]/g, "")) : lower;
    tokens.push({ kind, text, start, end, joined: tokens.at(-1)?.end === start });
  }
  return tokens;
}

const SHORTHAND: Readonly<Record<string, string>> = { "w/": "with", "w/o": "without" };
const KINDS = ["name", "address", "region", "date", "domain", "number", "word"] as const;
