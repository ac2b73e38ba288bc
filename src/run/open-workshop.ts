import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { remembering } from "../machines/desired.ts";
import { hostMachine } from "../machines/host/open.ts";
import type { Machine } from "../machines/machine.ts";
import type { Secret } from "../machines/ships.ts";
import { createTwinMachine } from "../machines/twin/machine.ts";
import { openWorld } from "../machines/twin/world.ts";
import type { Plan, ShipTarget } from "../plan/schema.ts";
import type { RuntimeFiles } from "../specialists/step.ts";
import { readKeyfile } from "../urbit/keyfile.ts";
import { heldUp } from "./held-up.ts";
import { type Home, runDirectory } from "./home.ts";
import { placesOf } from "./places.ts";
import { planCache } from "./plans.ts";
import { runtimeFiles } from "./runtime.ts";
import type { Leases, Workshop } from "./workshop.ts";

const KEY_FILE = /^file:(.+)$/;

/** The real workshop: hosts over SSH, the twin in its file, keys and runtimes from this machine. Connections are kept. */
export function openWorkshop(home: Home, leases: Leases): Workshop & { close(): Promise<void> } {
  const machines = new Map<string, Machine>();
  let world: ReturnType<typeof openWorld> | null = null;
  const twin = (name: string): Machine => {
    world ??= openWorld(home.twin);
    world.addHost(name);
    return createTwinMachine(world, name);
  };
  return {
    leases,
    plan: planCache(home),
    machine: (host) => {
      const key = `${host.name} ${host.address}`;
      const known = machines.get(key);
      if (known !== undefined) return known;
      const machine = host.address === "twin" ? twin(host.name) : remembering(hostMachine(host), home.desired);
      machines.set(key, machine);
      return machine;
    },
    runDirectory: (run) => runDirectory(home, run),
    key: resolveKey,
    runtime: (plan) => runtimeOf(home, plan),
    writeReports: async (run) => {
      const { writeRunReports } = await import("../report/write.ts");
      const written = await writeRunReports(runDirectory(home, run));
      if (!written.ok) throw heldUp(written.failure);
    },
    close: async () => {
      for (const machine of machines.values()) await machine.close();
      world?.close();
    },
  };
}

async function resolveKey(ship: ShipTarget): Promise<Outcome<Secret>> {
  const file = KEY_FILE.exec(ship.keyRef ?? "")?.[1];
  if (file === undefined) {
    return configuration(
      "key-missing",
      `${ship.name} has no keyfile`,
      `give it with the plan: slipway launch --key ${ship.name}=FILE …`,
    );
  }
  const read = await readKeyfile(file, ship.name);
  return read.ok ? ok(read.value.secret) : read;
}

/** On the twin nothing is copied, so a plan without pinned files still rehearses. */
async function runtimeOf(home: Home, plan: Plan): Promise<Outcome<RuntimeFiles>> {
  if (plan.runtime.vereSha256 === null && placesOf(plan).twin) {
    const nothing = "0".repeat(64);
    return ok({
      version: plan.runtime.version,
      vere: { file: "", sha256: nothing },
      pill: { file: "", sha256: nothing },
    });
  }
  return runtimeFiles(home, plan.runtime);
}
