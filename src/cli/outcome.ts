import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeRunReports } from "../report/write.ts";
import { type Home, runDirectory } from "../run/home.ts";
import { isOver, type RunState } from "../run/state.ts";
import { EXIT, exitOf, failWith } from "./exit.ts";
import type { Io } from "./io.ts";
import { statusJson, statusText } from "./status-text.ts";

/** How a run that came to rest ends a command. */
export function exitOfRun(state: RunState): number {
  switch (state.status) {
    case "done":
      return EXIT.done;
    case "waiting":
    case "paused":
      return EXIT.waiting;
    case "stopped":
      return state.problem === null ? EXIT.failed : exitOf(state.problem.failure);
    default:
      return EXIT.failed;
  }
}

/** Prints what there is to say when a run rests: its state or report, and where the report and its proof lie. */
export async function printRest(io: Io, home: Home, state: RunState, json: boolean): Promise<number> {
  const folder = runDirectory(home, state.run);
  // The worker writes them too; whoever is first, they are made of the same records.
  const written = await writeRunReports(folder);
  if (!written.ok) return failWith(io, written.failure, json);
  const reports = {
    markdown: join(folder, "report.md"),
    html: join(folder, "report.html"),
    json: join(folder, "report.json"),
  };
  if (json) {
    io.out(`${JSON.stringify({ ...statusJson(state, null), reports }, null, 2)}\n`);
    return exitOfRun(state);
  }
  const text = isOver(state.status) ? await readFile(reports.markdown, "utf8") : statusText(io, state);
  io.out(`\n${text.trimEnd()}\n`);
  io.out(`\nReport:   ${reports.html}\nEvidence: ${folder}   (check it: slipway verify ${state.run})\n`);
  return exitOfRun(state);
}
