import { z } from "zod";
import { ENVIRONMENTS, EXPERIENCE, FRAMEWORKS, INTENTS, PLATFORMS, PRIORITIES } from "./words.ts";

export { ENVIRONMENTS, EXPERIENCE, FRAMEWORKS, INTENTS, PLATFORMS, PRIORITIES };

/** Where a field's value came from; `start` and `end` are UTF-16 offsets into the sentence, or null elsewhere. */
export const SourceSchema = z.object({
  field: z.string(),
  from: z.enum(["sentence", "answer", "file", "flag", "default"]),
  start: z.number().int().nullable(),
  end: z.number().int().nullable(),
});

/** What the user asked for. A field nobody spoke of is null (or empty), unless it stands in `assumptions`. */
export const BriefSchema = z.object({
  intent: z.enum(INTENTS),
  ships: z.object({ count: z.number().int().nullable(), names: z.array(z.string()), fake: z.boolean() }),
  environments: z.array(z.enum(ENVIRONMENTS)),
  experience: z.enum(EXPERIENCE).nullable(),
  infrastructure: z.enum(PLATFORMS).nullable(),
  selfHosted: z.boolean().nullable(),
  autoscaling: z.boolean().nullable(),
  unsure: z.boolean(),
  compliance: z.array(z.enum(FRAMEWORKS)),
  budgetUsdPerMonth: z.number().nullable(),
  timelineDays: z.number().nullable(),
  regions: z.array(z.string()),
  disasterRecovery: z.boolean().nullable(),
  monitoring: z.boolean().nullable(),
  slo: z.object({ uptimePercent: z.number().nullable(), responseMs: z.number().nullable() }),
  priority: z.enum(PRIORITIES).nullable(),
  /** Hardening asked for in words: raises the level the decision would choose, never lowers it. */
  hardening: z.enum(["basic", "standard", "strict"]).nullable(),
  enterprise: z.boolean(),
  /** Platforms refused in words ("without Kubernetes"): never chosen. */
  excluded: z.array(z.enum(PLATFORMS)),
  assumptions: z.array(
    z.object({
      field: z.string(),
      value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
      because: z.string(),
    }),
  ),
  sources: z.array(SourceSchema),
  /** Words of the sentence the reader could not place: shown, never dropped in silence. */
  unread: z.array(z.object({ text: z.string(), start: z.number().int(), end: z.number().int() })),
});

export type Brief = z.infer<typeof BriefSchema>;
export type Source = z.infer<typeof SourceSchema>;
export type Intent = Brief["intent"];
export type Environment = Brief["environments"][number];
export type Platform = NonNullable<Brief["infrastructure"]>;
export type Framework = Brief["compliance"][number];
