import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { writeFileAtomic } from "../base/files.ts";
import { type Outcome, ok } from "../base/outcome.ts";
import { storeRaw } from "../evidence/raw.ts";
import type { EvidenceRecord, Observation } from "../evidence/schema.ts";
import type { Sighting } from "../machines/machine.ts";
import type { Plan, ShipTarget } from "../plan/schema.ts";
import { lastDone } from "../report/lines.ts";
import type { Home } from "../run/home.ts";
import type { Criterion } from "../specialists/performance-engineer/success/criterion.ts";
import type { Seen } from "../specialists/performance-engineer/success/uptime.ts";
import { parsePoint } from "../urbit/point.ts";
import { realRun } from "./auditing.ts";
import { usage } from "./command.ts";
import { runNames, runOf } from "./runs.ts";
import { CheckJsonSchema } from "./shapes.ts";

/** Ships one run put up, with what was carried out on their hosts since. */
export interface Standing {
  readonly run: string;
  readonly plan: Plan;
  readonly records: readonly EvidenceRecord[];
  readonly later: readonly Plan[];
  readonly ships: readonly ShipTarget[];
}

/** The standing ships that a word means: all of the fleet, those of one run, or one ship. */
export async function standingShips(home: Home, word: string): Promise<Outcome<readonly Standing[]>> {
  const all = await everyStanding(home);
  if (all.length === 0) return usage("no ship of a real run stands", 'slipway launch "…"');
  if (word === "fleet") return ok(all);
  if (word.startsWith("~")) {
    const point = parsePoint(word);
    if (!point.ok) return point;
    const { name } = point.value;
    const of = all.find(({ ships }) => ships.some((ship) => ship.name === name));
    if (of === undefined) return usage(`no run put ${name} up that still stands`, "slipway status");
    return ok([{ ...of, ships: of.ships.filter((ship) => ship.name === name) }]);
  }
  const run = await runOf(home, word);
  if (!run.ok) return run;
  const of = all.filter((standing) => standing.run === run.value);
  return of.length > 0 ? ok(of) : usage(`no ship stands that ${run.value} put up`, "slipway check fleet");
}

/** Each ship under the newest real run that proved it; runs newest first. */
async function everyStanding(home: Home): Promise<readonly Standing[]> {
  const found: Standing[] = [];
  const newer: Plan[] = [];
  const taken = new Set<string>();
  for (const run of await runNames(home)) {
    const real = await realRun(home, run);
    if (real === null) continue;
    const { plan, records } = real;
    const proved = new Set(
      [...lastDone(records).values()].flatMap(({ step, ship }) => (/(^|\/)prove\//.test(step) ? [ship] : [])),
    );
    const ships = plan.ships.filter(({ name }) => proved.has(name) && !taken.has(name));
    if (ships.length > 0) {
      const hosts = new Set(ships.map(({ host }) => host));
      const later = newer.filter((other) => other.hosts.some(({ name }) => hosts.has(name)));
      found.push({ run, plan, records, later: later.toReversed(), ships });
      for (const { name } of ships) taken.add(name);
    }
    if (records.some(({ body }) => body.kind === "run-ended" && body.outcome === "done")) newer.push(plan);
  }
  return found;
}

type Check = z.infer<typeof CheckJsonSchema>;
export type CheckedRun = Check["runs"][number];

/** Puts a look away: its outputs under their digests, its verdicts beside them. */
export async function keepCheck(
  home: Home,
  at: string,
  runs: readonly CheckedRun[],
  tally: Check["tally"],
): Promise<Check> {
  const check = { at, folder: checkFolder(home, at), tally, runs: [...runs] };
  await writeFileAtomic(join(check.folder, "check.json"), `${JSON.stringify(check, null, 1)}\n`);
  return check;
}

export function checkFolder(home: Home, at: string): string {
  return join(home.checks, at.replace(/[-:]/g, "").replace("T", "-").slice(0, 19).replace(".", "-"));
}

/** A criterion with its output kept in `folder`. */
export async function keepCriterion(
  folder: string,
  { sighting, ...rest }: Criterion,
): Promise<Outcome<CheckedRun["criteria"][number]>> {
  if (sighting === null) return ok({ ...rest, observation: null });
  const kept = await observe(folder, sighting);
  return kept.ok ? ok({ ...rest, observation: kept.value }) : kept;
}

async function observe(folder: string, { at, host, command, exit, raw }: Sighting): Promise<Outcome<Observation>> {
  const stored = await storeRaw(folder, raw);
  if (!stored.ok) return stored;
  const { sha256, bytes } = stored.value;
  return ok({ at, host, command, exit, rawSha256: sha256, rawBytes: bytes, rehearsed: false });
}

/** How often each ship was up when Slipway looked, this look included. */
export async function ownLooks(
  home: Home,
  now: { readonly at: string; readonly up: readonly string[]; readonly ships: readonly string[] },
): Promise<readonly Seen[]> {
  const folders = await readdir(home.checks).catch(() => []);
  const looks: { at: string; ships: readonly string[]; up: readonly string[] }[] = [now];
  for (const folder of folders) {
    const text = await readFile(join(home.checks, folder, "check.json"), "utf8").catch(() => null);
    const parsed = text === null ? null : CheckJsonSchema.safeParse(jsonOf(text));
    if (parsed?.success) looks.push(...parsed.data.runs.map(({ ships, up }) => ({ at: parsed.data.at, ships, up })));
  }
  return now.ships.map((ship) => {
    const about = looks.filter(({ ships }) => ships.includes(ship));
    const up = about.filter((look) => look.up.includes(ship)).length;
    return {
      ship,
      share: up / about.length,
      looks: about.length,
      since: about.map(({ at }) => at).sort()[0] ?? now.at,
    };
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
