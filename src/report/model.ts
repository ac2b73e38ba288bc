import { z } from "zod";

/** What a line of a report may be. There is no fifth kind. */
export const STANDINGS = ["proved", "attested", "rehearsed", "not proven"] as const;

export const LineSchema = z.object({
  text: z.string(),
  standing: z.enum(STANDINGS),
  /** Files under the run's directory that show it; empty when nothing does. */
  proof: z.array(z.string()),
});

export const SectionSchema = z.object({ title: z.string(), lines: z.array(LineSchema) });

export const PhaseReportSchema = z.object({
  number: z.number().int(),
  id: z.string(),
  name: z.string(),
  complete: z.boolean(),
  accomplishments: z.array(LineSchema),
  outputs: z.array(LineSchema),
  issues: z.array(LineSchema),
  next: z.string().nullable(),
});

export const ReportSchema = z.object({
  run: z.string(),
  planHash: z.string(),
  title: z.string(),
  /** `open`: the run goes on or waits at a gate; `stopped`: it waits for somebody's choice after a failure. */
  outcome: z.enum(["open", "stopped", "done", "cancelled", "rolled-back", "rejected"]),
  because: z.string(),
  rehearsal: z.boolean(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  phases: z.array(PhaseReportSchema),
  sections: z.array(SectionSchema),
  /** Where the chain of evidence ended when this was written: `slipway verify RUN --head HASH` misses no later cut. */
  evidence: z.object({ records: z.number().int(), head: z.string() }),
  /** How many lines of each standing, issues of the phases included. */
  tally: z.record(z.enum(STANDINGS), z.number().int()),
});

export type Line = z.infer<typeof LineSchema>;
export type Section = z.infer<typeof SectionSchema>;
export type PhaseReport = z.infer<typeof PhaseReportSchema>;
export type Report = z.infer<typeof ReportSchema>;
