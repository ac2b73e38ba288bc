import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { verifyRun } from "../../evidence/verify.ts";
import { runDirectory } from "../../run/home.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { runOf } from "../runs.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "verify",
  summary: "check a run's evidence offline",
  usage: "RUN|DIR",
  words: [1, 1],
  examples: ["slipway verify last", "slipway verify ./20261123-084512-1a2b"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const word = input.words[0] ?? "";
    const run = await runOf(home, word);
    const folder = resolve(io.cwd, word);
    const directory = run.ok ? runDirectory(home, run.value) : (await isFolder(folder)) ? folder : null;
    if (directory === null) {
      const what = `${word} is neither a run nor a directory`;
      return failWith(
        io,
        { kind: "configuration", code: "no-such-run", what, next: "slipway status" },
        json,
        EXIT.usage,
      );
    }
    const verified = await verifyRun(directory);
    if (!verified.ok) return failWith(io, verified.failure, json);
    if (json) io.out(`${JSON.stringify(verified.value, null, 2)}\n`);
    else
      io.out(
        `evidence is whole: ${verified.value.records} records, ${verified.value.raw} outputs${verified.value.open ? "; the run is still open" : ""}\n`,
      );
    return EXIT.done;
  },
};

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
