import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HANDOFF_FOLDER } from "../../report/handoff/write.ts";
import { writeRunReports } from "../../report/write.ts";
import { runDirectory } from "../../run/home.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { runOf } from "../runs.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "report",
  summary: "the report of a run, made anew from its evidence",
  usage: "[RUN]",
  words: [0, 1],
  examples: ["slipway report last", "slipway report last --json", "slipway report last --html > report.html"],
  options: {
    html: { type: "boolean", about: "print the HTML" },
    runbook: { type: "boolean", about: "print the runbook" },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const run = await runOf(home, input.words[0] ?? null);
    if (!run.ok) return failWith(io, run.failure, json, EXIT.usage);
    const folder = runDirectory(home, run.value);
    const written = await writeRunReports(folder);
    if (!written.ok) return failWith(io, written.failure, json);
    const name = json
      ? "report.json"
      : input.flag("html")
        ? "report.html"
        : input.flag("runbook")
          ? join(HANDOFF_FOLDER, "runbook.md")
          : "report.md";
    io.out(await readFile(join(folder, name), "utf8"));
    return EXIT.done;
  },
};
