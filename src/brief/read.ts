import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { countOf } from "./counts.ts";
import { EMPTY } from "./empty.ts";
import { absurd, contradiction, contradictory } from "./judge.ts";
import { platformOf } from "./platforms.ts";
import { readIntent } from "./readers/intent.ts";
import { readMoney } from "./readers/money.ts";
import { readPhrases } from "./readers/phrases.ts";
import { readService } from "./readers/service.ts";
import { readShips } from "./readers/ships.ts";
import { readTime } from "./readers/time.ts";
import { type Reading, startReading } from "./reading.ts";
import type { Brief, Environment, Framework, Intent, Platform } from "./schema.ts";
import { unreadWords } from "./unread.ts";
import { ENVIRONMENTS } from "./words.ts";

/** Longest sentence read, in characters: a request is a sentence or two and perhaps a list of names, not a book. */
const LONGEST = 32_768;
const EXAMPLE = 'slipway plan "Deploy 3 fake ships to dev, staging and production on my own servers"';

/**
 * Reads a request in plain words. Every field found has its span of the sentence; what could not be placed is in
 * `unread`. `today` (YYYY-MM-DD) is what "by Friday" counts from. Pure, linear, never throws; codes `sentence-empty`,
 * `sentence-too-long`, `sentence-not-understood`, `contradiction`, `ship-count`, `not-a-point`, `timeline`, `uptime`.
 */
export function readSentence(sentence: string, options: { readonly today?: string | null } = {}): Outcome<Brief> {
  if (sentence.trim() === "")
    return configuration("sentence-empty", "the sentence is empty", `say what you want, for example: ${EXAMPLE}`);
  if (sentence.length > LONGEST) {
    return configuration(
      "sentence-too-long",
      `the sentence has ${sentence.length} characters; ${LONGEST} is the most`,
      "say it shorter, or in a file: slipway plan --file brief.yaml",
    );
  }
  const today =
    /^\d{4}-\d{2}-\d{2}$/.test(options.today ?? "") && !Number.isNaN(Date.parse(`${options.today}T00:00:00Z`))
      ? (options.today ?? null)
      : null;
  const reading = startReading(sentence);
  readPhrases(reading);
  readMoney(reading);
  readService(reading);
  readTime(reading, today);
  readShips(reading);
  const intent = readIntent(reading);
  const failure = absurd(reading) ?? contradiction(reading);
  return failure === null ? briefOf(reading, intent) : { ok: false, failure };
}

/** Helper fields and the contract's field they feed; those mapped to null are shown elsewhere. */
const PUBLIC: Readonly<Record<string, string | null>> = {
  "ships.countWeak": "ships.count",
  "ships.name": "ships.names",
  fake: "ships.fake",
  multiRegion: "regions",
  notRegion: null,
  platform: "infrastructure",
  verb: null,
  weakVerb: null,
  symptom: null,
  hint: null,
  notCompliance: "compliance",
  budgetPerShip: "budgetUsdPerMonth",
  budgetOpen: "budgetUsdPerMonth",
  timelineWeak: "timelineDays",
};

function briefOf(reading: Reading, intent: Intent): Outcome<Brief> {
  const one = <T>(field: string): T | null => (reading.all(field)[0]?.value as T | undefined) ?? null;
  const several = <T>(field: string): T[] => [...new Set(reading.all(field).map(({ value }) => value as T))];
  const names = several<string>("ships.name");
  const counted = countOf(reading, names.length);
  if ("clash" in counted) return { ok: false, failure: contradictory(reading, "ships.count", ...counted.clash) };
  const count = counted.count;
  if (count !== null && count < names.length) {
    return configuration(
      "contradiction",
      `the sentence names ${names.length} ships and counts ${count}`,
      "say which of the two you mean",
      "ships.count can have one value",
    );
  }
  const platform = platformOf(reading, intent);
  if ("failure" in platform) return { ok: false, failure: platform.failure };
  if (
    reading.findings().length === 0 &&
    !/\b(?:ships?|planets?|moons?|comets?|stars?|urbits?|fleets?|piers?)\b/i.test(reading.sentence)
  ) {
    return configuration(
      "sentence-not-understood",
      "nothing in the sentence could be placed",
      `say what you want, for example: ${EXAMPLE}`,
    );
  }
  noteMeaning(reading);
  const environments = several<Environment | "all">("environments");
  return ok({
    ...EMPTY,
    intent,
    ships: { ...EMPTY.ships, count, names, fake: one<boolean>("fake") ?? false },
    environments: environments.includes("all")
      ? [...ENVIRONMENTS]
      : ENVIRONMENTS.filter((name) => environments.includes(name)),
    experience: one("experience"),
    infrastructure: platform.platform,
    selfHosted: one("selfHosted"),
    autoscaling: one("autoscaling"),
    unsure: (one<boolean>("unsure") ?? false) || platform.undecided,
    compliance: several<Framework>("compliance"),
    budgetUsdPerMonth: one<number>("budgetUsdPerMonth") ?? perShip(one<number>("budgetPerShip"), count),
    timelineDays: one<number>("timelineDays") ?? one("timelineWeak"),
    regions: several("regions"),
    disasterRecovery: one("disasterRecovery"),
    monitoring: one("monitoring"),
    slo: { ...EMPTY.slo, uptimePercent: one("slo.uptimePercent"), responseMs: one("slo.responseMs") },
    priority: one("priority"),
    hardening: strongest(several("hardening")),
    enterprise: one<boolean>("enterprise") ?? false,
    excluded: [
      ...new Set(several<Platform | "docker">("excluded").map((name) => (name === "docker" ? "groundseg" : name))),
    ],
    assumptions: [...reading.notes()],
    sources: sourcesOf(reading),
    unread: unreadWords(reading),
  });
}

function sourcesOf(reading: Reading): Brief["sources"] {
  const verb = [...reading.all("verb"), ...reading.all("symptom"), ...reading.all("weakVerb")][0];
  const spoken = reading.all("intent").length > 0 || verb === undefined ? [] : [{ ...verb, field: "intent" }];
  return [...spoken, ...reading.findings()]
    .flatMap(({ field, start, end }) => {
      const name = field in PUBLIC ? (PUBLIC[field] ?? null) : field;
      return name === null ? [] : [{ field: name, from: "sentence" as const, start, end }];
    })
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.field < b.field ? -1 : 1));
}

/** What the words hint at and no field holds: said, so that nothing is taken for granted in silence. */
function noteMeaning(reading: Reading): void {
  for (const { value } of reading.all("hint"))
    reading.note("compliance", null, `${String(value)}: not assumed; say "HIPAA" or "GDPR" if it does`);
  const wide = reading.all("multiRegion")[0];
  const named = new Set(reading.all("regions").map(({ value }) => value)).size;
  if (wide !== undefined && named < (wide.value as number))
    reading.note(
      "regions",
      null,
      `${String(wide.value)} regions were asked for and ${named === 0 ? "none" : "one"} named`,
    );
  for (const { value } of reading.all("notRegion")) reading.note("regions", null, `${String(value)} was refused`);
}

function perShip(usd: number | null, count: number | null): number | null {
  return usd === null ? null : Math.round(usd * (count ?? 1) * 100) / 100;
}

/** "hardened … as secure as possible" asks for the higher of the two. */
function strongest(levels: readonly ("basic" | "standard" | "strict")[]): "basic" | "standard" | "strict" | null {
  return (["strict", "standard", "basic"] as const).find((level) => levels.includes(level)) ?? null;
}
