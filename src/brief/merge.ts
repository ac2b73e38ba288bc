import type { Sets } from "./answers.ts";
import { EMPTY } from "./empty.ts";
import { FIELDS, FOLLOWERS, isEmpty, shown, valueAt, withValue } from "./fields.ts";
import type { Brief, Source } from "./schema.ts";
import { isSaid } from "./typed.ts";
import { ORIGINS } from "./words.ts";

/** What one voice says: a sentence, a file, answers, flags. */
export interface Layer {
  readonly from: Source["from"];
  readonly brief: Brief;
  /** Paths it speaks of, even to say "none". */
  readonly speaks: ReadonlySet<string>;
}

/** The layer of a sentence: what it gave a value, and what it said is open or not wanted. */
export function sentenceLayer(brief: Brief): Layer {
  const given = FIELDS.filter(({ path }) => isSaid(brief, path)).map(({ path }) => path);
  return { from: "sentence", brief, speaks: new Set([...given, ...brief.sources.map(({ field }) => field)]) };
}

/** The layer of values by their paths: a file, flags, answers, corrections. */
export function setsLayer(from: Source["from"], sets: Sets): Layer {
  let brief = EMPTY;
  for (const [path, value] of Object.entries(sets)) brief = withValue(brief, path, value);
  return { from, brief, speaks: new Set(Object.keys(sets)) };
}

/**
 * Several voices as one brief. Flags stand before answers, answers before the file, the file before the sentence, and
 * that before what an interpreter proposed: the strongest that speaks of a field decides it, together with the fields
 * that hang on it. A value that gave way to another is named in the assumptions.
 */
export function merge(layers: readonly Layer[]): Brief {
  const ranked = [...layers].sort((a, b) => ORIGINS.indexOf(b.from) - ORIGINS.indexOf(a.from));
  const replaced: Brief["assumptions"] = [];
  const sources: Source[] = [];
  const lost = new Set<string>();
  let brief = EMPTY;
  for (const [group, fields] of Map.groupBy(FIELDS, (field) => field.group)) {
    const paths = fields.map(({ path }) => path);
    const speakers = ranked.filter(({ speaks }) => paths.some((path) => speaks.has(path)));
    const [winner, ...others] = speakers;
    if (winner === undefined) continue;
    for (const path of [...paths, ...(FOLLOWERS[group] ?? [])])
      brief = withValue(brief, path, valueAt(winner.brief, path));
    const own = winner.brief.sources.filter(({ field }) => paths.includes(field));
    sources.push(
      ...(own.length > 0
        ? own
        : paths
            .filter((path) => winner.speaks.has(path))
            .map((path) => ({ field: path, from: winner.from, start: null, end: null }))),
    );
    for (const other of others) {
      for (const path of paths) {
        const [before, after] = [valueAt(other.brief, path), valueAt(winner.brief, path)];
        if (isEmpty(before) || JSON.stringify(before) === JSON.stringify(after)) continue;
        replaced.push({
          field: path,
          value: plain(after),
          because: `${VOICE[winner.from]} stands before ${VOICE[other.from]}, which said ${shown(before)}`,
        });
      }
      for (const path of paths) lost.add(`${path} ${other.from}`);
    }
  }
  // Names that somebody added may outnumber what another voice counted.
  const { count, names } = brief.ships;
  if (count !== null && names.length > count) {
    brief = withValue(brief, "ships.count", names.length);
    replaced.push({ field: "ships.count", value: names.length, because: `${names.length} ships are named` });
  }
  const unplaced = ranked.flatMap((layer) =>
    layer.brief.sources.filter(({ field }) => !FIELDS.some(({ path }) => path === field)),
  );
  const said = ranked.find(({ from }) => from === "sentence")?.brief ?? EMPTY;
  const answered = ranked.some((layer) => layer.from !== "sentence" && layer.speaks.has("compliance"));
  const kept = ranked.flatMap((layer) =>
    layer.brief.assumptions.filter(({ field }) => !lost.has(`${field} ${layer.from}`)),
  );
  return {
    ...brief,
    symptoms: said.symptoms,
    movesFrom: ranked.find((layer) => layer.brief.movesFrom !== null)?.brief.movesFrom ?? null,
    hints: answered ? [] : said.hints,
    assumptions: [
      ...kept.filter(({ field, value }) => !(answered && field === "compliance" && value === null)),
      ...replaced,
    ],
    sources: [...sources, ...unplaced].sort(
      (a, b) => (a.start ?? Number.MAX_SAFE_INTEGER) - (b.start ?? Number.MAX_SAFE_INTEGER),
    ),
    unread: said.unread,
  };
}

const VOICE: Readonly<Record<Source["from"], string>> = {
  default: "the default",
  interpreter: "the interpreter",
  sentence: "the sentence",
  file: "the file",
  answer: "the answer",
  flag: "the flag",
};

function plain(value: unknown): Brief["assumptions"][number]["value"] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
