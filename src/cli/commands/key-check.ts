import { resolve } from "node:path";
import { readKeyfile } from "../../urbit/keyfile.ts";
import { parsePoint } from "../../urbit/point.ts";
import { type Command, JSON_OPTION } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";

export const command: Command = {
  name: "key check",
  summary: "check a keyfile offline, without printing it",
  usage: "SHIP FILE",
  words: [2, 2],
  examples: ["slipway key check ~sampel-palnet ./sampel-palnet-1.key"],
  options: { json: JSON_OPTION },
  run: async (input, io) => {
    const [ship = "", file = ""] = input.words;
    const json = input.flag("json");
    const point = parsePoint(ship);
    if (!point.ok) return failWith(io, point.failure, json, EXIT.usage);
    const read = await readKeyfile(resolve(io.cwd, file), ship);
    if (!read.ok) return failWith(io, read.failure, json, EXIT.failed);
    const { life, rift, shape } = read.value;
    if (json) io.out(`${JSON.stringify({ ship, life, rift, shape })}\n`);
    else io.out(`${file} is a key of ${ship}, life ${life}${rift === null ? "" : `, rift ${rift}`}\n`);
    return EXIT.done;
  },
};
