import { z } from "zod";
import { PLATFORMS } from "../brief/schema.ts";

/** The specialists of the seed document; each is a folder under `specialists/` once it is built. */
export const SPECIALISTS = [
  "managed-hosting-advisor",
  "urbit-deployment-specialist",
  "vps-deployment-specialist",
  "groundseg-operator",
  "fleet-manager",
  "performance-engineer",
] as const;

const CostLineSchema = z.object({
  item: z.string(),
  quantity: z.number(),
  /** USD per unit and month; null where no price is known (the range then carries it). */
  unitUsd: z.number().nullable(),
  monthlyUsd: z.number().nullable(),
  asOf: z.string(),
});

/** A requirement that cannot be met together with others, and what would meet it. */
const ConflictSchema = z.object({ requirements: z.array(z.string()), because: z.string() });

export const DecisionSchema = z.object({
  platform: z.object({
    choice: z.enum(PLATFORMS),
    lead: z.enum(SPECIALISTS),
    because: z.array(z.string()),
    rejected: z.array(z.object({ choice: z.enum(PLATFORMS), because: z.string() })),
  }),
  security: z.object({ level: z.enum(["basic", "standard", "strict"]), controls: z.array(z.string()) }),
  monitoring: z.object({ level: z.enum(["none", "standard", "full"]), components: z.array(z.string()) }),
  cost: z.object({
    monthlyUsd: z.number().nullable(),
    lowUsd: z.number(),
    highUsd: z.number(),
    lines: z.array(CostLineSchema),
  }),
  feasible: z.boolean(),
  conflicts: z.array(ConflictSchema),
  /** Counter-offers: what to ask instead, what it gives up, and the sentence to run it. */
  alternatives: z.array(z.object({ offer: z.string(), givesUp: z.string(), sentence: z.string() })),
});

export type Decision = z.infer<typeof DecisionSchema>;
export type SpecialistName = (typeof SPECIALISTS)[number];
export type CostLine = z.infer<typeof CostLineSchema>;
