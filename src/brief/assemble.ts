import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { EMPTY } from "./empty.ts";
import { absurdCount, contradictory, corrected } from "./judge.ts";
import { platformOf } from "./platforms.ts";
import type { Finding, Reading } from "./reading.ts";
import { environmentsOf, experienceOf, fakeOf, hintsOf, noteMeaning, priorityOf, unsureOf } from "./said.ts";
import type { Brief, Framework, Intent } from "./schema.ts";
import { budgetOf, timelineOf } from "./settle.ts";
import { type Ships, totalOf } from "./ships/total.ts";
import { sourcesOf } from "./sources.ts";
import { unreadWords } from "./unread.ts";
import type { Hint } from "./vocabulary/compliance.ts";
import { HARDENING } from "./words.ts";

/** What the findings of a sentence come to, field by field; a failure where they cannot all hold. */
export function briefOf(reading: Reading, intent: Intent): Outcome<Brief> {
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
