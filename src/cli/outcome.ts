import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Home, runDirectory } from "../run/home.ts";
import type { RunState } from "../run/state.ts";
import { EXIT, exitOf } from "./exit.ts";
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

/** Prints what there is to say when a run rests: its state, and where the report and its proof lie. */
export async function printRest(io: Io, home: Home, state: RunState, json: boolean): Promise<number> {
  const folder = runDirectory(home, state.run);
  const reports = {
    markdown: join(folder, "report.md"),
    html: join(folder, "report.html"),
    json: join(folder, "report.json"),
  };
  if (json) {
    io.out(`${JSON.stringify({ ...statusJson(state, null), reports }, null, 2)}\n`);
    return exitOfRun(state);
  }
  if (state.status === "done" || state.status === "rolled-back") {
    io.out(`\n${await settled(reports.markdown, state)}\n`);
  } else io.out(`\n${statusText(io, state)}`);
  io.out(`\nReport:   ${reports.html}\nEvidence: ${folder}   (check it: slipway verify ${state.run})\n`);
  return exitOfRun(state);
}

/** The worker writes the report just after the run's last record; give it its moment. One of an earlier end will not do. */
async function settled(file: string, state: RunState): Promise<string> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      const text = await readFile(file, "utf8");
      if (state.endedAt === null || text.includes(` to ${state.endedAt}`)) return text.trimEnd();
    } catch {
      // not written yet
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return `The report is not written yet; ask again: slipway report ${state.run}`;
}
