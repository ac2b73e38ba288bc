import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Outcome, ok } from "../base/outcome.ts";
import { assume } from "../brief/assume.ts";
import { readSentence } from "../brief/read.ts";
import type { Brief } from "../brief/schema.ts";
import type { Decision } from "../decide/schema.ts";
import { type InventoryHost, readInventory } from "../machines/inventory.ts";
import { readPlacements } from "../machines/placements.ts";
import { compose } from "../plan/compose.ts";
import type { Plan } from "../plan/schema.ts";
import type { Site } from "../plan/site.ts";
import type { Home } from "../run/home.ts";
import { pinnedRuntime } from "../run/runtime.ts";
import { parsePoint } from "../urbit/point.ts";
import type { Input, OptionSpec } from "./command.ts";
import { usage } from "./command.ts";
import { decided } from "./deciding.ts";
import type { Io } from "./io.ts";

export interface Planned {
  readonly brief: Brief;
  readonly decision: Decision;
  readonly plan: Plan;
}

/** Options every command that plans takes. */
export const PLANNING_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  file: { type: "string", value: "FILE", about: "a brief in YAML instead of a sentence" },
  today: { type: "string", value: "DATE", about: 'the date "by Friday" counts from (YYYY-MM-DD)' },
  twin: { type: "boolean", about: "on the twin: a rehearsal that touches no host" },
  host: { type: "string", value: "NAME", multiple: true, about: "only on this host (may be repeated)" },
  key: { type: "string", value: "~SHIP=FILE", multiple: true, about: "a ship's keyfile (may be repeated)" },
};

/** Reads, decides and plans. Reads the inventory and the pins, writes nothing. */
export async function planFor(io: Io, home: Home, input: Input, sentence: string | null): Promise<Outcome<Planned>> {
  const today = input.text("today");
  if (today !== null && !/^\d{4}-\d{2}-\d{2}$/.test(today))
    return usage(`--today takes YYYY-MM-DD, not "${today}"`, "--today 2026-11-23");
  const read = await briefFrom(io, input, sentence, today);
  if (!read.ok) return read;
  return planBrief(home, input, assume(read.value));
}

/** Decides and plans a brief that is already read. */
export async function planBrief(home: Home, input: Input, brief: Brief): Promise<Outcome<Planned>> {
  const hosts = await hostsFor(home, input, brief);
  if (!hosts.ok) return hosts;
  const keys = keyReferences(input.list("key"));
  if (!keys.ok) return keys;
  const decision = await decided(brief, {
    hosts: hosts.value.map((host) => host.kind),
    today: input.text("today") ?? new Date().toISOString().slice(0, 10),
    keys: Object.keys(keys.value).length,
  });
  const site: Site = {
    hosts: hosts.value.map(({ name, address, capacity = null }) => ({ name, address, capacity })),
    runtime: await pinnedRuntime(home),
    keys: keys.value,
    placed: input.flag("twin") ? {} : await readPlacements(home.placements),
  };
  return ok({ brief, decision, plan: compose(brief, decision, site) });
}

async function briefFrom(io: Io, input: Input, sentence: string | null, today: string | null): Promise<Outcome<Brief>> {
  const file = input.text("file");
  if (file !== null && sentence !== null) return usage("a sentence and --file were both given", "give one of them");
  if (file === null) return readSentence(sentence ?? "", { today });
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, file), "utf8");
  } catch (error) {
    return usage(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, "check the path");
  }
  const { briefFromYaml } = await import("../brief/file.ts");
  return briefFromYaml(text, file);
}

/** The hosts a plan may use: the inventory's, the ones named, or invented ones for a rehearsal without any. */
async function hostsFor(home: Home, input: Input, brief: Brief): Promise<Outcome<readonly InventoryHost[]>> {
  const known = await readInventory(home.hosts);
  if (!known.ok) return known;
  const wanted = input.list("host");
  const missing = wanted.find((name) => !known.value.some((host) => host.name === name));
  if (missing !== undefined && !input.flag("twin")) return usage(`there is no host ${missing}`, "slipway host list");
  const hosts = wanted.length === 0 ? known.value : known.value.filter((host) => wanted.includes(host.name));
  if (!input.flag("twin")) return ok(hosts);
  const count = Math.min(brief.ships.count ?? 1, Math.max(3, Math.ceil((brief.ships.count ?? 1) / 10)));
  const invented = Array.from({ length: count }, (_, k) => twinHost(`twin-${k + 1}`));
  return ok(hosts.length > 0 ? hosts.map(({ name }) => twinHost(name)) : invented);
}

function twinHost(name: string): InventoryHost {
  return { name, address: "twin", kind: "unknown", addedAt: "" };
}

function keyReferences(pairs: readonly string[]): Outcome<Record<string, string>> {
  const keys: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const point = parsePoint(at < 0 ? pair : pair.slice(0, at));
    if (!point.ok) return point;
    if (at < 0 || at === pair.length - 1)
      return usage(
        `--key takes ~SHIP=FILE, not "${pair}"`,
        `--key ${point.value.name}=./${point.value.name.slice(1)}-1.key`,
      );
    keys[point.value.name] = `file:${resolve(pair.slice(at + 1))}`;
  }
  return ok(keys);
}
