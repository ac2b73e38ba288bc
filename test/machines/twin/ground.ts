import type { Machine } from "../../../src/machines/machine.ts";
import type { Resource } from "../../../src/machines/resources.ts";
import type { BootRequest, Fence, ShipSpec } from "../../../src/machines/ships.ts";
import { createTwinMachine } from "../../../src/machines/twin/machine.ts";
import type { World } from "../../../src/machines/twin/world.ts";
import { pillFile, vereFile } from "../../../src/urbit/layout.ts";
import { BASE, value } from "../contract.ts";

const DIGEST = "ab".repeat(32);
export const VERE = vereFile("4.5", DIGEST);
export const PILL = pillFile(DIGEST);

/** Vere and pill, as the runtime step places them: by digest, from a file that the twin never opens. */
export const RUNTIME: readonly Resource[] = [placed("vere", VERE, "0755"), placed("pill", PILL, "0644")];

function placed(id: string, path: string, mode: string): Resource {
  return {
    kind: "download",
    id,
    path,
    owner: "root",
    group: "root",
    mode,
    sha256: DIGEST,
    url: null,
    localFile: "file",
  };
}

export function shipSpec(name: string, fake = true, at = 0): ShipSpec {
  return { name, fake, amesPort: 34_540 + at, httpPort: 8_080 + at, loom: 31 };
}

/** A twin's host that is ready for ships. */
export async function readyHost(world: World, name: string): Promise<Machine> {
  const machine = createTwinMachine(world, name);
  const request = { batch: "base", resources: [...BASE, ...RUNTIME], dryRun: false, revertAfterSeconds: null };
  const { failed } = value(await machine.converge(request));
  if (failed > 0) throw new Error("the host could not be prepared");
  return machine;
}

export function bootOf(ship: ShipSpec, fence: Fence, key: BootRequest["key"] = null): BootRequest {
  return { ship, fence, vere: VERE, pill: PILL, key };
}

export async function fenceFor(machine: Machine, ship: string, token: number, run = "run"): Promise<Fence> {
  const id = await machine.machineId();
  if (!id.ok) throw new Error(id.failure.what);
  return { ship, token, machineId: id.value, run };
}

/** Fence, boot, unit, start: a ship that runs. */
export async function launch(machine: Machine, ship: ShipSpec, token: number, run = "run"): Promise<Fence> {
  const fence = await fenceFor(machine, ship.name, token, run);
  value(await machine.ships.fence(fence));
  value(await machine.ships.boot(bootOf(ship, fence)));
  value(await machine.ships.install(ship, fence, VERE));
  value(await machine.ships.start(ship, fence));
  return fence;
}
