import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../base/files.ts";
import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { unwritable } from "../evidence/chain.ts";
import { readRecords } from "../evidence/read.ts";
import type { EvidenceRecord } from "../evidence/schema.ts";
import type { Plan } from "../plan/schema.ts";
import { buildReport } from "./build.ts";
import { handoffFacts } from "./handoff/facts.ts";
import { HANDOFF_FOLDER, writeHandoff } from "./handoff/write.ts";
import { reportHtml } from "./html.ts";
import { reportMarkdown } from "./markdown.ts";
import type { Report } from "./model.ts";

interface RunRecord {
  readonly plan: Plan;
  readonly records: readonly EvidenceRecord[];
}

/** A run's plan and records, out of its directory. */
export async function readRunRecord(directory: string): Promise<Outcome<RunRecord>> {
  let plan: Plan;
  const records: EvidenceRecord[] = [];
  try {
    plan = JSON.parse(await readFile(join(directory, "plan.json"), "utf8")) as Plan;
    for await (const record of readRecords(directory)) records.push(record);
  } catch (error) {
    return configuration(
      "evidence-missing",
      `${directory} holds no readable run`,
      "slipway status",
      (error as Error).message,
    );
  }
  return ok({ plan, records });
}

/** Writes a run's reports beside its evidence: report.json, report.md, report.html, and the handoff's pages. */
export async function writeRunReports(directory: string): Promise<Outcome<Report>> {
  const read = await readRunRecord(directory);
  if (!read.ok) return read;
  const { plan, records } = read.value;
  const report = buildReport(plan, records, new Date().toISOString());
  try {
    await writeHandoff(join(directory, HANDOFF_FOLDER), handoffFacts(plan, records, directory));
    await writeFileAtomic(join(directory, "report.json"), `${JSON.stringify(report, null, 1)}\n`);
    await writeFileAtomic(join(directory, "report.html"), reportHtml(report));
    // Last: whoever waits for the report waits for this one.
    await writeFileAtomic(join(directory, "report.md"), reportMarkdown(report));
  } catch (error) {
    return unwritable(error as NodeJS.ErrnoException);
  }
  return ok(report);
}
