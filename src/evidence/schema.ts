import { z } from "zod";

/**
 * One look at the world, as it is kept: what was run where, when, and the digest of everything it printed.
 * The output itself lies in the run's `raw/` under its SHA-256, already stripped of secrets.
 */
export const ObservationSchema = z.object({
  /** ISO 8601 UTC, the worker's clock when the command ended. */
  at: z.string(),
  host: z.string(),
  /** What was run, as a person could type it; never with a secret in it. */
  command: z.string(),
  /** Exit status; null when the command was cut off or there was none (a twin's operation). */
  exit: z.number().int().nullable(),
  rawSha256: z.string().length(64),
  rawBytes: z.number().int(),
  /** True when a twin answered: such a line can never be `proved`. */
  rehearsed: z.boolean(),
});

/** One validation criterion of a step, with the observation that decides it. */
export const CheckResultSchema = z.object({
  /** The criterion as the plan states it. */
  check: z.string(),
  passed: z.boolean(),
  /** What was seen, in one line. */
  detail: z.string(),
  observation: ObservationSchema.nullable(),
});

/** A failure as it is kept: `base/outcome.ts` says what its parts mean. */
export const FailureSchema = z.object({
  kind: z.enum(["transient", "configuration", "critical"]),
  code: z.string(),
  what: z.string(),
  why: z.string().optional(),
  next: z.string(),
});

/** What a record of the chain can say. */
export const RecordBodySchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("run-started"),
    run: z.string(),
    planHash: z.string(),
    by: z.string(),
    rehearsal: z.boolean(),
  }),
  z.object({ kind: z.literal("gate-opened"), gate: z.string(), shows: z.string(), expiresAt: z.string() }),
  /** `hash`: of what was approved, the plan or a fix that was proposed. */
  z.object({
    kind: z.literal("gate-approved"),
    gate: z.string(),
    of: z.enum(["plan", "fix"]),
    hash: z.string(),
    by: z.string(),
  }),
  z.object({ kind: z.literal("gate-rejected"), gate: z.string(), by: z.string(), because: z.string() }),
  /** What a person told the run besides opening or refusing a gate. */
  z.object({
    kind: z.literal("ordered"),
    order: z.enum(["pause", "resume", "cancel", "rollback"]),
    by: z.string(),
  }),
  z.object({ kind: z.literal("attested"), claim: z.string(), by: z.string(), fileSha256: z.string().nullable() }),
  z.object({
    kind: z.literal("step-done"),
    step: z.string(),
    phase: z.string(),
    specialist: z.string(),
    host: z.string().nullable(),
    ship: z.string().nullable(),
    purpose: z.string(),
    /** True when the step found the wished state and changed nothing. */
    unchanged: z.boolean(),
    /** What the step made or found, in words: the report's accomplishments. */
    accomplished: z.array(z.string()),
    outputs: z.record(z.string(), z.unknown()),
    checks: z.array(CheckResultSchema),
    attempt: z.number().int(),
  }),
  /** A transient failure that is tried again; `tries` counts from one. */
  z.object({
    kind: z.literal("step-retried"),
    step: z.string(),
    phase: z.string(),
    failure: FailureSchema,
    tries: z.number().int(),
  }),
  z.object({
    kind: z.literal("step-failed"),
    step: z.string(),
    phase: z.string(),
    failure: FailureSchema,
    attempt: z.number().int(),
    observations: z.array(ObservationSchema),
  }),
  /** The run waits for a person to choose: nothing goes on by itself. */
  z.object({
    kind: z.literal("run-stopped"),
    step: z.string(),
    because: z.string(),
    alternatives: z.array(z.string()),
  }),
  z.object({
    kind: z.literal("step-undone"),
    step: z.string(),
    detail: z.string(),
    undone: z.boolean(),
    checks: z.array(CheckResultSchema),
  }),
  z.object({ kind: z.literal("phase-done"), phase: z.string(), name: z.string() }),
  z.object({
    kind: z.literal("run-ended"),
    outcome: z.enum(["done", "cancelled", "rolled-back", "rejected"]),
    because: z.string(),
  }),
]);

/** One line of `evidence.jsonl`: `hash` = SHA-256 of the canonical JSON of the other members, `prev` the line before. */
export const EvidenceRecordSchema = z.strictObject({
  seq: z.number().int(),
  at: z.string(),
  prev: z.string().length(64),
  body: RecordBodySchema,
  hash: z.string().length(64),
});

export type Observation = z.infer<typeof ObservationSchema>;
export type CheckResult = z.infer<typeof CheckResultSchema>;
export type RecordBody = z.infer<typeof RecordBodySchema>;
export type EvidenceRecord = z.infer<typeof EvidenceRecordSchema>;
