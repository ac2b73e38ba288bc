import { z } from "zod";
import {
  ENVIRONMENTS,
  EXPERIENCE,
  FRAMEWORKS,
  HARDENING,
  INTENTS,
  KINDS,
  ORIGINS,
  PLATFORMS,
  PRIORITIES,
  PROVIDERS,
  SYMPTOMS,
} from "./words.ts";

export { ENVIRONMENTS, EXPERIENCE, FRAMEWORKS, INTENTS, PLATFORMS, PRIORITIES };

const whole = z.number().int();
const amount = z.number().nonnegative();
const kind = z.enum(KINDS);
const platform = z.enum(PLATFORMS);
const provider = z.enum(PROVIDERS);

/** Where a field's value came from; `start` and `end` are UTF-16 offsets into the sentence, or null elsewhere. */
export const SourceSchema = z.object({
  field: z.string(),
  from: z.enum(ORIGINS),
  start: whole.nullable(),
  end: whole.nullable(),
});

export const ShipsSchema = z.object({
  /** How many; of a range its upper end, so that there is room for all of them. */
  count: whole.nullable(),
  names: z.array(z.string()),
  fake: z.boolean(),
  /** The kind all of them are; null when nobody said, or when they differ (see `groups`). */
  kind: kind.nullable(),
  /** @p whose moons are asked for, whether or not it is deployed itself. */
  parent: z.string().nullable(),
  /** The ends of a range asked for ("10 to 20"); null when one number was given. */
  low: whole.nullable(),
  high: whole.nullable(),
  /** How many there shall be later ("growing to 100"): room to plan for, nothing to deploy now. */
  growTo: whole.nullable(),
  /** What makes up the count, where the words say it; the counts add up to `count`. */
  groups: z.array(z.object({ kind: kind.nullable(), count: whole })),
  /** How many in each environment, where the words say it; the counts add up to `count`. */
  spread: z.array(z.object({ environment: z.enum(ENVIRONMENTS), count: whole })),
});

/** What the user asked for. A field nobody spoke of is null (or empty), unless it stands in `assumptions`. */
export const BriefSchema = z.object({
  intent: z.enum(INTENTS),
  ships: ShipsSchema,
  environments: z.array(z.enum(ENVIRONMENTS)),
  experience: z.enum(EXPERIENCE).nullable(),
  infrastructure: platform.nullable(),
  /** Firm to rent from, where one was named. */
  provider: provider.nullable(),
  selfHosted: z.boolean().nullable(),
  autoscaling: z.boolean().nullable(),
  unsure: z.boolean(),
  compliance: z.array(z.enum(FRAMEWORKS)),
  /** What the words suggest and nobody stated ("patients"): to be asked about, never taken as fact. */
  hints: z.array(z.object({ framework: z.enum(FRAMEWORKS).nullable(), because: z.string(), start: whole, end: whole })),
  budgetUsdPerMonth: amount.nullable(),
  /** The least and the most of a budget given as a band ("$50-500"); `budgetUsdPerMonth` is then the most, or null where it has no end. */
  budgetBand: z.object({ lowUsd: amount, highUsd: amount.nullable() }).nullable(),
  /** Money to be spent once, on hardware or setting up, apart from the monthly budget. */
  budgetOnceUsd: amount.nullable(),
  timelineDays: z.number().nullable(),
  /** The day meant by `timelineDays`, where a day was named (YYYY-MM-DD). */
  deadline: z.string().nullable(),
  regions: z.array(z.string()),
  /** How many regions are wanted, where a number was given ("two regions"), named or not. */
  regionCount: whole.nullable(),
  disasterRecovery: z.boolean().nullable(),
  backups: z.boolean().nullable(),
  monitoring: z.boolean().nullable(),
  slo: z.object({
    uptimePercent: z.number().nullable(),
    responseMs: z.number().nullable(),
    /** Most data that may be lost, and most time until ships run again after a disaster, in minutes. */
    rpoMinutes: z.number().nullable(),
    rtoMinutes: z.number().nullable(),
  }),
  priority: z.enum(PRIORITIES).nullable(),
  /** Hardening asked for in words: raises the level the decision would choose, never lowers it. */
  hardening: z.enum(HARDENING).nullable(),
  enterprise: z.boolean(),
  /** Somebody else shall keep the machines (hosting as a service): what the advisor speaks of. */
  managed: z.boolean().nullable(),
  /** Ships of different people or firms, to be kept apart. */
  multiTenant: z.boolean().nullable(),
  /** Reached through StarTram (or an Anchor): true, false when refused. */
  startram: z.boolean().nullable(),
  /** Platforms refused in words ("without Kubernetes"): never chosen. */
  excluded: z.array(platform),
  /** Firms refused in words ("not on AWS"). */
  excludedProviders: z.array(provider),
  /** Regions refused in words ("nothing in the US"). */
  excludedRegions: z.array(z.string()),
  /** Machines the user speaks of: how many, and of each its memory, disk and processors. */
  machines: z.object({
    count: whole.nullable(),
    ramGiB: amount.nullable(),
    diskGb: amount.nullable(),
    cpus: whole.nullable(),
  }),
  /** People who will use the ships. */
  users: whole.nullable(),
  domain: z.string().nullable(),
  /** What is to be built, in the user's words ("a chat app"). */
  app: z.string().nullable(),
  symptoms: z.array(z.enum(SYMPTOMS)),
  /** Where the ships to be moved run now. */
  movesFrom: z
    .object({ infrastructure: platform.nullable(), provider: provider.nullable(), managed: z.boolean() })
    .nullable(),
  assumptions: z.array(
    z.object({
      field: z.string(),
      value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
      because: z.string(),
    }),
  ),
  sources: z.array(SourceSchema),
  /** Words of the sentence the reader could not place: shown, never dropped in silence. */
  unread: z.array(z.object({ text: z.string(), start: whole, end: whole })),
});

export type Brief = z.infer<typeof BriefSchema>;
export type Source = z.infer<typeof SourceSchema>;
export type Intent = Brief["intent"];
export type Environment = Brief["environments"][number];
export type Platform = NonNullable<Brief["infrastructure"]>;
export type Provider = NonNullable<Brief["provider"]>;
export type Framework = Brief["compliance"][number];
export type Kind = NonNullable<Brief["ships"]["kind"]>;
