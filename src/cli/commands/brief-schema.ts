import { z } from "zod";
import { BriefSchema } from "../../brief/schema.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit.ts";

export const command: Command = {
  name: "brief schema",
  summary: "the JSON Schema of a brief",
  usage: "",
  words: [0, 0],
  examples: ["slipway brief schema > brief.schema.json"],
  options: {},
  run: async (_, io) => {
    io.out(`${JSON.stringify(z.toJSONSchema(BriefSchema), null, 2)}\n`);
    return EXIT.done;
  },
};
