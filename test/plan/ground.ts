import fc from "fast-check";
import { assume } from "../../src/brief/assume.ts";
import { readSentence } from "../../src/brief/read.ts";
import {
  type Brief,
  ENVIRONMENTS,
  EXPERIENCE,
  FRAMEWORKS,
  INTENTS,
  PLATFORMS,
  PRIORITIES,
} from "../../src/brief/schema.ts";
import { KINDS } from "../../src/brief/words.ts";
import { decide } from "../../src/decide/decide.ts";
import { compose } from "../../src/plan/compose.ts";
import type { Plan } from "../../src/plan/schema.ts";
import type { Site } from "../../src/plan/site.ts";
import { fakeNames, pointOf } from "../../src/urbit/point.ts";

const GIB = 1024 ** 3;

/** A site with these hosts, none of them looked at yet. */
export function siteOf(...names: readonly string[]): Site {
  return {
    hosts: names.map((name) => ({ name, address: `root@${name}` })),
    runtime: { version: "4.5", vereSha256: null, pillSha256: null },
    keys: {},
    placed: {},
  };
}

export function briefOf(sentence: string, change: Partial<Brief> = {}): Brief {
  const read = readSentence(sentence, { today: "2026-11-23" });
  if (!read.ok) throw new Error(`${sentence}: ${read.failure.what}`);
  return assume({ ...read.value, ...change });
}

export function planOf(sentence: string, site: Site = siteOf(), change: Partial<Brief> = {}): Plan {
  return planBrief(briefOf(sentence, change), site);
}

export function planBrief(brief: Brief, site: Site): Plan {
  return compose(brief, decide(brief, { hosts: site.hosts.map(() => "unknown" as const) }), site);
}

/** Ids of a plan's phases, in order. */
export const phasesOf = (plan: Plan) => plan.phases.map((phase) => phase.id);
export const stepsOf = (plan: Plan) => plan.phases.flatMap((phase) => phase.steps);
export const kindsOf = (plan: Plan, phase: string) => [
  ...new Set(plan.phases.find(({ id }) => id === phase)?.steps.map((step) => step.action.kind)),
];
export const gatesOf = (plan: Plan) => plan.phases.flatMap((phase) => phase.gate?.id ?? []);

const PLANETS = Array.from({ length: 12 }, (_, index) => pointOf(BigInt(0x10000 + index * 7919)).name);
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const subset = <T>(values: readonly T[]) => fc.subarray([...values]);

/** Anything a brief can say, the absurd left out that its reader refuses. */
export const anyBrief: fc.Arbitrary<Brief> = fc
  .record({
    intent: fc.constantFrom(...INTENTS),
    fake: fc.boolean(),
    names: subset(PLANETS),
    more: some(fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 120 }))),
    environments: subset(ENVIRONMENTS),
    experience: some(fc.constantFrom(...EXPERIENCE)),
    infrastructure: some(fc.constantFrom(...PLATFORMS)),
    selfHosted: some(fc.boolean()),
    autoscaling: some(fc.boolean()),
    unsure: fc.boolean(),
    compliance: subset(FRAMEWORKS),
    backups: some(fc.boolean()),
    spread: fc.array(
      fc.record({ environment: fc.constantFrom(...ENVIRONMENTS), count: fc.integer({ min: 0, max: 3 }) }),
      { maxLength: 3 },
    ),
    kind: some(fc.constantFrom(...KINDS)),
    budgetUsdPerMonth: some(fc.integer({ min: 0, max: 20_000 })),
    timelineDays: some(fc.integer({ min: 1, max: 90 })),
    regions: subset(["us-west-2", "us-east-1"]),
    disasterRecovery: some(fc.boolean()),
    monitoring: some(fc.boolean()),
    slo: fc.record({
      uptimePercent: some(fc.constantFrom(99, 99.9, 99.99)),
      responseMs: some(fc.constantFrom(50, 200)),
    }),
    priority: some(fc.constantFrom(...PRIORITIES)),
    hardening: some(fc.constantFrom("basic", "standard", "strict")),
    enterprise: fc.boolean(),
  })
  .map(({ fake, names, more, slo, spread, kind, ...said }) => {
    const base = briefOf("Deploy a ship to production");
    const named = fake ? fakeNames(names.length).slice() : names;
    const count = more === null ? (named.length === 0 ? null : named.length) : Math.max(1, named.length + more);
    return assume({
      ...base,
      ...said,
      ships: { ...base.ships, count, names: [...named], fake, kind, spread },
      slo: { ...base.slo, ...slo },
      assumptions: [],
      sources: [],
    });
  });

const anyHost = fc.record({
  capacity: some(
    fc.record({
      ramBytes: fc.integer({ min: 1, max: 128 }).map((gib) => gib * GIB),
      swapBytes: fc.constantFrom(0, 2 * GIB),
      diskFreeBytes: fc.integer({ min: 5, max: 4_000 }).map((gib) => gib * GIB),
    }),
  ),
});

/** Any site: no hosts or several, looked at or not, empty or with ships that have their place. */
export const anySite: fc.Arbitrary<Site> = fc
  .record({ hosts: fc.array(anyHost, { maxLength: 5 }), settled: subset(PLANETS), named: fc.boolean() })
  .map(({ hosts, settled, named }) => {
    const site = siteOf(...hosts.map((_, index) => (named ? `alder-${index}` : `host-${index + 1}`)));
    const names = site.hosts.map((host) => host.name);
    return {
      ...site,
      hosts: site.hosts.map((host, index) => ({ ...host, capacity: hosts[index]?.capacity ?? null })),
      placed: Object.fromEntries(
        settled.map((ship, index) => [
          ship,
          {
            host: names[index % Math.max(1, names.length)] ?? "gone",
            amesPort: 34_540 + index,
            httpPort: 8_080 + index,
            fake: index % 2 === 0,
          },
        ]),
      ),
    };
  });
