import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type Verification, verifyRun } from "../../evidence/verify.ts";
import { engineClient } from "../../run/engine/client.ts";
import { siteStatus } from "../../run/engine/site.ts";
import { type Home, runDirectory } from "../../run/home.ts";
import { type Command, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import type { Io } from "../io.ts";
import { runOf } from "../runs.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "verify",
  summary: "check a run's evidence offline",
  usage: "RUN|DIR",
  words: [1, 1],
  examples: ["slipway verify last", "slipway verify ./20261123-084512-1a2b --head 5d1f0c2a9b7e"],
  options: {
    head: {
      type: "string",
      value: "HASH",
      about: "a record the chain must hold: the head a report or another person has",
    },
    json: JSON_OPTION,
  },
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
    const given = input.text("head");
    if (given !== null && !HEAD.test(given)) {
      const wrong = usage(
        `--head takes 8 to 64 hex digits, not "${given}"`,
        "it stands in the report, under its title",
      );
      return failWith(io, wrong.failure, json, EXIT.usage);
    }
    const engines = given === null && run.ok ? await headOf(io, home, run.value) : null;
    const verified = await verifyRun(directory, given ?? engines);
    if (!verified.ok) return failWith(io, verified.failure, json);
    const against = given !== null ? "given" : engines !== null ? "engine" : null;
    if (json) io.out(`${JSON.stringify({ ...verified.value, against }, null, 2)}\n`);
    else io.out(verifiedText(verified.value, against));
    return EXIT.done;
  },
};

const HEAD = /^[0-9a-f]{8,64}$/;

function verifiedText({ records, raw, head, open }: Verification, against: "given" | "engine" | null): string {
  const reach =
    against === "given"
      ? "it reaches the head you gave"
      : against === "engine"
        ? "it reaches the head the engine keeps"
        : "compared with no head: records cut off its end would not be missed (--head HASH)";
  return [
    `evidence is whole: ${records} records, ${raw} outputs${open ? "; the run is still open" : ""}`,
    `head ${head}`,
    `${reach}\n`,
  ].join("\n");
}

/** Where the engine says the chain ends; null when it is not there to be asked, or the run has none yet. */
async function headOf(io: Io, home: Home, run: string): Promise<string | null> {
  if (siteStatus(home, io.env).engine === "down") return null;
  const state = await engineClient(home, io.env).status(run, 3_000);
  return state.ok && state.value !== null && state.value.head.seq > 0 ? state.value.head.hash : null;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
