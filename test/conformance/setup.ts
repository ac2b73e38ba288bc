import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { buildStandIn } from "../../lab/stand-in-vere/build.ts";
import { firstBootArgv } from "../../src/urbit/boot.ts";
import { berthAt, inspect, launchVere, type Runtime, sailing } from "./harbour.ts";
import { finish, type Line, pause } from "./vessel.ts";

/** A first boot as it was watched: what was printed, how it ended, which states the pier went through. */
export interface Watched {
  readonly lines: readonly Line[];
  readonly code: number | null;
  readonly states: readonly string[];
}

declare module "vitest" {
  interface ProvidedContext {
    readonly runtime: Runtime;
    readonly firstBoot: Watched;
  }
}

/**
 * The runtime under test: a real one when SLIPWAY_VERE and SLIPWAY_PILL name it, else the stand-in. Its one first boot
 * is made here, since a real one takes minutes; each test starts from a copy of that pier.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "sr-"));
  const runtime = await chosen(folder);
  const berth = berthAt(join(folder, "first"), "~zod");
  mkdirSync(join(berth.pier, ".."), { recursive: true });
  const ship = await sailing(runtime, berth, "~zod");
  const vessel = launchVere(runtime, firstBootArgv({ ...ship, pill: runtime.pill, keyFile: null }));
  const states: string[] = [];
  while (vessel.ended() === null) {
    const state = (await inspect(berth)).pier;
    if (states.at(-1) !== state) states.push(state);
    await pause(runtime.kind === "real" ? 250 : 20);
  }
  const { code, lines } = await finish(vessel);
  states.push((await inspect(berth)).pier);
  project.provide("runtime", { ...runtime, pristine: berth.pier });
  project.provide("firstBoot", { lines, code, states: states.filter((state, at) => state !== states[at - 1]) });
  return () => rmSync(folder, { recursive: true, force: true });
}

async function chosen(folder: string): Promise<Runtime> {
  const { SLIPWAY_VERE: vere, SLIPWAY_PILL: pill } = process.env;
  if (vere !== undefined && pill !== undefined) {
    for (const file of [vere, pill]) if (!existsSync(file)) throw new Error(`${file} is not there`);
    return { kind: "real", vere: resolve(vere), pill: resolve(pill), patience: 600_000, pristine: "" };
  }
  if (vere !== undefined || pill !== undefined) throw new Error("SLIPWAY_VERE and SLIPWAY_PILL go together");
  const anything = join(folder, "any.pill");
  writeFileSync(anything, "any bytes are a pill to the stand-in\n");
  return { kind: "stand-in", vere: await buildStandIn(), pill: anything, patience: 20_000, pristine: "" };
}
