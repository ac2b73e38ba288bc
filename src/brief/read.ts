import { configuration, type Failure, ok, type Outcome } from "../base/outcome.ts";
import { readAmounts } from "./readers/amounts.ts";
import { readPlaces } from "./readers/places.ts";
import { readShips } from "./readers/ships.ts";
import { readWishes } from "./readers/wishes.ts";
import { type Finding, type Reading, startReading, unreadWords } from "./reading.ts";
import type { Brief, Environment, Framework, Intent, Platform } from "./schema.ts";
import { ENVIRONMENTS } from "./words.ts";

/** Longest sentence read, in characters: a request is a sentence or two, not a book. */
const LONGEST = 10_000;
/** Most ships one plan holds. */
const MOST_SHIPS = 20_000;

/** Reads a request in plain words. Every field found has its span; what could not be placed is in `unread`. Pure, never throws. */
export function readSentence(sentence: string, options: { readonly today?: string | null } = {}): Outcome<Brief> {
  const example = 'for example: slipway plan "Deploy 3 fake ships to dev, staging and production on my own servers"';
  if (sentence.trim() === "") return configuration("sentence-empty", "the sentence is empty", `say what you want, ${example}`);
  if (sentence.length > LONGEST) {
    return configuration("sentence-too-long", `the sentence has ${sentence.length} characters; ${LONGEST} is the most`, "say it shorter, or in a file: slipway plan --file brief.yaml");
  }
  const reading = startReading(sentence);
  readPlaces(reading);
  readWishes(reading);
  readAmounts(reading, options.today ?? null);
  readShips(reading);
  const wrong = badName(reading) ?? absurd(reading) ?? contradiction(reading, sentence);
  if (wrong !== null) return { ok: false, failure: wrong };
  return ok(briefOf(reading, sentence));
}

function briefOf(reading: Reading, sentence: string): Brief {
  const one = <T>(field: string): T | null => (reading.all(field)[0]?.value as T | undefined) ?? null;
  const several = <T>(field: string): T[] => [...new Set(reading.all(field).map((finding) => finding.value as T))];
  const names = several<string>("ships.name");
  const found = several<Environment>("environments");
  const infrastructure = one<Platform>("infrastructure");
  const count = one<number>("ships.count") ?? (names.length > 0 ? names.length + extraByWord(reading) : one<number>("ships.countWeak"));
  const responseMs = one<number>("slo.responseMs");
  return {
    intent: intentOf(reading),
    ships: { count, names, fake: one<boolean>("ships.fake") ?? false },
    environments: ENVIRONMENTS.filter((name) => found.includes(name)),
    experience: one("experience"),
    infrastructure,
    selfHosted: one("selfHosted"),
    autoscaling: one("autoscaling"),
    unsure: one<boolean>("unsure") ?? false,
    compliance: several<Framework>("compliance"),
    budgetUsdPerMonth: one("budgetUsdPerMonth"),
    timelineDays: one("timelineDays"),
    regions: several("regions"),
    disasterRecovery: one("disasterRecovery"),
    monitoring: one("monitoring"),
    slo: { uptimePercent: one("slo.uptimePercent"), responseMs },
    priority: one("priority"),
    hardening: one("hardening"),
    enterprise: one<boolean>("enterprise") ?? false,
    assumptions: reading.all("hint").map(({ value }) => ({ field: "compliance", value: null, because: `${String(value)}: ask, do not assume` })),
    sources: reading
      .findings()
      .filter(({ field }) => field !== "hint")
      .map(({ field, start, end }) => ({ field: publicField(field), from: "sentence" as const, start, end })),
    unread: unreadWords(reading, sentence),
  };
}

/** "~sampel-palnet and two moons": named ships and counted ones add up when they are of different kinds. */
function extraByWord(reading: Reading): number {
  return reading.all("ships.countWeak").length > 0 && reading.all("ships.name").length === 0 ? 1 : 0;
}

function intentOf(reading: Reading): Intent {
  const named = reading.all("intent")[0]?.value as Intent | undefined;
  const deploys = /\b(?:deploy|launch|provision|set up|boot|host|run|spin up)\b/.test(reading.text);
  if (named !== undefined && !(deploys && named !== "feature" && reading.all("ships.count").length > 0)) return named;
  const monitors = reading.all("monitoring").some((finding) => finding.value === true);
  return monitors && !deploys ? "monitor" : "deploy";
}

/** Helper fields share the name of the contract's field they feed. */
function publicField(field: string): string {
  const names: Readonly<Record<string, string>> = { "ships.countWeak": "ships.count", "ships.name": "ships.names", "ships.range": "ships.count", "ships.comet": "ships.count", multiRegion: "regions", notInfrastructure: "infrastructure" };
  return names[field] ?? field;
}

function badName(reading: Reading): Failure | null {
  const bad = reading.all("ships.badName")[0];
  return bad === undefined ? null : (bad.value as Failure);
}

function absurd(reading: Reading): Failure | null {
  for (const { value } of reading.all("ships.count")) {
    const count = value as number;
    if (Number.isInteger(count) && count >= 1 && count <= MOST_SHIPS) continue;
    const why = count > MOST_SHIPS ? `the most one plan holds is ${MOST_SHIPS}` : "a plan needs a whole number of ships, at least one";
    return { kind: "configuration", code: "ship-count", what: `${count} ships cannot be deployed`, why, next: "say how many ships you want" };
  }
  return null;
}

/** Fields that can have one value only; two different ones in a sentence are a question back, not a guess. */
const SINGLE = ["ships.count", "budgetUsdPerMonth", "timelineDays", "monitoring", "disasterRecovery", "autoscaling", "selfHosted", "experience", "ships.fake", "slo.uptimePercent"];

function contradiction(reading: Reading, sentence: string): Failure | null {
  for (const field of SINGLE) {
    const findings = reading.all(field);
    const first = findings[0];
    const other = findings.find((finding) => first !== undefined && finding.value !== first.value);
    if (first !== undefined && other !== undefined) return contradictory(field, first, other, sentence);
  }
  const refused = reading.all("notInfrastructure").map((finding) => finding.value);
  const both = reading.all("infrastructure").find((finding) => refused.includes(finding.value));
  const first = reading.all("notInfrastructure")[0];
  return both !== undefined && first !== undefined ? contradictory("infrastructure", first, both, sentence) : null;
}

function contradictory(field: string, a: Finding, b: Finding, sentence: string): Failure {
  const quote = ({ start, end }: Finding) => `"${sentence.slice(start, end).trim()}"`;
  return {
    kind: "configuration",
    code: "contradiction",
    what: `the sentence says both ${quote(a)} and ${quote(b)}`,
    why: `${field} can have one value`,
    next: "say which of the two you mean",
  };
}
