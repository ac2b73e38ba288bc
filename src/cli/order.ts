import type { Failure } from "../base/outcome.ts";
import type { Command as Order } from "../run/commands.ts";
import type { Engine } from "../run/engine/client.ts";
import { isAtRest, type RunState } from "../run/state.ts";
import { BY_OPTION, type Command, type Input, JSON_OPTION, type OptionSpec, usage } from "./command.ts";
import { EXIT, failWith } from "./exit.ts";
import type { Io } from "./io.ts";
import { runOf, unknownRun } from "./runs.ts";
import { approver, homeOf, NOBODY, readyEngine } from "./site.ts";
import { statusJson, statusText } from "./status-text.ts";

interface OrderCommand {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly string[];
  readonly options?: Readonly<Record<string, OptionSpec>>;
  readonly words?: readonly [number, number];
  /** Options that must be given, and say something. */
  readonly required?: readonly string[];
  /** The order, from the input and the run as it is now. */
  order(input: Input, state: RunState, by: string): Order;
}

/** A command that tells a run something: finds the run, sends the order, shows what the run is now. */
export function orderCommand(spec: OrderCommand): Command {
  return {
    name: spec.name,
    summary: spec.summary,
    usage: spec.usage,
    examples: spec.examples,
    words: spec.words ?? [1, 1],
    options: { ...spec.options, by: BY_OPTION, json: JSON_OPTION },
    run: async (input, io) => give(spec, input, io),
  };
}

async function give(spec: OrderCommand, input: Input, io: Io): Promise<number> {
  const json = input.flag("json");
  const home = homeOf(io);
  const by = approver(input);
  if (by === "") return failWith(io, NOBODY, json, EXIT.usage);
  const missing = spec.required?.find((option) => !input.text(option)?.trim());
  if (missing !== undefined)
    return failWith(
      io,
      usage(`slipway ${spec.name} needs --${missing}`, `slipway ${spec.name} --help`).failure,
      json,
      EXIT.usage,
    );
  const name = await runOf(home, input.words[0] ?? null);
  if (!name.ok) return failWith(io, name.failure, json, EXIT.usage);
  const engine = await readyEngine(io, home);
  if (!engine.ok) return failWith(io, engine.failure, json);
  const state = await engine.value.status(name.value);
  if (!state.ok) return failWith(io, state.failure, json);
  if (state.value === null) return failWith(io, unknownRun(home, name.value), json, EXIT.usage);
  const order = spec.order(input, state.value, by);
  const answer = await engine.value.command(name.value, { ...order, at: new Date().toISOString() });
  if (!answer.ok) return failWith(io, await explained(engine.value, name.value, answer.failure), json);
  if (json) io.out(`${JSON.stringify(statusJson(answer.value, null), null, 2)}\n`);
  else {
    io.out(statusText(io, answer.value));
    if (!isAtRest(answer.value.status)) io.out(`  follow it: slipway watch ${name.value}\n`);
  }
  return EXIT.done;
}

/** An order the run cannot take in now stays with the engine: that is no failure to give it again for. */
async function explained(engine: Engine, run: string, failure: Failure): Promise<Failure> {
  if (failure.code !== "engine-silent") return failure;
  const blocked = await engine.blocked(run);
  if (!blocked.ok || blocked.value === null) return failure;
  return {
    kind: "transient",
    code: "run-held-up",
    what: `the engine has the order, but run ${run} is held up and will take it in when it goes on`,
    why: blocked.value,
    next: `put that right, then: slipway status ${run}`,
  };
}
