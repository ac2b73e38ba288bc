import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../base/files.ts";
import { calendarIcs } from "./calendar.ts";
import type { HandoffFacts } from "./facts.ts";
import { followUpMarkdown, followUps } from "./follow-up.ts";
import { incidentsMarkdown } from "./incidents.ts";
import { runbookMarkdown, runbookOf } from "./runbook.ts";
import { trainingMarkdown } from "./training.ts";

/** Where a run's handoff lies, beside its report. */
export const HANDOFF_FOLDER = "handoff";

/** Writes the runbook (for people, and as data), the incident response plan, the training page and the calendar. */
export async function writeHandoff(folder: string, facts: HandoffFacts): Promise<readonly string[]> {
  const runbook = runbookOf(facts);
  // Made one at a time: a large fleet's runbook is megabytes.
  const files: Readonly<Record<string, () => string>> = {
    "runbook.md": () => runbookMarkdown(facts, runbook),
    "runbook.json": () => `${JSON.stringify(runbook, null, 1)}\n`,
    "incident-response.md": () => incidentsMarkdown(facts, runbook),
    "training.md": () => trainingMarkdown(facts, runbook),
    "follow-up.md": () => followUpMarkdown(facts),
    "follow-up.ics": () => calendarIcs(facts.run, facts.at, followUps(facts)),
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, make] of Object.entries(files)) await writeFileAtomic(join(folder, name), make());
  return Object.keys(files).map((name) => join(folder, name));
}
