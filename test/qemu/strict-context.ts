import { contextFor } from "../../lab/step-context.ts";
import { type Outcome, ok } from "../../src/base/outcome.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { Fence } from "../../src/machines/ships.ts";
import { productionPlan } from "../../src/plan/maintenance.ts";
import type { HostTarget, ShipTarget } from "../../src/plan/schema.ts";
import type { StepContext } from "../../src/specialists/step.ts";

export const SHIP: ShipTarget = {
  name: "~nec",
  fake: true,
  environment: "production",
  host: "alder",
  amesPort: 34_540,
  httpPort: 8080,
  loom: 31,
  keyRef: null,
};

export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.what} ${outcome.failure.why ?? ""}`);
  return outcome.value;
}

/** Tokens of the ship's lease: seconds, so that another process goes on counting where the last one was killed. */
let last = 0;
export async function fenceFor(machine: Machine, run: string, ship = ""): Promise<Outcome<Fence>> {
  last = Math.max(last + 1, Math.floor(Date.now() / 1_000));
  return ok({ ship, token: last, machineId: value(await machine.machineId()), run });
}

/** What a run of setup-production at the strict level would give a step of the host. */
export function strictContext(machine: Machine, run: string, volume?: HostTarget["volume"]): StepContext {
  const { name, host, amesPort, httpPort, fake } = SHIP;
  const site = {
    hosts: [{ name: "alder", address: "alder" }],
    runtime: { version: "4.5", vereSha256: null, pillSha256: null },
    keys: {},
    placed: { [name]: { host, amesPort, httpPort, fake } },
  };
  const volumes = volume === undefined ? {} : { alder: volume };
  const plan = productionPlan(site, { securityLevel: "strict", monitoringLevel: "none", compliance: [], volumes });
  const [alder = { name: "alder", address: "alder" }] = plan.hosts;
  return contextFor({
    run,
    target: { plan, host: alder, ship: null, shipsOnHost: [SHIP], phase: "strict" },
    machine,
    acquire: (ship) => fenceFor(machine, run, ship),
  });
}
