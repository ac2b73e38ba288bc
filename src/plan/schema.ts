import { z } from "zod";
import { ENVIRONMENTS, FRAMEWORKS, INTENTS, PLATFORMS } from "../brief/schema.ts";
import { SPECIALISTS } from "../decide/schema.ts";
import { PARTNERS } from "../specialists/names.ts";

/** A host name of at least two labels, in lower case. */
export const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const ACME_DIRECTORY = /^https:\/\/[A-Za-z0-9.:[\]_~/-]+$/;
export const EMAIL = /^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$/;

export const EFFECTS = ["reversible", "compensatable", "irreversible"] as const;

/** A host as the plan sees it: a name in the inventory and how to reach it. */
export const HostTargetSchema = z.object({
  name: z.string(),
  /** OpenSSH destination (`root@10.77.0.11`, an alias of `~/.ssh/config`), `local`, or `twin`. */
  address: z.string(),
  /** What the piers are encrypted on at the strict level; left out: a file, unlocked by a key file. */
  volume: z
    .object({
      /** An empty block device; null for a file on the host's own disk. */
      device: z.string().nullable(),
      unlock: z.enum(["key-file", "tpm2", "person"]),
    })
    .optional(),
});

/** A ship as the plan places it. */
export const ShipTargetSchema = z.object({
  /** The @p, with its sig. */
  name: z.string(),
  fake: z.boolean(),
  environment: z.enum(ENVIRONMENTS),
  host: z.string(),
  amesPort: z.number().int(),
  httpPort: z.number().int(),
  /** log2 of the loom in bytes, recorded per ship: a state grown past 31 must always start with the bigger value. */
  loom: z.number().int(),
  /** Where the key is read from when it is needed (`file:/path`); null for a fake ship or a comet. Never the key. */
  keyRef: z.string().nullable(),
  /** The name it is served under over HTTPS; left out where none was given. */
  domain: z.string().regex(DOMAIN).optional(),
});

/** Who issues certificates. */
export const AcmeSchema = z.object({
  /** The ACME server's directory. */
  directory: z.string().regex(ACME_DIRECTORY),
  /** PEM certificates it and what it issues are known by; null where every system knows them. */
  roots: z.string().nullable(),
  /** Told by the issuer of what goes wrong. */
  email: z.string().regex(EMAIL).nullable(),
});

/** What the engine runs for a step: a step of the catalogue and the targets it works on. */
export const ActionSchema = z.object({
  kind: z.string(),
  host: z.string().nullable(),
  ship: z.string().nullable(),
  phase: z.string(),
});

export const PlanStepSchema = z.object({
  id: z.string(),
  /** One of Slipway's own, or a partner the work is handed to by name. */
  specialist: z.enum([...SPECIALISTS, ...PARTNERS]),
  purpose: z.string(),
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  checks: z.array(z.string()),
  effect: z.enum(EFFECTS),
  needs: z.array(z.string()),
  /** Estimated minutes. */
  minutes: z.object({ low: z.number(), high: z.number() }),
  /** True when the minutes are people at work, eight hours a day and five days a week; else they run day and night. */
  working: z.boolean(),
  /** What carrying it out adds to the monthly bill, in USD. */
  cost: z.object({ lowUsd: z.number(), highUsd: z.number() }),
  /** What can go wrong, and what the step does about it. */
  risk: z.object({ level: z.enum(["low", "medium", "high"]), what: z.string(), answer: z.string() }),
  action: ActionSchema,
});

export const GateSchema = z.object({
  id: z.string(),
  shows: z.string(),
  /** True when what stands behind it cannot be undone: `--yes` never approves it. */
  irreversible: z.boolean(),
});

export const PhaseSchema = z.object({
  id: z.string(),
  name: z.string(),
  gate: GateSchema.nullable(),
  steps: z.array(PlanStepSchema),
});

/** The vere binary and boot pill every ship of the plan gets. Null digests are pinned at launch, before approval. */
export const RuntimeTargetSchema = z.object({
  version: z.string(),
  vereSha256: z.string().nullable(),
  pillSha256: z.string().nullable(),
});

/** Somebody who is told of alerts. A secret is a file of root's on the monitoring host: Slipway names it and never reads it. */
export const ReceiverSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("webhook"),
    url: z.string(),
    /** Holds a bearer token. */
    secretFile: z.string().nullable(),
    /** Where the receiver shows what it got, as the monitoring host reaches it: then nobody has to acknowledge by hand. */
    readBack: z.string().nullable(),
  }),
  z.object({
    kind: z.literal("pagerduty"),
    /** Events API v2; null for PagerDuty's own. */
    url: z.string().nullable(),
    /** Holds the routing key. */
    secretFile: z.string(),
    readBack: z.string().nullable(),
  }),
  z.object({
    kind: z.literal("email"),
    to: z.string(),
    from: z.string(),
    /** HOST:PORT of the mail server. */
    smarthost: z.string(),
    user: z.string().nullable(),
    /** Holds the mail server's password. */
    secretFile: z.string().nullable(),
    readBack: z.null(),
  }),
]);

/** Where monitoring lives, apart from what it watches, and who is told. */
export const MonitorSchema = z.object({
  /** A host of the plan. */
  host: z.string(),
  receivers: z.array(ReceiverSchema),
  retentionDays: z.number().int().positive(),
  /** Divides every duration of the rules: 1 in earnest, more in a drill. */
  pace: z.number().positive(),
});

/** When it will be done, against when it was asked for, and what takes the time. */
export const TimelineSchema = z.object({
  /** Against `timelineDays`. `within`: even the high estimate is in time. `uncertain`: only the low one is. */
  verdict: z.enum(["within", "uncertain", "beyond", "not asked"]),
  /** The longest chain of steps by the high estimate: shortening any other step shortens nothing. */
  criticalPath: z.array(z.string()),
  /** What takes most of the high estimate, biggest first. */
  dominatedBy: z.array(z.object({ what: z.string(), days: z.number(), percent: z.number() })),
});

export const PlanSchema = z.object({
  /** SHA-256 of the canonical JSON of every other member. */
  hash: z.string(),
  complexity: z.enum(["simple", "medium", "complex"]),
  /** Calendar days from the approval of the plan to its last step. */
  days: z.object({ low: z.number(), high: z.number() }),
  timeline: TimelineSchema,
  intent: z.enum(INTENTS),
  platform: z.enum(PLATFORMS),
  securityLevel: z.enum(["basic", "standard", "strict"]),
  controls: z.array(z.string()),
  monitoringLevel: z.enum(["none", "standard", "full"]),
  compliance: z.array(z.enum(FRAMEWORKS)),
  regions: z.array(z.string()),
  disasterRecovery: z.boolean(),
  slo: z.object({ uptimePercent: z.number().nullable(), responseMs: z.number().nullable() }),
  monthlyUsd: z.number().nullable(),
  budgetUsdPerMonth: z.number().nullable(),
  timelineDays: z.number().nullable(),
  /** What the decision asks for and this version does not set: every report lists it as not proven. */
  notCovered: z.array(z.string()),
  runtime: RuntimeTargetSchema,
  hosts: z.array(HostTargetSchema),
  /** Null where nobody named a host for it. */
  monitor: MonitorSchema.nullable(),
  ships: z.array(ShipTargetSchema),
  /** Who issues the certificates of the ships' domains; left out where HTTPS is not set up. */
  acme: AcmeSchema.optional(),
  phases: z.array(PhaseSchema),
});

export type HostTarget = z.infer<typeof HostTargetSchema>;
export type ShipTarget = z.infer<typeof ShipTargetSchema>;
export type Action = z.infer<typeof ActionSchema>;
export type PlanStep = z.infer<typeof PlanStepSchema>;
export type Phase = z.infer<typeof PhaseSchema>;
export type Gate = z.infer<typeof GateSchema>;
export type Plan = z.infer<typeof PlanSchema>;
export type Acme = z.infer<typeof AcmeSchema>;
export type Monitor = z.infer<typeof MonitorSchema>;
export type Receiver = Monitor["receivers"][number];
export type Timeline = z.infer<typeof TimelineSchema>;
export type Effect = PlanStep["effect"];
