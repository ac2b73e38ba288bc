import { readInventory, withCapacity, withHost, writeInventory } from "../../machines/inventory.ts";
import { type Command, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { homeOf } from "../site.ts";

const KINDS = ["bare-metal", "vps", "unknown"] as const;

export const command: Command = {
  name: "host add",
  summary: "name a host you own",
  usage: "DESTINATION [--name NAME]",
  words: [1, 1],
  examples: [
    "slipway host add root@10.77.0.11 --name alder",
    "slipway host add homeserver   # an alias of ~/.ssh/config",
  ],
  options: {
    name: { type: "string", value: "NAME", about: "how you call it; default: from the destination" },
    kind: { type: "string", value: "KIND", about: "bare-metal, vps or unknown (default)" },
    "no-check": { type: "boolean", about: "do not connect now" },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const address = input.words[0] ?? "";
    const kind = KINDS.find((known) => known === (input.text("kind") ?? "unknown"));
    if (kind === undefined)
      return failWith(
        io,
        usage(`"${input.text("kind")}" is no kind of host`, "--kind bare-metal or --kind vps").failure,
        json,
        EXIT.usage,
      );
    const name = input.text("name") ?? nameFrom(address);
    const known = await readInventory(home.hosts);
    if (!known.ok) return failWith(io, known.failure, json);
    const host = { name, address, kind, addedAt: new Date().toISOString() };
    const next = withHost(known.value, host);
    if (!next.ok) return failWith(io, next.failure, json, EXIT.usage);
    let hosts = next.value;
    if (!input.flag("no-check") && address !== "twin") {
      const { hostMachine } = await import("../../machines/host/open.ts");
      const machine = hostMachine({ name, address });
      const facts = await machine.facts();
      await machine.close();
      if (!facts.ok) return failWith(io, facts.failure, json);
      hosts = withCapacity(hosts, name, facts.value.value);
      if (!json) io.out(`${name}: ${facts.value.value.os} ${facts.value.value.osVersion}, ${facts.value.value.arch}\n`);
    }
    await writeInventory(home.hosts, hosts);
    io.out(json ? `${JSON.stringify(host, null, 2)}\n` : `${name} added (${address})\n`);
    return EXIT.done;
  },
};

function nameFrom(address: string): string {
  const host =
    address
      .replace(/^ssh:\/\//, "")
      .replace(/^[^@]*@/, "")
      .split(/[:/]/)[0] ?? "";
  const name = host.split(".")[0]?.toLowerCase() ?? "";
  return /^[a-z]/.test(name) ? name : `host-${host.replace(/[^0-9a-z]+/gi, "-").toLowerCase()}`;
}
