import { corrected } from "./judge.ts";
import type { Reading } from "./reading.ts";
import type { Brief, Environment, Framework } from "./schema.ts";
import type { Hint } from "./vocabulary/compliance.ts";
import { ENVIRONMENTS } from "./words.ts";

export function environmentsOf(reading: Reading): Environment[] {
  const said = new Set(corrected(reading, "environments").map(({ value }) => value as Environment | "all"));
  const refused = new Set(reading.all("notEnvironments").map(({ value }) => value));
  return ENVIRONMENTS.filter((name) => (said.has("all") || said.has(name)) && !refused.has(name));
}

/** "2 fake ships and a real planet": a plan is for one sort, so the real ones decide and it is said. */
export function fakeOf(reading: Reading): boolean {
  const said = new Set(corrected(reading, "fake").map(({ value }) => value));
  if (said.size > 1)
    reading.note("ships.fake", false, "fake and live ships were both spoken of: planned for live ones");
  return said.has(true) && said.size === 1;
}

export function experienceOf(reading: Reading): Brief["experience"] {
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
export function unsureOf(reading: Reading): boolean {
  if (reading.all("unsure").length > 0) return true;
  const named = ["platform", "platformWeak", "selfHosted"].some((field) => reading.all(field).length > 0);
  return reading.all("unsureWeak").length > 0 && !named;
}

export function priorityOf(reading: Reading): Brief["priority"] {
  const strong = corrected(reading, "priority");
  const found = strong.length > 0 ? strong : reading.all("priorityWeak");
  const first = [...found].sort((a, b) => a.from - b.from)[0];
  const other = found.find(({ value }) => value !== first?.value);
  if (first !== undefined && other !== undefined)
    reading.note("priority", String(first.value), `${String(other.value)} was named too: the first named comes first`);
  return (first?.value as Brief["priority"] | undefined) ?? null;
}

/** One hint a framework, the first; none for what is stated or refused. */
export function hintsOf(reading: Reading): Brief["hints"] {
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
export function noteMeaning(reading: Reading, hints: Brief["hints"]): void {
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
