import { readFile } from "node:fs/promises";
import { type Interpreter, interpret, proposalLayer, wireOf } from "../brief/interpreter.ts";
import type { Layer } from "../brief/merge.ts";
import type { Brief } from "../brief/schema.ts";
import { type Io, paint } from "./io.ts";

const TIMEOUT_MS = 20_000;

/**
 * What the configured interpreter proposes for the fields the grammar left open. A fault of it is told and costs
 * nothing else: the grammar's reading stands.
 */
export async function interpretedLayer(io: Io, sentence: string, brief: Brief): Promise<Layer | null> {
  const interpreter = await interpreterOf(io);
  if (interpreter === null) return null;
  const answer = await interpret(fetch, interpreter, sentence, brief);
  const tell = (text: string) => io.err(`${paint(io, "yellow", "interpreter:")} ${text}\n`);
  if (!answer.ok) {
    tell(
      `${answer.failure.what}${answer.failure.why === undefined ? "" : ` (${answer.failure.why})`}; ${answer.failure.next}`,
    );
    return null;
  }
  for (const refusal of answer.value.refused) tell(`not taken: ${refusal}`);
  return proposalLayer(answer.value.proposals);
}

/** From the environment; the key lies in a file, so that it is in no process's arguments or variables. */
async function interpreterOf(io: Io): Promise<Interpreter | null> {
  const url = io.env.SLIPWAY_INTERPRETER_URL;
  const model = io.env.SLIPWAY_INTERPRETER_MODEL;
  const file = io.env.SLIPWAY_INTERPRETER_KEY_FILE;
  if (!url || !URL.canParse(url) || !model) {
    io.err(
      `${paint(io, "yellow", "interpreter:")} SLIPWAY_INTERPRETER_URL and SLIPWAY_INTERPRETER_MODEL must both be set, the first to a URL\n`,
    );
    return null;
  }
  let key = "";
  try {
    if (file) key = (await readFile(file, "utf8")).trim();
  } catch {
    io.err(`${paint(io, "yellow", "interpreter:")} the file of SLIPWAY_INTERPRETER_KEY_FILE cannot be read\n`);
    return null;
  }
  const wire = io.env.SLIPWAY_INTERPRETER_WIRE;
  const seconds = Number(io.env.SLIPWAY_INTERPRETER_TIMEOUT);
  return {
    url,
    model,
    key,
    timeoutMs: seconds > 0 ? seconds * 1_000 : TIMEOUT_MS,
    wire: wire === "openai" || wire === "anthropic" ? wire : wireOf(url),
  };
}
