import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY } from "../../src/brief/empty.ts";
import { readSentence } from "../../src/brief/read.ts";
import { type Brief, BriefSchema } from "../../src/brief/schema.ts";
import { sentenceOf } from "../../src/brief/sentence.ts";
import {
  ENVIRONMENTS,
  EXPERIENCE,
  FRAMEWORKS,
  HARDENING,
  KINDS,
  PLATFORMS,
  PRIORITIES,
  PROVIDERS,
} from "../../src/brief/words.ts";
import { pointOf } from "../../src/urbit/point.ts";

const some = <T>(values: readonly T[]) => fc.subarray([...values]);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const cents = fc.integer({ min: 1, max: 3_000_000 }).map((sum) => sum / 100);
const names = fc.uniqueArray(
  fc.bigInt({ min: 0n, max: 0xffffffffn }).map((point) => pointOf(point).name),
  {
    minLength: 1,
    maxLength: 4,
  },
);

/** Ships as people ask for them: a number, a range, names, or a few in each environment. */
const ships: fc.Arbitrary<Partial<Brief["ships"]>> = fc.oneof(
  fc.record({ count: maybe(fc.integer({ min: 1, max: 20_000 })), kind: fc.constant(null) }),
  fc.record({ count: fc.integer({ min: 1, max: 500 }), kind: fc.constantFrom(...KINDS), fake: fc.boolean() }),
  fc
    .tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }))
    .map(([low, more]) => ({ low, count: low + more, high: low + more })),
  names.map((list) => ({ names: list, count: list.length })),
  fc.tuple(names, fc.integer({ min: 1, max: 9 })).map(([list, more]) => ({ names: list, count: list.length + more })),
  fc.integer({ min: 2, max: 40 }).map((count) => ({ count, kind: "moon" as const, parent: "~sampel-palnet" })),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 90 }))
    .map(([count, growTo]) => ({ count, growTo })),
);

const briefs: fc.Arbitrary<Brief> = fc
  .record({
    intent: fc.constantFrom("deploy", "migrate", "optimize", "troubleshoot", "feature"),
    ships: ships.map((given) => ({ ...EMPTY.ships, ...given })),
    environments: some(ENVIRONMENTS),
    experience: maybe(fc.constantFrom(...EXPERIENCE)),
    platform: maybe(fc.constantFrom(...PLATFORMS)),
    provider: maybe(fc.constantFrom(...PROVIDERS)),
    refused: some(PLATFORMS),
    refusedProviders: some(PROVIDERS),
    selfHosted: maybe(fc.boolean()),
    autoscaling: maybe(fc.boolean()),
    unsure: fc.boolean(),
    compliance: some(FRAMEWORKS),
    budgetUsdPerMonth: maybe(cents),
    budgetOnceUsd: maybe(cents),
    timelineDays: maybe(fc.integer({ min: 1, max: 900 })),
    regions: some(["us-west-2", "eu-frankfurt", "us-new-york", "ap-southeast-1", "eu", "ap-tokyo"]),
    regionCount: maybe(fc.integer({ min: 2, max: 5 })),
    disasterRecovery: maybe(fc.boolean()),
    backups: maybe(fc.boolean()),
    monitoring: maybe(fc.boolean()),
    slo: fc.record({
      uptimePercent: maybe(fc.constantFrom(99, 99.5, 99.9, 99.95, 99.99, 100)),
      responseMs: maybe(fc.integer({ min: 1, max: 5_000 })),
      rpoMinutes: maybe(fc.integer({ min: 1, max: 5_000 })),
      rtoMinutes: maybe(fc.integer({ min: 1, max: 5_000 })),
    }),
    priority: maybe(fc.constantFrom(...PRIORITIES)),
    hardening: maybe(fc.constantFrom(...HARDENING)),
    enterprise: fc.boolean(),
    managed: maybe(fc.boolean()),
    multiTenant: maybe(fc.boolean()),
    startram: maybe(fc.boolean()),
    machines: fc.record({
      count: maybe(fc.integer({ min: 2, max: 90 })),
      ramGiB: maybe(fc.integer({ min: 1, max: 1_024 })),
      diskGb: maybe(fc.integer({ min: 1, max: 9_000 })),
      cpus: maybe(fc.integer({ min: 2, max: 128 })),
    }),
    users: maybe(fc.integer({ min: 2, max: 9_000 })),
    domain: maybe(fc.constantFrom("fleet.example.com", "ships.example.org")),
  })
  .map(({ platform, provider, refused, refusedProviders, ...rest }) => ({
    ...EMPTY,
    ...rest,
    intent: rest.intent as Brief["intent"],
    app: rest.intent === "feature" ? "chat app" : null,
    // A firm by its name alone suggests a platform, so one is always named beside it.
    infrastructure: platform,
    provider: platform === null ? null : provider,
    excluded: refused.filter((name) => name !== platform),
    excludedProviders: refusedProviders.filter((name) => name !== provider),
  }));

/** What a sentence does not carry: where things were said, and what follows from them. */
function content(brief: Brief): Partial<Brief> {
  const { assumptions: _, sources: __, unread: ___, hints: ____, ...rest } = brief;
  return rest;
}

describe("brief to sentence to brief", () => {
  test("is the same brief", () => {
    fc.assert(
      fc.property(briefs, (brief) => {
        const sentence = sentenceOf(brief);
        const read = readSentence(sentence);
        if (!read.ok) throw new Error(`${read.failure.what}: ${sentence}`);
        const kind = brief.ships.names.length > 0 ? read.value.ships.kind : brief.ships.kind;
        const groups = read.value.ships.groups;
        expect(content(read.value), sentence).toEqual(content({ ...brief, ships: { ...brief.ships, kind, groups } }));
        expect(read.value.unread, sentence).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

describe("any string", () => {
  const words = fc.constantFrom(
    ..."no not without and or to from 3 ships $ 50 % € ~zod ~ , . - k8s vps by friday end of the a dozen moons each on in hipaa budget weeks 99.9 uptime make that sorry instead us east".split(
      " ",
    ),
  );
  test.each([
    ["of bytes", fc.string({ unit: "binary", maxLength: 400 })],
    ["of graphemes", fc.string({ unit: "grapheme", maxLength: 400 })],
    ["of known words in any order", fc.array(words, { maxLength: 60 }).map((list) => list.join(" "))],
  ])("%s gives a brief or a clear error", (_, strings) => {
    fc.assert(
      fc.property(strings, fc.constantFrom(null, "2026-11-24", "nonsense"), (sentence, today) => {
        const read = readSentence(sentence, { today });
        if (!read.ok) {
          expect(read.failure.what.length).toBeGreaterThan(0);
          expect(read.failure.next.length).toBeGreaterThan(0);
          return;
        }
        expect(BriefSchema.safeParse(read.value).success).toBe(true);
        for (const { start, end } of [...read.value.sources, ...read.value.unread])
          expect(start !== null && end !== null && start < end && end <= sentence.length).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("of 100 KB is read like any other", () => {
    const list = Array.from({ length: 6_000 }, (_, index) => pointOf(BigInt(index) * 65_537n + 131_072n).name);
    const sentence = `Deploy ${list.join(", ")} on Kubernetes`;
    expect(sentence.length).toBeGreaterThan(90_000);
    expect(readSentence(sentence)).toMatchObject({
      ok: true,
      value: { infrastructure: "kubernetes", ships: { count: 6_000 } },
    });
  });
});
