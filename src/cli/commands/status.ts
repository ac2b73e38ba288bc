import { type Outcome, ok, transient } from "../../base/outcome.ts";
import { type Engine, engineClient } from "../../run/engine/client.ts";
import { siteStatus } from "../../run/engine/site.ts";
import { isOver, type RunState } from "../../run/state.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { runNames, runOf, unknownRun } from "../runs.ts";
import { homeOf } from "../site.ts";
import { statusJson, statusText } from "../status-text.ts";

const SHOWN = 10;

interface Shown {
  readonly state: RunState;
  /** What keeps the run's handlers from going on; null when nothing does. */
  readonly blocked: string | null;
}

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
    if (input.words[0] !== undefined) {
      const run = await runOf(home, input.words[0]);
      if (!run.ok) return failWith(io, run.failure, json, EXIT.usage);
      if (site.engine === "down") return failWith(io, DOWN.failure, json);
      const found = await look(engine, run.value);
      if (!found.ok) return failWith(io, found.failure, json);
      if (found.value === null) return failWith(io, unknownRun(home, run.value), json);
      const { state, blocked } = found.value;
      io.out(json ? `${JSON.stringify(statusJson(state, blocked), null, 2)}\n` : statusText(io, state, blocked));
      return EXIT.done;
    }
    const names = await runNames(home);
    const runs: Shown[] = [];
    const unknown: string[] = [];
    for (const name of site.engine === "down" ? [] : names.slice(0, SHOWN)) {
      const found = await look(engine, name);
      if (!found.ok) return failWith(io, found.failure, json);
      if (found.value === null) unknown.push(name);
      else runs.push(found.value);
    }
    if (json) {
      const shown = runs.map(({ state, blocked }) => statusJson(state, blocked));
      io.out(`${JSON.stringify({ site, runs: shown, unknown, total: names.length }, null, 2)}\n`);
      return EXIT.done;
    }
    io.out(`engine ${site.engine}, worker ${site.worker}, state in ${home.root}\n`);
    for (const { state, blocked } of runs) io.out(statusText(io, state, blocked));
    for (const name of unknown) io.out(`${name}  never started: ${unknownRun(home, name).next}\n`);
    if (names.length === 0) io.out(NONE_YET);
    else if (site.engine === "down") io.out(`${names.length} run(s) on disk; they go on with: slipway up\n`);
    else if (names.length > SHOWN) io.out(`and ${names.length - SHOWN} older run(s)\n`);
    return EXIT.done;
  },
};

async function look(engine: Engine, run: string): Promise<Outcome<Shown | null>> {
  const state = await engine.status(run);
  if (!state.ok || state.value === null) return state.ok ? ok(null) : state;
  const blocked = isOver(state.value.status) ? null : await engine.blocked(run);
  return ok({ state: state.value, blocked: blocked?.ok ? blocked.value : null });
}

const DOWN = transient(
  "engine-down",
  "the engine is not running, so the run's state cannot be asked for",
  "slipway up; what the run did so far: slipway report RUN",
);

const NONE_YET = 'no run yet; try: slipway launch "Deploy 3 fake ships to dev, staging and production" --twin\n';
