import { readInventory, writeInventory } from "../../machines/inventory.ts";
import { type Command, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "host remove",
  summary: "forget a host (touches nothing on it)",
  usage: "NAME",
  words: [1, 1],
  examples: ["slipway host remove alder"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const name = input.words[0] ?? "";
    const hosts = await readInventory(home.hosts);
    if (!hosts.ok) return failWith(io, hosts.failure, json);
    const left = hosts.value.filter((host) => host.name !== name);
    if (left.length === hosts.value.length)
      return failWith(io, usage(`there is no host ${name}`, "slipway host list").failure, json, EXIT.usage);
    await writeInventory(home.hosts, left);
    io.out(json ? `${JSON.stringify({ removed: name })}\n` : `${name} forgotten; nothing on it was touched\n`);
    return EXIT.done;
  },
};
