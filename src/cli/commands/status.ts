import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { engineClient } from "../../run/engine/client.ts";
import { siteStatus } from "../../run/engine/site.ts";
import { runDirectory } from "../../run/home.ts";
import { isOver, type RunState } from "../../run/state.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import type { Io } from "../io.ts";
import { runNames, runOf } from "../runs.ts";
import { homeOf } from "../site.ts";
import { statusJson, statusText } from "../status-text.ts";

const SHOWN = 10;

export const command: Command = {
  name: "status",
  summary: "what runs, and what each wait waits for",
  usage: "[RUN]",
  words: [0, 1],
  examples: ["slipway status", "slipway status last --json"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const site = siteStatus(home, io.env);
    const engine = engineClient(home, io.env);
    const show = async (run: string): Promise<{ state: RunState; blocked: string | null } | null> => {
      if (site.engine === "down") return null;
      const state = await engine.status(run);
      if (!state.ok || state.value === null) return null;
      const blocked = isOver(state.value.status) ? null : await engine.blocked(run);
      return { state: state.value, blocked: blocked?.ok ? blocked.value : null };
    };
    if (input.words[0] !== undefined) {
      const run = await runOf(home, input.words[0]);
      if (!run.ok) return failWith(io, run.failure, json, EXIT.usage);
      const shown = await show(run.value);
      if (shown === null) return failWith(io, DOWN, json);
      io.out(
        json
          ? `${JSON.stringify(statusJson(shown.state, shown.blocked), null, 2)}\n`
          : statusText(io, shown.state, shown.blocked),
      );
      return EXIT.done;
    }
    const names = (await runNames(home)).slice(0, SHOWN);
    const runs = [];
    for (const name of names) {
      const shown = await show(name);
      if (shown !== null) runs.push(shown);
    }
    if (json) {
      io.out(
        `${JSON.stringify({ site, runs: runs.map(({ state, blocked }) => statusJson(state, blocked)) }, null, 2)}\n`,
      );
      return EXIT.done;
    }
    io.out(`engine ${site.engine}, worker ${site.worker}, state in ${home.root}\n`);
    if (site.engine === "down" && names.length > 0)
      io.out(`${names.length} run(s) on disk; they go on with: slipway up\n`);
    for (const { state, blocked } of runs) io.out(statusText(io, state, blocked));
    await sayNothingYet(io, names.length);
    return EXIT.done;
  },
};

const DOWN = {
  kind: "transient",
  code: "engine-down",
  what: "the engine is not running, so the run's state cannot be asked for",
  next: "slipway up",
} as const;

async function sayNothingYet(io: Io, runs: number): Promise<void> {
  if (runs === 0)
    io.out('no run yet; try: slipway launch "Deploy 3 fake ships to dev, staging and production" --twin\n');
}

/** Whether a run's directory holds evidence at all: a run the engine forgot can still be verified and reported. */
export async function hasEvidence(io: Io, run: string): Promise<boolean> {
  return readFile(join(runDirectory(homeOf(io), run), "evidence.jsonl")).then(
    () => true,
    () => false,
  );
}
