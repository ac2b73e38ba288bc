import { type Outcome, ok } from "../../base/outcome.ts";
import { FRAMEWORKS } from "../../brief/schema.ts";
import { readInventory } from "../../machines/inventory.ts";
import { type Maintenance, productionPlan } from "../../plan/maintenance.ts";
import { carryOut } from "../carry-out.ts";
import { type Command, type Input, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { HTTPS_OPTIONS, httpsFrom } from "../https.ts";
import { monitorFrom } from "../monitoring.ts";
import { planForTerminal } from "../plan-text.ts";
import { standingSite } from "../standing.ts";
import { LAUNCH_OPTIONS } from "./launch.ts";

const UNLOCKS = ["key-file", "tpm2", "person"] as const;
const LEVELS = ["basic", "standard", "strict"] as const;
const { vere: _, pill: __, ...RUN_OPTIONS } = LAUNCH_OPTIONS;

export const command: Command = {
  name: "setup-production",
  summary: "harden hosts you own, and the ships on them",
  usage: "HOST…",
  words: [1, Number.POSITIVE_INFINITY],
  examples: [
    "slipway setup-production alder --level standard",
    "slipway setup-production alder birch --level strict --framework hipaa --yes",
    "slipway setup-production alder birch --level strict --monitor cedar",
    "slipway setup-production alder --level strict --volume alder=/dev/sdb --unlock person",
    "slipway setup-production alder --domain ~sampel-palnet=ship.example.com --acme-email ops@example.com",
  ],
  options: {
    level: {
      type: "string",
      value: "LEVEL",
      about:
        "basic, standard or strict; default: standard, strict under a framework. Strict stops at two more gates, the encrypted volume and the planned restart: --yes opens only the plan's, slipway approve RUN GATE each of these",
    },
    volume: {
      type: "string",
      value: "HOST=DEVICE",
      multiple: true,
      about: "strict: an empty block device for the piers' encrypted volume; default: a file on the host's own disk",
    },
    unlock: {
      type: "string",
      value: "HOW",
      about:
        "strict: key-file (ships come back by themselves; no help against a host taken whole), tpm2 (the key stays in this machine), or person (somebody unlocks after every restart); default: key-file",
    },
    monitor: {
      type: "string",
      value: "HOST",
      about: "strict: the host that keeps the others' audit records; default: the one that watches, where there is one",
    },
    framework: { type: "string", value: "NAME", multiple: true, about: `${FRAMEWORKS.join(", ")} (may be repeated)` },
    twin: { type: "boolean", about: "on the twin: a rehearsal that touches no host" },
    ...HTTPS_OPTIONS,
    ...RUN_OPTIONS,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const wish = wishOf(input);
    if (!wish.ok) return failWith(io, wish.failure, json, EXIT.usage);
    const site = await standingSite(io, input);
    if (!site.ok) return failWith(io, site.failure, json, EXIT.usage);
    const volumes = volumesOf(input, wish.value.securityLevel);
    if (!volumes.ok) return failWith(io, volumes.failure, json, EXIT.usage);
    const inventory = await readInventory(site.value.home.hosts);
    if (!inventory.ok) return failWith(io, inventory.failure, json);
    const monitor = await monitorFrom(site.value.home, input, inventory.value);
    if (!monitor.ok) return failWith(io, monitor.failure, json, EXIT.usage);
    const https = await httpsFrom(io, input);
    if (!https.ok) return failWith(io, https.failure, json, EXIT.usage);
    const found = { ...site.value.site, monitor: monitor.value, https: https.value };
    const plan = productionPlan(found, { ...wish.value, volumes: volumes.value });
    if (!json) io.out(`${planForTerminal(io, plan)}\n`);
    return carryOut(io, site.value.home, input, plan);
  },
};

/** What each named host's piers are to be encrypted on. */
function volumesOf(input: Input, level: Maintenance["securityLevel"]): Outcome<NonNullable<Maintenance["volumes"]>> {
  const devices = new Map<string, string>();
  for (const words of input.list("volume")) {
    const [, host = "", device = ""] = /^([^=]+)=(\/dev\/[A-Za-z0-9_./-]+)$/.exec(words) ?? [];
    if (!input.words.includes(host))
      return usage(`--volume ${words} names no host and device`, "--volume alder=/dev/sdb");
    devices.set(host, device);
  }
  const asked = input.text("unlock");
  const unlock = UNLOCKS.find((known) => known === (asked ?? "key-file"));
  if (unlock === undefined) return usage(`"${asked}" is no way to unlock`, `--unlock ${UNLOCKS.join("|")}`);
  if (devices.size === 0 && asked === null) return ok({});
  if (level !== "strict") return usage("a volume belongs to the strict level", "--level strict");
  return ok(Object.fromEntries(input.words.map((host) => [host, { device: devices.get(host) ?? null, unlock }])));
}

function wishOf(input: Input) {
  const frameworks = FRAMEWORKS.filter((name) => input.list("framework").includes(name));
  const unknown = input.list("framework").find((name) => !FRAMEWORKS.some((known) => known === name));
  if (unknown !== undefined) return usage(`"${unknown}" is no framework`, `--framework ${FRAMEWORKS.join("|")}`);
  const asked = input.text("level");
  const level = LEVELS.find((known) => known === (asked ?? (frameworks.length > 0 ? "strict" : "standard")));
  if (level === undefined) return usage(`"${asked}" is no level of hardening`, `--level ${LEVELS.join("|")}`);
  return { ok: true, value: { securityLevel: level, monitoringLevel: "none", compliance: frameworks } } as const;
}
