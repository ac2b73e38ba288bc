import fc from "fast-check";
import { assume } from "../../src/brief/assume.ts";
import { EMPTY } from "../../src/brief/empty.ts";
import { readSentence } from "../../src/brief/read.ts";
import type { Brief } from "../../src/brief/schema.ts";
import type { SiteView } from "../../src/decide/site.ts";

export const NOWHERE: SiteView = { hosts: [] };

/** A brief as a production request of some ships would give it, with what the test is about laid over it. */
export function briefOf(ships: number, over: Partial<Brief> = {}): Brief {
  return { ...EMPTY, environments: ["production"], ...over, ships: { ...EMPTY.ships, count: ships, ...over.ships } };
}

/** What a sentence asks for, as the planner would hand it to the decision. */
export function read(sentence: string): Brief {
  const brief = readSentence(sentence, { today: "2026-11-24" });
  if (!brief.ok) throw new Error(`${sentence}: ${brief.failure.what}`);
  return assume(brief.value);
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const FRAMEWORKS = ["hipaa", "gdpr", "soc2", "iso27001"] as const;
const ENVIRONMENTS = ["dev", "staging", "production"] as const;
const PLATFORMS = ["bare-metal", "vps", "groundseg", "kubernetes"] as const;

/** Any brief a person could mean, apart from its number of ships. */
export const demands: fc.Arbitrary<Partial<Brief>> = fc
  .record({
    environments: fc.subarray([...ENVIRONMENTS], { minLength: 1 }),
    experience: maybe(fc.constantFrom("beginner" as const, "intermediate" as const, "expert" as const)),
    priority: maybe(fc.constantFrom("speed" as const, "security" as const, "cost" as const)),
    hardening: maybe(fc.constantFrom("basic" as const, "standard" as const, "strict" as const)),
    infrastructure: maybe(fc.constantFrom(...PLATFORMS)),
    selfHosted: maybe(fc.boolean()),
    autoscaling: maybe(fc.boolean()),
    enterprise: fc.boolean(),
    compliance: fc.subarray([...FRAMEWORKS]),
    regions: fc.subarray(["eu-frankfurt", "us-west-2", "ap-singapore"], { maxLength: 1 }),
    disasterRecovery: maybe(fc.boolean()),
    monitoring: maybe(fc.boolean()),
    excluded: fc.subarray([...PLATFORMS], { maxLength: 3 }),
    provider: fc.option(
      fc.constantFrom("aws" as const, "hetzner" as const, "digitalocean" as const, "linode" as const),
      {
        nil: null,
        freq: 4,
      },
    ),
    excludedProviders: fc.subarray(["aws" as const, "hetzner" as const, "ovh" as const]),
    unsure: fc.boolean(),
  })
  // "At Hetzner, not at Hetzner" is a contradiction the reader sends back.
  .map((over) => ({ ...over, excludedProviders: over.excludedProviders.filter((firm) => firm !== over.provider) }));

export const counts = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20_000 }));
export const budgets = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 50_000 }));
