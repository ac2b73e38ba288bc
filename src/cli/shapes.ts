import { z } from "zod";
import { BriefSchema } from "../brief/schema.ts";
import { DecisionSchema } from "../decide/schema.ts";
import { FailureSchema, ObservationSchema } from "../evidence/schema.ts";
import { PlanSchema } from "../plan/schema.ts";
import { ReportSchema } from "../report/model.ts";

/**
 * What the commands print with `--json`: the contract others script against. `docs/CLI.md` and `docs/schemas/` are made
 * from these, and tests hold what is really printed against them.
 */

/** Printed instead of a result by any command that failed. */
export const ErrorJsonSchema = z.object({ error: FailureSchema });

export const PlanJsonSchema = z.object({
  brief: BriefSchema,
  decision: DecisionSchema,
  plan: PlanSchema,
  /** A smaller command that does what was asked, where there is one. */
  hint: z.object({ command: z.string(), because: z.string(), line: z.string() }).nullable(),
});

export const CheckJsonSchema = z.object({
  at: z.string(),
  /** Where this look is kept, with the outputs it stands on. */
  folder: z.string(),
  tally: z.object({ met: z.number().int(), notMet: z.number().int(), notMeasured: z.number().int() }),
  runs: z.array(
    z.object({
      /** The run that put these ships up. */
      run: z.string(),
      ships: z.array(z.string()),
      /** Ships that answered just now. */
      up: z.array(z.string()),
      criteria: z.array(
        z.object({
          id: z.string(),
          group: z.string(),
          title: z.string(),
          wanted: z.string(),
          /** False where no plan promised it: then it counts for nothing, whatever was seen. */
          promised: z.boolean(),
          measured: z.string(),
          verdict: z.enum(["met", "not met", "not measured"]),
          because: z.string(),
          /** What it stands on; the output lies in the folder's `raw/`. */
          observation: ObservationSchema.nullable(),
        }),
      ),
    }),
  ),
});

export const StatusJsonSchema = z.object({
  run: z.string(),
  planHash: z.string(),
  by: z.string(),
  rehearsal: z.boolean(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  status: z.enum([
    "waiting",
    "running",
    "paused",
    "stopped",
    "rolling-back",
    "done",
    "rejected",
    "cancelled",
    "rolled-back",
  ]),
  phase: z.number().int(),
  marks: z.string(),
  doing: z.record(z.string(), z.string()),
  attempts: z.record(z.string(), z.number().int()),
  gate: z
    .object({
      id: z.string(),
      shows: z.string(),
      irreversible: z.boolean(),
      /** What an approval of it is bound to: the plan's hash, or the proposed fix's. */
      hash: z.string(),
      openedAt: z.string(),
      expiresAt: z.string(),
      kind: z.enum(["phase", "fix"]),
    })
    .nullable(),
  approvals: z.array(z.object({ gate: z.string(), by: z.string(), at: z.string(), hash: z.string() })),
  problem: z
    .object({
      step: z.string(),
      failure: FailureSchema,
      fix: z
        .object({
          hash: z.string(),
          diagnosis: z.string(),
          steps: z.array(z.object({ purpose: z.string(), by: z.enum(["you", "slipway"]) })),
        })
        .nullable(),
      alternatives: z.array(z.string()),
    })
    .nullable(),
  wanted: z.enum(["run", "pause", "cancel", "rollback"]),
  limits: z.object({ parallel: z.number().int(), perHost: z.number().int(), gateHours: z.number() }),
  preapproved: z.array(z.string()),
  /** How far the run's evidence reaches. */
  evidence: z.object({ records: z.number().int(), head: z.string() }),
  /** What keeps the run's handlers from going on; null when nothing does. */
  blocked: z.string().nullable(),
  /** Everything the run waits for, each with what ends the wait and when it ends in any case. */
  waits: z.array(z.object({ for: z.string(), ends: z.array(z.string()), until: z.string().nullable() })),
  steps: z.object({
    total: z.number().int(),
    done: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    failed: z.number().int(),
    running: z.number().int(),
    ready: z.number().int(),
    undone: z.number().int(),
    kept: z.number().int(),
  }),
});

/** `launch` and `watch`: the run as it came to rest, and where its reports lie. */
export const LaunchJsonSchema = StatusJsonSchema.extend({
  reports: z.object({ markdown: z.string(), html: z.string(), json: z.string() }),
});

export const SiteJsonSchema = z.object({
  site: z.object({
    engine: z.enum(["ours", "external", "down"]),
    enginePid: z.number().int().nullable(),
    worker: z.enum(["up", "down"]),
    workerPid: z.number().int().nullable(),
  }),
  /** The ten newest that the engine knows. */
  runs: z.array(StatusJsonSchema),
  /** Runs with a directory that the engine knows nothing of: their launch was cut off before they began. */
  unknown: z.array(z.string()),
  total: z.number().int(),
});

export const VerifyJsonSchema = z.object({
  records: z.number().int(),
  head: z.string(),
  raw: z.number().int(),
  extra: z.number().int(),
  planHash: z.string().nullable(),
  open: z.boolean(),
  /** What the chain was held against besides itself: a head that was given, the engine's, or none. */
  against: z.enum(["given", "engine"]).nullable(),
});

export const ShipJsonSchema = z.object({
  name: z.string(),
  kind: z.enum(["galaxy", "star", "planet", "moon", "comet"]),
  parent: z.string(),
  lease: z.object({
    token: z.number().int(),
    holder: z.object({ host: z.string(), machineId: z.string(), run: z.string(), since: z.string() }).nullable(),
    pierId: z.string(),
    lastEvent: z.number().int().nullable(),
  }),
});

export const ReportJsonSchema = ReportSchema;
