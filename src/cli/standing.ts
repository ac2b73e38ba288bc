import { type Outcome, ok } from "../base/outcome.ts";
import { readInventory } from "../machines/inventory.ts";
import { readPlacements } from "../machines/placements.ts";
import type { Site } from "../plan/site.ts";
import type { Home } from "../run/home.ts";
import { pinnedRuntime } from "../run/runtime.ts";
import { type Input, usage } from "./command.ts";
import type { Io } from "./io.ts";
import { homeOf } from "./site.ts";

/** The named hosts of the inventory with the ships that live on them: what work on a standing fleet is planned from. */
export async function standingSite(
  io: Io,
  input: Input,
): Promise<Outcome<{ readonly home: Home; readonly site: Site }>> {
  const home = homeOf(io);
  const known = await readInventory(home.hosts);
  if (!known.ok) return known;
  const missing = input.words.find((name) => !known.value.some((host) => host.name === name));
  const twin = input.flag("twin");
  if (missing !== undefined && !twin) return usage(`there is no host ${missing}`, "slipway host list");
  const hosts = twin
    ? input.words.map((name) => ({ name, address: "twin" }))
    : known.value.filter((host) => input.words.includes(host.name)).map(({ name, address }) => ({ name, address }));
  const placed = twin ? {} : await readPlacements(home.placements);
  return ok({ home, site: { hosts, runtime: await pinnedRuntime(home), keys: {}, placed } });
}
