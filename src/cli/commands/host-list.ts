import { readInventory } from "../../machines/inventory.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "host list",
  summary: "show the hosts you named",
  usage: "",
  words: [0, 0],
  examples: ["slipway host list", "slipway host list --json"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const hosts = await readInventory(homeOf(io).hosts);
    if (!hosts.ok) return failWith(io, hosts.failure, input.flag("json"));
    if (input.flag("json")) io.out(`${JSON.stringify({ hosts: hosts.value }, null, 2)}\n`);
    else if (hosts.value.length === 0) io.out("no hosts yet; add one: slipway host add root@HOST --name NAME\n");
    else
      for (const { name, address, kind } of hosts.value) io.out(`${name.padEnd(16)} ${address.padEnd(32)} ${kind}\n`);
    return EXIT.done;
  },
};
