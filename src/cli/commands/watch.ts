import { readPlan } from "../../run/plans.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { follow } from "../follow.ts";
import { printRest } from "../outcome.ts";
import { progressPrinter } from "../progress.ts";
import { runOf } from "../runs.ts";
import { homeOf, readyEngine } from "../site.ts";

export const command: Command = {
  name: "watch",
  summary: "follow a run until it ends or waits",
  usage: "[RUN]",
  words: [0, 1],
  examples: ["slipway watch last"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const run = await runOf(home, input.words[0] ?? null);
    if (!run.ok) return failWith(io, run.failure, json, EXIT.usage);
    const engine = await readyEngine(io, home);
    if (!engine.ok) return failWith(io, engine.failure, json);
    const state = await engine.value.status(run.value);
    if (!state.ok) return failWith(io, state.failure, json);
    if (state.value === null) {
      const what = `the engine knows no run ${run.value}`;
      return failWith(io, { kind: "configuration", code: "no-such-run", what, next: "slipway status" }, json);
    }
    const printer = progressPrinter(
      json ? { ...io, out: () => undefined } : io,
      await readPlan(home, state.value.planHash),
    );
    const rested = await follow(io, home, engine.value, run.value, printer);
    printer.end();
    if (!rested.ok) return failWith(io, rested.failure, json);
    if (rested.value === null) {
      io.err(`\nthe run goes on; look again: slipway watch ${run.value}, stop it: slipway pause ${run.value}\n`);
      return EXIT.interrupted;
    }
    return printRest(io, home, rested.value, json);
  },
};
