import { resolve } from "node:path";
import { DEFAULT_VERSION, pinRuntime } from "../../run/runtime.ts";
import { type Command, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "runtime add",
  summary: "pin the vere binary and boot pill",
  usage: "--vere FILE [--pill FILE]",
  words: [0, 0],
  examples: ["slipway runtime add --vere ./vere-v4.5-linux-x86_64 --pill ./urbit-v4.5.pill --version 4.5"],
  options: {
    vere: { type: "string", value: "FILE", about: "the vere binary for the hosts" },
    pill: { type: "string", value: "FILE", about: "the boot pill; without one a host fetches vere's own" },
    version: { type: "string", value: "V", about: `vere's version; default ${DEFAULT_VERSION}` },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const vere = input.text("vere");
    if (vere === null)
      return failWith(io, usage("--vere FILE is missing", "slipway runtime add --help").failure, json, EXIT.usage);
    const pill = input.text("pill");
    const version = input.text("version") ?? DEFAULT_VERSION;
    const pinned = await pinRuntime(
      homeOf(io),
      version,
      resolve(io.cwd, vere),
      pill === null ? null : resolve(io.cwd, pill),
    );
    if (!pinned.ok) return failWith(io, pinned.failure, json);
    if (json) io.out(`${JSON.stringify(pinned.value, null, 2)}\n`);
    else
      io.out(
        `vere ${version} pinned: ${pinned.value.vereSha256}\n${pinned.value.pillSha256 === null ? "no pill pinned" : `pill pinned: ${pinned.value.pillSha256}`}\n`,
      );
    return EXIT.done;
  },
};
