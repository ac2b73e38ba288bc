import { assume } from "../brief/assume.ts";
import { readSentence } from "../brief/read.ts";
import { HARDENING } from "../brief/words.ts";
import { parsePoint } from "../urbit/point.ts";
import { slipOf } from "./carry-out.ts";
import { type Command, usage } from "./command.ts";
import { LAUNCH_OPTIONS, launchPlanned, pinFromFlags } from "./commands/launch.ts";
import { EXIT, failPlanning, failWith } from "./exit.ts";
import { HTTPS_OPTIONS } from "./https.ts";
import { PLANNING_OPTIONS, planBrief } from "./planning.ts";
import { homeOf } from "./site.ts";

/** `deploy-planet` and `deploy-vps-planet`: the launch's own steps for one ship, the platform already known. */
export function deployOne(name: string, summary: string, platform: "bare-metal" | "vps"): Command {
  return {
    name,
    summary,
    usage: "SHIP",
    words: [1, 1],
    examples: [
      `slipway ${name} ~sampel-palnet --key ~sampel-palnet=./sampel-palnet-1.key --host alder`,
      `slipway ${name} ~zod --fake --host alder --yes`,
      `slipway ${name} ~sampel-palnet --host alder --domain sampel-palnet.example.com`,
    ],
    options: {
      fake: { type: "boolean", about: "a fake ship, for trying things out" },
      hardening: { type: "string", value: "LEVEL", about: "basic, standard or strict" },
      host: { type: "string", value: "NAME", multiple: true, about: "the host; may be left out when there is one" },
      key: { type: "string", value: "~SHIP=FILE", multiple: true, about: "the ship's keyfile" },
      twin: PLANNING_OPTIONS.twin ?? { type: "boolean", about: "" },
      ...HTTPS_OPTIONS,
      ...LAUNCH_OPTIONS,
    },
    run: async (input, io) => {
      const json = input.flag("json");
      const home = homeOf(io);
      const slip = slipOf(input);
      if (!slip.ok) return failWith(io, slip.failure, json);
      const point = parsePoint(input.words[0] ?? "");
      if (!point.ok) return failWith(io, point.failure, json, EXIT.usage);
      const asked = input.text("hardening");
      const hardening = HARDENING.find((level) => level === asked) ?? null;
      if (asked !== null && hardening === null) {
        return failWith(
          io,
          usage(`"${asked}" is no level of hardening`, "--hardening basic, standard or strict").failure,
          json,
          EXIT.usage,
        );
      }
      const pinned = await pinFromFlags(io, input);
      if (pinned !== null) return pinned;
      const words = `Deploy ${input.flag("fake") ? "fake ship " : ""}${point.value.name} to production${hardening === null ? "" : ` with ${hardening} hardening`}`;
      const read = readSentence(words);
      if (!read.ok) return failPlanning(io, read.failure, json);
      const brief = assume({ ...read.value, infrastructure: platform, selfHosted: true });
      const planned = await planBrief(io, home, input, brief, hardening);
      if (!planned.ok) return failPlanning(io, planned.failure, json);
      return launchPlanned(io, home, input, planned.value);
    },
  };
}
