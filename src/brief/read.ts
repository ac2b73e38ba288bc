import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { EMPTY } from "./empty.ts";
import { absurd, absurdCount, contradiction, contradictory, corrected } from "./judge.ts";
import { platformOf } from "./platforms.ts";
import { readQuantities } from "./quantities/scan.ts";
import { readIntent } from "./readers/intent.ts";
import { readMachines } from "./readers/machines.ts";
import { readMoney } from "./readers/money.ts";
import { readPhrases } from "./readers/phrases.ts";
import { readRegions } from "./readers/regions.ts";
import { readService } from "./readers/service.ts";
import { readTime } from "./readers/time.ts";
import { type Finding, type Reading, startReading } from "./reading.ts";
import type { Brief, Environment, Framework, Intent } from "./schema.ts";
import { budgetOf, timelineOf } from "./settle.ts";
import { readShips } from "./ships/counts.ts";
import { readNames } from "./ships/names.ts";
import { type Ships, totalOf } from "./ships/total.ts";
import { sourcesOf } from "./sources.ts";
import { unreadWords } from "./unread.ts";
import type { Hint } from "./vocabulary/wishes.ts";
import { ENVIRONMENTS, HARDENING } from "./words.ts";

/** Longest sentence read, in characters: a request is a sentence or two and perhaps a list of names, not a book. */
const LONGEST = 262_144;
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
  const reading = startReading(sentence);
  readPhrases(reading);
  readNames(reading);
  readRegions(reading);
  const quantities = readQuantities(reading);
  readMoney(reading, quantities);
  readService(reading, quantities);
  readTime(reading, quantities, realDay(options.today ?? null));
  readMachines(reading, quantities);
  readShips(reading, quantities);
  const intent = readIntent(reading);
  const failure = absurd(reading) ?? contradiction(reading);
  return failure === null ? briefOf(reading, intent) : { ok: false, failure };
}

function realDay(today: string | null): string | null {
  if (today === null || !/^\d{4}-\d{2}-\d{2}$/.test(today)) return null;
  return Number.isNaN(Date.parse(`${today}T00:00:00Z`)) ? null : today;
}

function briefOf(reading: Reading, intent: Intent): Outcome<Brief> {
  const total = totalOf(reading);
  if ("clash" in total) return { ok: false, failure: contradictory(reading, "ships.count", ...total.clash) };
  const faulty = faultOf(total.ships);
  if (faulty !== null) return faulty;
  const platform = platformOf(reading, intent);
  if ("failure" in platform) return { ok: false, failure: platform.failure };
  const budget = budgetOf(reading, total.ships.count);
  if ("failure" in budget) return { ok: false, failure: budget.failure };
  const timeline = timelineOf(reading);
  if ("failure" in timeline) return { ok: false, failure: timeline.failure };
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
  const one = <T>(field: string): T | null => (corrected(reading, field)[0]?.value as T | undefined) ?? null;
  const several = <T>(field: string): T[] => valuesOf<T>(reading.all(field));
  const hints = several<Hint>("hint").length > 0 ? hintsOf(reading) : [];
  noteMeaning(reading, hints);
  return ok({
    ...EMPTY,
    intent,
    ships: { ...EMPTY.ships, ...total.ships, fake: fakeOf(reading) },
    environments: environmentsOf(reading),
    experience: experienceOf(reading),
    infrastructure: platform.platform,
    provider: platform.provider,
    selfHosted:
      platform.ownUndecided || platform.ownLeft
        ? null
        : (one<boolean>("selfHosted") ?? (reading.all("noCloud").length > 0 ? true : null)),
    autoscaling: one("autoscaling"),
    unsure: unsureOf(reading) || platform.undecided,
    compliance: valuesOf<Framework>(corrected(reading, "compliance")),
    hints,
    ...budget.value,
    ...timeline.value,
    regions: valuesOf<string>(corrected(reading, "regions")),
    regionCount: (reading.all("regionCount")[0]?.value as number | undefined) ?? null,
    disasterRecovery: one("disasterRecovery"),
    backups: one("backups"),
    monitoring: one("monitoring"),
    slo: {
      uptimePercent: one("slo.uptimePercent"),
      responseMs: one("slo.responseMs"),
      rpoMinutes: one("slo.rpoMinutes"),
      rtoMinutes: one("slo.rtoMinutes"),
    },
    priority: priorityOf(reading),
    hardening: [...HARDENING].reverse().find((level) => several("hardening").includes(level)) ?? null,
    enterprise: reading.all("enterprise").length > 0,
    managed: platform.movesFrom?.managed === true ? null : one("managed"),
    multiTenant: one("multiTenant"),
    startram: one("startram"),
    excluded: [
      ...new Set(several<string>("excluded").map((name) => (name === "docker" ? "groundseg" : name))),
    ] as Brief["excluded"],
    excludedProviders: several("excludedProviders"),
    excludedRegions: several("excludedRegions"),
    machines: {
      count: one("machines.count"),
      ramGiB: one("machines.ramGiB"),
      diskGb: one("machines.diskGb"),
      cpus: one("machines.cpus"),
    },
    users: one("users"),
    domain: one("domain"),
    app: one("app"),
    symptoms:
      intent === "troubleshoot" || intent === "optimize"
        ? several<Brief["symptoms"][number] | null>("symptom").filter((name) => name !== null)
        : [],
    movesFrom: platform.movesFrom,
    assumptions: reading.notes().map((note) => ({ ...note })),
    sources: sourcesOf(reading, total.ships),
    unread: unreadWords(reading),
  });
}

function valuesOf<T>(findings: readonly Finding[]): T[] {
  return [...new Set(findings.map(({ value }) => value as T))];
}

function faultOf({ count, names }: Ships): Outcome<never> | null {
  if (count === null) return null;
  const absurdity = absurdCount(count, `${count} ships in all`);
  if (absurdity !== null) return { ok: false, failure: absurdity };
  if (count >= names.length) return null;
  return configuration(
    "contradiction",
    `the sentence names ${names.length} ships and counts ${count}`,
    "say which of the two you mean",
    "ships.count can have one value",
  );
}

function environmentsOf(reading: Reading): Environment[] {
  const said = new Set(corrected(reading, "environments").map(({ value }) => value as Environment | "all"));
  const refused = new Set(reading.all("notEnvironments").map(({ value }) => value));
  return ENVIRONMENTS.filter((name) => (said.has("all") || said.has(name)) && !refused.has(name));
}

/** "2 fake ships and a real planet": a plan is for one sort, so the real ones decide and it is said. */
function fakeOf(reading: Reading): boolean {
  const said = new Set(corrected(reading, "fake").map(({ value }) => value));
  if (said.size > 1)
    reading.note("ships.fake", false, "fake and live ships were both spoken of: planned for live ones");
  return said.has(true) && said.size === 1;
}

function experienceOf(reading: Reading): Brief["experience"] {
  const said = corrected(reading, "experience");
  const levels = new Set(said.map(({ value }) => value as NonNullable<Brief["experience"]>));
  if (levels.size > 1) {
    // "An expert in Kubernetes, but new to Urbit": what is new is what matters.
    const level = levels.has("beginner") ? "beginner" : "intermediate";
    reading.note("experience", level, "two levels were spoken of: the lower is planned for");
    return level;
  }
  return [...levels][0] ?? (reading.all("experienceFirst").length > 0 ? "beginner" : null);
}

/** Said outright, or asked ("how do I …") with no platform named. */
function unsureOf(reading: Reading): boolean {
  if (reading.all("unsure").length > 0) return true;
  const named = ["platform", "platformWeak", "selfHosted"].some((field) => reading.all(field).length > 0);
  return reading.all("unsureWeak").length > 0 && !named;
}

function priorityOf(reading: Reading): Brief["priority"] {
  const strong = corrected(reading, "priority");
  const found = strong.length > 0 ? strong : reading.all("priorityWeak");
  const first = [...found].sort((a, b) => a.from - b.from)[0];
  const other = found.find(({ value }) => value !== first?.value);
  if (first !== undefined && other !== undefined)
    reading.note("priority", String(first.value), `${String(other.value)} was named too: the first named comes first`);
  return (first?.value as Brief["priority"] | undefined) ?? null;
}

/** One hint a framework, the first; none for what is stated or refused. */
function hintsOf(reading: Reading): Brief["hints"] {
  const stated = new Set([...reading.all("compliance"), ...reading.all("notCompliance")].map(({ value }) => value));
  const hints = new Map<string | null, Brief["hints"][number]>();
  for (const { value, start, end } of reading.all("hint")) {
    const { framework, because } = value as Hint;
    if (framework === null ? stated.size > 0 : stated.has(framework)) continue;
    if (!hints.has(framework)) hints.set(framework, { framework, because, start, end });
  }
  // A trade by itself is worth a question only when nothing more exact was said.
  if (hints.size > 1) hints.delete(null);
  return [...hints.values()];
}

const NAMES: Readonly<Record<Framework, string>> = {
  hipaa: "HIPAA",
  gdpr: "GDPR",
  soc2: "SOC 2",
  iso27001: "ISO 27001",
};

/** What the words hint at and no field holds: said, so that nothing is taken for granted in silence. */
function noteMeaning(reading: Reading, hints: Brief["hints"]): void {
  for (const { framework, because } of hints)
    reading.note(
      "compliance",
      null,
      `${because}: not assumed; say ${framework === null ? "which framework applies" : `"${NAMES[framework]}"`} if it does`,
    );
  if (reading.all("complianceNone").length > 0) reading.note("compliance", [], "none, as was said");
  if (reading.all("budgetOpen").length > 0 && reading.all("budget").length === 0)
    reading.note("budgetUsdPerMonth", null, "left open, as was said");
  if (reading.all("timelineOpen").length > 0 && reading.all("timelineDays").length === 0)
    reading.note("timelineDays", null, "left open, as was said");
  const wanted = reading.all("regionCount")[0]?.value as number | undefined;
  const named = new Set(reading.all("regions").map(({ value }) => value)).size;
  if (wanted !== undefined && named < wanted)
    reading.note("regions", null, `${wanted} regions were asked for and ${named === 0 ? "none" : named} named`);
}
