import { down } from "../../run/engine/site.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "down",
  summary: "stop the engine and the worker; ships run on, runs go on with the next up",
  usage: "",
  words: [0, 0],
  examples: ["slipway down"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const status = await down(homeOf(io), io.env);
    if (!status.ok) return failWith(io, status.failure, json);
    const what =
      status.value.engine === "external" ? "our worker is down, the engine is your own" : "engine and worker are down";
    io.out(json ? `${JSON.stringify(status.value)}\n` : `${what}; ships run on, runs go on with: slipway up\n`);
    return EXIT.done;
  },
};
