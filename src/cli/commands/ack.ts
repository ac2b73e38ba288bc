import { addAck } from "../../run/acks.ts";
import { runDirectory } from "../../run/home.ts";
import { BY_OPTION, type Command, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { runOf } from "../runs.ts";
import { approver, homeOf } from "../site.ts";

export const command: Command = {
  name: "ack",
  summary: "say that an alert's nonce arrived",
  usage: "RUN NONCE",
  words: [2, 2],
  examples: ["slipway ack last a1b2c3d4e5f607 --by ada"],
  options: { by: BY_OPTION, json: JSON_OPTION },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const run = await runOf(home, input.words[0] ?? null);
    if (!run.ok) return failWith(io, run.failure, json, EXIT.usage);
    const nonce = input.words[1] ?? "";
    if (!/^[0-9a-z]{8,40}$/.test(nonce)) {
      const wrong = usage(`"${nonce}" is no nonce`, "copy it from the alert: a letter and fourteen hexadecimal digits");
      return failWith(io, wrong.failure, json, EXIT.usage);
    }
    const by = approver(input);
    if (by === "") return failWith(io, usage("nobody is named", "--by NAME").failure, json, EXIT.usage);
    const ack = { nonce, by, at: new Date().toISOString() };
    await addAck(runDirectory(home, run.value), ack);
    const text = `${by} acknowledged ${nonce} of run ${run.value}; the run looks at it within a minute: slipway watch ${run.value}`;
    io.out(json ? `${JSON.stringify({ run: run.value, ...ack }, null, 2)}\n` : `${text}\n`);
    return EXIT.done;
  },
};
