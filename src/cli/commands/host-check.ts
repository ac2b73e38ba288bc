import { readInventory, withCapacity, writeInventory } from "../../machines/inventory.ts";
import { assess, type Load } from "../../specialists/urbit-deployment-specialist/thresholds.ts";
import { type Command, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { paint } from "../io.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "host check",
  summary: "assess a host; changes nothing on it",
  usage: "NAME",
  words: [1, 1],
  examples: ["slipway host check alder", "slipway host check alder --ships 3 --fake"],
  options: {
    ships: { type: "string", value: "N", about: "for so many more ships; default 1" },
    fake: { type: "boolean", about: "for fake ships, which need less" },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const ships = input.number("ships");
    if (!ships.ok) return failWith(io, ships.failure, json);
    const home = homeOf(io);
    const hosts = await readInventory(home.hosts);
    if (!hosts.ok) return failWith(io, hosts.failure, json);
    const host = hosts.value.find((known) => known.name === input.words[0]);
    if (host === undefined)
      return failWith(io, usage(`there is no host ${input.words[0]}`, "slipway host list").failure, json, EXIT.usage);
    const { hostMachine } = await import("../../machines/host/open.ts");
    const machine = hostMachine(host);
    const facts = await machine.facts();
    await machine.close();
    if (!facts.ok) return failWith(io, facts.failure, json);
    await writeInventory(home.hosts, withCapacity(hosts.value, host.name, facts.value.value));
    const coming: Load = { name: "", fake: input.flag("fake"), amesPort: 0, httpPort: 0 };
    const findings = assess(facts.value.value, Array<Load>(ships.value ?? 1).fill(coming));
    if (json) io.out(`${JSON.stringify({ host, facts: facts.value.value, findings }, null, 2)}\n`);
    else {
      const marks = { pass: paint(io, "green", "✓"), warn: paint(io, "yellow", "!"), fail: paint(io, "red", "✗") };
      for (const { check, verdict, detail } of findings) io.out(`${marks[verdict]} ${check}: ${detail}\n`);
    }
    return findings.some((finding) => finding.verdict === "fail") ? EXIT.failed : EXIT.done;
  },
};
