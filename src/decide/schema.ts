import { z } from "zod";
import { PLATFORMS } from "../brief/schema.ts";
import { CRITERIA, type REQUIREMENTS, SPECIALISTS } from "./words.ts";

export { SPECIALISTS };

const CostLineSchema = z.object({
  item: z.string(),
  quantity: z.number(),
  /** USD per unit and month; null where no price is known (the range then carries it). */
  unitUsd: z.number().nullable(),
  /** `quantity` × `unitUsd`, to the cent; null where no price is known. */
  monthlyUsd: z.number().nullable(),
  lowUsd: z.number(),
  highUsd: z.number(),
  asOf: z.string(),
  source: z.string(),
  confidence: z.enum(["sourced", "recalled", "unknown"]),
  expires: z.string(),
  /** True when the price was past its date on the day of the decision. */
  expired: z.boolean(),
});

/** Money spent once: no part of the monthly sums. */
const OnceSchema = z.object({
  item: z.string(),
  quantity: z.number(),
  lowUsd: z.number(),
  highUsd: z.number(),
  asOf: z.string(),
  confidence: z.enum(["sourced", "recalled", "unknown"]),
});

/** Machines of one size, and how many ships each holds with a fifth of its memory left free. */
const SizingSchema = z.object({
  machine: z.string(),
  quantity: z.number(),
  ramGiB: z.number(),
  vcpu: z.number().nullable(),
  shipsEach: z.number(),
  /** On the firm's list, and at times not to be had. */
  scarce: z.boolean(),
});

/** The smallest set of requirements that cannot be had together: leave any one of them out and the rest can. */
const ConflictSchema = z.object({ requirements: z.array(z.string()), because: z.string() });

const AlternativeSchema = z.object({
  offer: z.string(),
  givesUp: z.string(),
  /** Said to `slipway plan`, it is feasible. */
  sentence: z.string(),
  platform: z.enum(PLATFORMS),
  ships: z.number(),
  monthlyUsd: z.number().nullable(),
  lowUsd: z.number(),
  highUsd: z.number(),
  uptimePercent: z.number().nullable(),
  compliance: z.array(z.string()),
});

const platform = z.enum(PLATFORMS);

export const DecisionSchema = z.object({
  platform: z.object({
    choice: platform,
    lead: z.enum(SPECIALISTS),
    because: z.array(z.string()),
    rejected: z.array(z.object({ choice: platform, because: z.string() })),
    /** What decided: the user's own word, a line of the seed's matrix, or the score. */
    by: z.enum(["asked", "matrix", "score"]),
    scores: z.array(
      z.object({ choice: platform, total: z.number(), criteria: z.record(z.enum(CRITERIA), z.number()) }),
    ),
    /** What would have to be different for another choice, found by deciding again. */
    flips: z.array(z.object({ when: z.string(), choice: platform })),
    /** Below which monthly budget the choice no longer fits, and what would. */
    budgetFloor: z.object({ usd: z.number(), instead: z.object({ choice: platform, usd: z.number() }).nullable() }),
    /** Somebody else keeping the machines: advice, never a choice of its own. */
    managedHosting: z.object({ suits: z.boolean(), because: z.string() }),
  }),
  security: z.object({
    level: z.enum(["basic", "standard", "strict"]),
    controls: z.array(z.string()),
    setBy: z.array(z.object({ control: z.string(), specialist: z.enum(SPECIALISTS), step: z.string() })),
  }),
  monitoring: z.object({ level: z.enum(["none", "standard", "full"]), components: z.array(z.string()) }),
  cost: z.object({
    /** Sum of the lines; null where one of them has no known price. */
    monthlyUsd: z.number().nullable(),
    lowUsd: z.number(),
    highUsd: z.number(),
    lines: z.array(CostLineSchema),
    /** Firm and place of the machines; null on machines of one's own. */
    provider: z.string().nullable(),
    sizing: z.array(SizingSchema),
    once: z.array(OnceSchema),
    /** Price and time of the exchange rate used; null where every price was in dollars. */
    rate: z.object({ usdPerEur: z.number(), asOf: z.string(), source: z.string() }).nullable(),
  }),
  feasible: z.boolean(),
  conflicts: z.array(ConflictSchema),
  /** Counter-offers on the front of cost, resilience and compliance: what to ask instead and what it gives up. */
  alternatives: z.array(AlternativeSchema),
  /** What holds whatever is decided, and what a promise here cannot mean. */
  truths: z.array(z.object({ about: z.string(), says: z.string() })),
});

export type Decision = z.infer<typeof DecisionSchema>;
export type SpecialistName = (typeof SPECIALISTS)[number];
export type CostLine = z.infer<typeof CostLineSchema>;
export type OnceLine = z.infer<typeof OnceSchema>;
export type Alternative = z.infer<typeof AlternativeSchema>;
export type Conflict = z.infer<typeof ConflictSchema>;
export type Criterion = (typeof CRITERIA)[number];
export type Requirement = (typeof REQUIREMENTS)[number];
