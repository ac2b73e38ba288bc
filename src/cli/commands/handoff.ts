import { resolve } from "node:path";
import { handoffFacts } from "../../report/handoff/facts.ts";
import { writeHandoff } from "../../report/handoff/write.ts";
import { readRunRecord } from "../../report/write.ts";
import { runDirectory } from "../../run/home.ts";
import { type Command, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { runOf } from "../runs.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "handoff",
  summary: "runbook, incident response, training and follow-up of a run",
  usage: "RUN",
  words: [1, 1],
  examples: ["slipway handoff last --out handoff/", "slipway handoff last --out handoff/ --json"],
  options: {
    out: { type: "string", value: "DIR", about: "where the pages go; they lie beside the run's report as well" },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const out = input.text("out");
    if (out === null) return failWith(io, usage("nowhere to put the pages", "--out DIR").failure, json, EXIT.usage);
    const run = await runOf(home, input.words[0] ?? "");
    if (!run.ok) return failWith(io, run.failure, json, EXIT.usage);
    const directory = runDirectory(home, run.value);
    const read = await readRunRecord(directory);
    if (!read.ok) return failWith(io, read.failure, json);
    const facts = handoffFacts(read.value.plan, read.value.records, directory);
    try {
      const files = await writeHandoff(resolve(io.cwd, out), facts);
      const ships = facts.ships.map(({ name }) => name);
      if (json) io.out(`${JSON.stringify({ run: run.value, ships, files }, null, 2)}\n`);
      else io.out(`${ships.length} ship(s) of run ${run.value}:\n${files.map((file) => `  ${file}\n`).join("")}`);
      return EXIT.done;
    } catch (error) {
      const what = `${resolve(io.cwd, out)} cannot be written`;
      const why = (error as Error).message;
      return failWith(
        io,
        { kind: "configuration", code: "out-unwritable", what, why, next: "--out DIR, one of yours" },
        json,
      );
    }
  },
};
