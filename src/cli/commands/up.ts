import { up } from "../../run/engine/site.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "up",
  summary: "start the engine and a worker",
  usage: "",
  words: [0, 0],
  examples: ["slipway up"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const home = homeOf(io);
    const status = await up(home, io.env);
    if (!status.ok) return failWith(io, status.failure, input.flag("json"));
    const { engine, enginePid, workerPid } = status.value;
    if (input.flag("json")) io.out(`${JSON.stringify(status.value)}\n`);
    else
      io.out(
        `engine ${engine === "external" ? `at ${io.env.SLIPWAY_ENGINE_URL}` : `up (pid ${enginePid})`}, worker up (pid ${workerPid}), state in ${home.root}\n`,
      );
    return EXIT.done;
  },
};
