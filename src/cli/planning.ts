import { resolve } from "node:path";
import { type Outcome, ok } from "../base/outcome.ts";
import type { Brief } from "../brief/schema.ts";
import { type Hint, simplerOf } from "../brief/simpler.ts";
import { judge } from "../decide/judge.ts";
import { securityOf } from "../decide/levels.ts";
import type { Decision } from "../decide/schema.ts";
import { type InventoryHost, readInventory } from "../machines/inventory.ts";
import { readPlacements } from "../machines/placements.ts";
import { compose } from "../plan/compose.ts";
import type { Plan } from "../plan/schema.ts";
import type { Site } from "../plan/site.ts";
import type { Home } from "../run/home.ts";
import { pinnedRuntime } from "../run/runtime.ts";
import { parsePoint } from "../urbit/point.ts";
import { BRIEF_OPTIONS, briefingFor } from "./briefing.ts";
import type { Input, OptionSpec } from "./command.ts";
import { usage } from "./command.ts";
import { decided } from "./deciding.ts";
import { HTTPS_OPTIONS, httpsFrom } from "./https.ts";
import type { Io } from "./io.ts";
import { MONITOR_OPTIONS, monitorFrom } from "./monitoring.ts";

export interface Planned {
  readonly brief: Brief;
  readonly decision: Decision;
  readonly plan: Plan;
  /** A smaller command that does what was asked, where there is one. */
  readonly hint: Hint | null;
  /** The user has seen the requirement sheet already. */
  readonly reviewed: boolean;
}

/** Options every command that plans takes. */
export const PLANNING_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  ...BRIEF_OPTIONS,
  twin: { type: "boolean", about: "on the twin: a rehearsal that touches no host" },
  host: { type: "string", value: "NAME", multiple: true, about: "only on this host (may be repeated)" },
  key: { type: "string", value: "~SHIP=FILE", multiple: true, about: "a ship's keyfile (may be repeated)" },
  ...MONITOR_OPTIONS,
  ...HTTPS_OPTIONS,
};

/** Reads, decides and plans. Reads the inventory and the pins, writes nothing. */
export async function planFor(io: Io, home: Home, input: Input, sentence: string | null): Promise<Outcome<Planned>> {
  const known = await readInventory(home.hosts);
  if (!known.ok) return known;
  const kinds = known.value.map(({ kind }) => kind);
  const briefing = await briefingFor(io, input, sentence, (brief) => judge(brief, { hosts: kinds }));
  if (!briefing.ok) return briefing;
  const planned = await planBrief(io, home, input, briefing.value.brief);
  return planned.ok ? ok({ ...planned.value, reviewed: briefing.value.reviewed }) : planned;
}

/** Decides and plans a brief that is already read. `level`: the hardening a command's own option names, in place of the rule's. */
export async function planBrief(
  io: Io,
  home: Home,
  input: Input,
  brief: Brief,
  level: Decision["security"]["level"] | null = null,
): Promise<Outcome<Planned>> {
  const inventory = await readInventory(home.hosts);
  if (!inventory.ok) return inventory;
  const hosts = hostsFor(input, brief, inventory.value);
  if (!hosts.ok) return hosts;
  const keys = keyReferences(input.list("key"));
  if (!keys.ok) return keys;
  const monitor = await monitorFrom(home, input, inventory.value);
  if (!monitor.ok) return monitor;
  const https = await httpsFrom(io, input);
  if (!https.ok) return https;
  const ruled = await decided(brief, {
    hosts: hosts.value.map((host) => host.kind),
    today: input.text("today") ?? new Date().toISOString().slice(0, 10),
    keys: Object.keys(keys.value).length,
  });
  const decision = level === null ? ruled : { ...ruled, security: securityOf(brief, ruled.platform.choice, level) };
  const site: Site = {
    hosts: carriers(hosts.value, monitor.value?.host.name).map(({ name, address, capacity = null }) => ({
      name,
      address,
      capacity,
    })),
    monitor: monitor.value,
    runtime: await pinnedRuntime(home),
    keys: keys.value,
    https: https.value,
    placed: input.flag("twin") ? {} : await readPlacements(home.placements),
  };
  return ok({
    brief,
    decision,
    plan: compose(brief, decision, site),
    hint: simplerOf(brief, decision.platform.choice),
    reviewed: false,
  });
}

/** Ships go to the other hosts, where there are any: who watches must not fall with what it watches. */
function carriers(hosts: readonly InventoryHost[], monitor: string | undefined): readonly InventoryHost[] {
  const others = hosts.filter(({ name }) => name !== monitor);
  return others.length > 0 ? others : hosts;
}

/** The hosts a plan may use: the inventory's, the ones named, or invented ones for a rehearsal without any. */
function hostsFor(input: Input, brief: Brief, known: readonly InventoryHost[]): Outcome<readonly InventoryHost[]> {
  const wanted = input.list("host");
  const missing = wanted.find((name) => !known.some((host) => host.name === name));
  if (missing !== undefined && !input.flag("twin")) return usage(`there is no host ${missing}`, "slipway host list");
  const hosts = wanted.length === 0 ? known : known.filter((host) => wanted.includes(host.name));
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
