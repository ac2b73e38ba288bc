import { critical, type Outcome, ok } from "../base/outcome.ts";
import type { Sighting } from "../machines/machine.ts";
import type { ShipSpec } from "../machines/ships.ts";
import type { HostTarget, ShipTarget } from "../plan/schema.ts";
import type { Applied, Check, StepContext, StepTarget } from "./step.ts";

/** The parts a step shares with others. Nothing here touches a machine. */

export function hostOf(target: StepTarget): HostTarget {
  if (target.host === null) throw new TypeError("this step needs a host");
  return target.host;
}

export function shipOf(target: StepTarget): ShipTarget {
  if (target.ship === null) throw new TypeError("this step needs a ship");
  return target.ship;
}

export function specOf(ship: ShipTarget): ShipSpec {
  const { name, fake, amesPort, httpPort, loom } = ship;
  return { name, fake, amesPort, httpPort, loom };
}

/** Address of a host the user has not named yet: such a plan can be read, not launched. */
export const UNASSIGNED = "unassigned";
/** Address of a server that an earlier step is to order. */
export const TO_ORDER = "to be ordered";

/** A host that is not there yet, for Slipway: the user's own without a name, or one to be ordered. */
export function isAwaited({ address }: Pick<HostTarget, "address">): boolean {
  return address === UNASSIGNED || address === TO_ORDER;
}

/** Ships a host must be ready for by the end of this phase: its environment's, or all where the phase serves them all. */
export function shipsInPhase(target: StepTarget): readonly ShipTarget[] {
  return isEnvironment(target.phase)
    ? target.shipsOnHost.filter((ship) => ship.environment === target.phase)
    : target.shipsOnHost;
}

const ENVIRONMENTS: readonly string[] = ["dev", "staging", "production"] satisfies ShipTarget["environment"][];

/** True for a phase that puts up one environment's ships. */
export function isEnvironment(phase: string): boolean {
  return ENVIRONMENTS.includes(phase);
}

/** Names the step's batch on the host: same run and step, same batch, so that a repeat is recognised. */
export function batchOf(context: StepContext, step: string): string {
  return `${context.run}-${step}-${context.target.phase}`.toLowerCase().replace(/[^a-z0-9-]+/g, "-");
}

export function done(
  unchanged: boolean,
  accomplished: readonly string[],
  outputs: Readonly<Record<string, unknown>>,
  sightings: readonly Sighting[],
): Outcome<Applied> {
  return ok({ kind: "done", unchanged, accomplished, outputs, sightings });
}

export function pending(afterMs: number, doing: string): Outcome<Applied> {
  return ok({ kind: "pending", afterMs, doing });
}

export function check(name: string, passed: boolean, detail: string, sighting: Sighting | null): Check {
  return { check: name, passed, detail, sighting };
}

/** The ship is on this host by rights: the lease names this machine. */
export async function holdsLease(
  context: StepContext,
): Promise<Outcome<{ readonly token: number; readonly mine: boolean }>> {
  const lease = await context.lease();
  if (!lease.ok) return lease;
  const id = await context.machine.machineId();
  if (!id.ok) return id;
  return ok({ token: lease.value.token, mine: lease.value.holder?.machineId === id.value });
}

/** A live ship's pier that Slipway did not boot could be an old copy; starting that would break the ship for good. */
export function unknownPier(ship: ShipTarget, host: string) {
  return critical(
    "pier-unknown",
    `${host} already has a pier of ${ship.name} that Slipway did not boot`,
    "make sure which copy is the newest: this version moves no ship that runs already; a stray pier is to be removed by hand",
    "starting an older copy of a ship breaks its network identity for good",
  );
}

const GIB = 1024 ** 3;

export function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
