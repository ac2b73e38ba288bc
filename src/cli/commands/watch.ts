import { readPlan } from "../../run/plans.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { follow, left } from "../follow.ts";
import { interruption } from "../io.ts";
import { printRest } from "../outcome.ts";
import { progressPrinter } from "../progress.ts";
import { runOf, unknownRun } from "../runs.ts";
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
    if (state.value === null) return failWith(io, unknownRun(home, run.value), json, EXIT.usage);
    const plan = await readPlan(home, state.value.planHash);
    if (!plan.ok) return failWith(io, plan.failure, json);
    const printer = progressPrinter(json ? { ...io, out: () => undefined } : io, plan.value);
    const interrupted = interruption(io);
    const rested = await follow(io, home, engine.value, run.value, printer, interrupted.signal);
    interrupted.release();
    printer.end();
    if (!rested.ok) return failWith(io, rested.failure, json);
    if (rested.value === null) return left(io, run.value);
    return printRest(io, home, rested.value, json);
  },
};
