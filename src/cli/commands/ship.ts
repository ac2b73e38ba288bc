import { leaseKey } from "../../urbit/lease.ts";
import { parsePoint } from "../../urbit/point.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { homeOf, readyEngine } from "../site.ts";

export const command: Command = {
  name: "ship",
  summary: "a ship, its lease and where it runs",
  usage: "SHIP",
  words: [1, 1],
  examples: ["slipway ship ~sampel-palnet", "slipway ship ~zod --json"],
  options: { twin: { type: "boolean", about: "the twin's ship of that name" }, json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const point = parsePoint(input.words[0] ?? "");
    if (!point.ok) return failWith(io, point.failure, json, EXIT.usage);
    const { name, kind, parent } = point.value;
    const engine = await readyEngine(io, homeOf(io));
    if (!engine.ok) return failWith(io, engine.failure, json);
    const lease = await engine.value.lease(leaseKey(name, input.flag("twin")));
    if (!lease.ok) return failWith(io, lease.failure, json);
    const { token, holder, pierId, lastEvent } = lease.value;
    if (json) {
      io.out(`${JSON.stringify({ name, kind, parent, lease: { token, holder, pierId, lastEvent } }, null, 2)}\n`);
      return EXIT.done;
    }
    io.out(`${name}  ${kind}, parent ${parent}\n`);
    if (holder === null)
      io.out(token === 0 ? "  Slipway has never run it\n" : `  runs nowhere (last token ${token})\n`);
    else
      io.out(
        `  runs on ${holder.host} since ${holder.since} (run ${holder.run})\n  lease token ${token}, last event seen ${lastEvent ?? "none"}, pier ${pierId || "not seen yet"}\n`,
      );
    return EXIT.done;
  },
};
