import { down } from "../../run/engine/site.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT } from "../exit.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "down",
  summary: "stop the engine and the worker; ships run on, runs go on with the next up",
  usage: "",
  words: [0, 0],
  examples: ["slipway down"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const status = await down(homeOf(io));
    io.out(input.flag("json") ? `${JSON.stringify(status)}\n` : "engine and worker are down; ships run on\n");
    return EXIT.done;
  },
};
