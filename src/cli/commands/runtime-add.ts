import { resolve } from "node:path";
import { type Outcome, ok } from "../../base/outcome.ts";
import { DEFAULT_VERSION, pinRuntime, type Source } from "../../run/runtime.ts";
import { BOOTSTRAP, parseVersion, pillUrl, vereArch, vereUrl, webAddress } from "../../urbit/release.ts";
import { type Command, type Input, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import type { Io } from "../io.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "runtime add",
  summary: "pin the vere binary and boot pill",
  usage: "[--vere FILE|URL] [--pill FILE|URL]",
  words: [0, 0],
  examples: [
    "slipway runtime add --vere ./vere-v4.5-linux-x86_64 --pill ./urbit-v4.5.pill --version 4.5",
    "slipway runtime add --version 4.5 --vere-sha256 HEX --pill-sha256 HEX",
    "slipway runtime add --version 4.5 --vere-sha256 HEX --mirror https://mirror.example/urbit",
  ],
  options: {
    vere: { type: "string", value: "FILE|URL", about: "the vere binary for the hosts; default: the published one" },
    "vere-sha256": { type: "string", value: "HEX", about: "the digest it must have; needed for what is downloaded" },
    pill: {
      type: "string",
      value: "FILE|URL",
      about: "the boot pill; with --pill-sha256 alone, the published one; without either a host fetches vere's own",
    },
    "pill-sha256": { type: "string", value: "HEX", about: "the digest it must have; needed for what is downloaded" },
    version: { type: "string", value: "V", about: `vere's version; default ${DEFAULT_VERSION}` },
    arch: { type: "string", value: "ARCH", about: "of the published binary, as uname -m says; default x86_64" },
    mirror: {
      type: "string",
      value: "URL",
      about: `where the published files are fetched; default: $SLIPWAY_MIRROR, else ${BOOTSTRAP}`,
    },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const wished = sources(input, io);
    if (!wished.ok) return failWith(io, wished.failure, json, EXIT.usage);
    const { version, vere, pill } = wished.value;
    const pinned = await pinRuntime(homeOf(io), version, vere, pill);
    if (!pinned.ok) return failWith(io, pinned.failure, json);
    const { vereSha256, pillSha256 } = pinned.value;
    const pillText = pillSha256 === null ? "no pill pinned" : `pill pinned: ${pillSha256}`;
    io.out(
      json ? `${JSON.stringify(pinned.value, null, 2)}\n` : `vere ${version} pinned: ${vereSha256}\n${pillText}\n`,
    );
    return EXIT.done;
  },
};

interface Wished {
  readonly version: string;
  readonly vere: Source;
  readonly pill: Source | null;
}

/** What was asked for, with the published addresses where no place was named. */
function sources(input: Input, io: Io): Outcome<Wished> {
  const help = "slipway runtime add --help";
  const version = parseVersion(input.text("version") ?? DEFAULT_VERSION);
  if (!version.ok) return version;
  const arch = vereArch(input.text("arch") ?? "x86_64");
  if (!arch.ok) return arch;
  const mirror = webAddress(input.text("mirror") ?? io.env.SLIPWAY_MIRROR ?? BOOTSTRAP);
  if (mirror === null) return usage("--mirror takes an address", help);
  if (!mirror.ok) return mirror;
  for (const name of ["vere-sha256", "pill-sha256"])
    if (!/^[0-9a-f]{64}$/.test(input.text(name) ?? "0".repeat(64)))
      return usage(`--${name} takes 64 hex digits, in lower case`, help);
  const of = (given: string | null, sha256: string | null, published: string): Source | null => {
    if (given === null) return sha256 === null ? null : { from: published, sha256 };
    return { from: webAddress(given) === null ? resolve(io.cwd, given) : given, sha256 };
  };
  const vere = of(input.text("vere"), input.text("vere-sha256"), vereUrl(version.value, arch.value, mirror.value));
  if (vere === null) return usage("neither --vere nor --vere-sha256 is given", help);
  const pill = of(input.text("pill"), input.text("pill-sha256"), pillUrl(version.value, mirror.value));
  return ok({ version: version.value, vere, pill });
}
