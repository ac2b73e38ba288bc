import type { Command as Order } from "../run/commands.ts";
import type { RunState } from "../run/state.ts";
import { BY_OPTION, type Command, type Input, JSON_OPTION, type OptionSpec } from "./command.ts";
import { EXIT, failWith } from "./exit.ts";
import type { Io } from "./io.ts";
import { runOf } from "./runs.ts";
import { approver, homeOf, readyEngine } from "./site.ts";
import { statusJson, statusText } from "./status-text.ts";

interface OrderCommand {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly string[];
  readonly options?: Readonly<Record<string, OptionSpec>>;
  readonly words?: readonly [number, number];
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
  const name = await runOf(home, input.words[0] ?? null);
  if (!name.ok) return failWith(io, name.failure, json, EXIT.usage);
  const engine = await readyEngine(io, home);
  if (!engine.ok) return failWith(io, engine.failure, json);
  const state = await engine.value.status(name.value);
  if (!state.ok) return failWith(io, state.failure, json);
  if (state.value === null) {
    const what = `the engine knows no run ${name.value}`;
    return failWith(io, { kind: "configuration", code: "no-such-run", what, next: "slipway status" }, json, EXIT.usage);
  }
  const order = spec.order(input, state.value, approver(input));
  const answer = await engine.value.command(name.value, { ...order, at: new Date().toISOString() });
  if (!answer.ok) return failWith(io, answer.failure, json);
  io.out(json ? `${JSON.stringify(statusJson(answer.value, null), null, 2)}\n` : statusText(io, answer.value));
  return EXIT.done;
}
