import { leaseKey } from "../../urbit/lease.ts";
import { parsePoint } from "../../urbit/point.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { homeOf, readyEngine } from "../site.ts";

export const command: Command = {
  name: "lease explain",
  summary: "who holds a ship, why, and how it ends",
  usage: "SHIP",
  words: [1, 1],
  examples: ["slipway lease explain ~zod"],
  options: { twin: { type: "boolean", about: "the twin's ship of that name" }, json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const point = parsePoint(input.words[0] ?? "");
    if (!point.ok) return failWith(io, point.failure, json, EXIT.usage);
    const engine = await readyEngine(io, homeOf(io));
    if (!engine.ok) return failWith(io, engine.failure, json);
    const lease = await engine.value.lease(leaseKey(point.value.name, input.flag("twin")));
    if (!lease.ok) return failWith(io, lease.failure, json);
    const { holder, token, history, lastEvent } = lease.value;
    const why = "a ship may have one writer: two copies on the network break its identity for good";
    const ends =
      holder === null
        ? "nothing has to end: the next launch takes it"
        : `it has no expiry, since a silent host may still run the ship; it ends when that host gives it back: slipway rollback ${holder.run}`;
    if (json) {
      io.out(`${JSON.stringify({ ...lease.value, why, ends }, null, 2)}\n`);
      return EXIT.done;
    }
    const who =
      holder === null
        ? "nobody"
        : `${holder.host} (machine ${holder.machineId.slice(0, 8)}…), since ${holder.since}, for run ${holder.run}`;
    io.out(
      `${point.value.name} is held by ${who}\n  token: ${token}; last event seen: ${lastEvent ?? "none"}\n  why:   ${why}\n  ends:  ${ends}\n`,
    );
    for (const { at, what } of history.slice(-5)) io.out(`  ${at}  ${what}\n`);
    return EXIT.done;
  },
};
