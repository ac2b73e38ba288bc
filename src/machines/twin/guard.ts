import { critical, type Failure, fail } from "../../base/outcome.ts";
import { classify } from "../../urbit/boot-log.ts";
import type { Fence } from "../ships.ts";
import type { FenceModel, HostModel, ShipModel } from "./model.ts";
import type { Turn } from "./world.ts";

type Refusal = { readonly ok: false; readonly failure: Failure };

/** The rules of the guard on a real host (`host/ships/guard.ts`), on the model. Null lets pass. */
export function raise(turn: Turn, fence: Fence): Refusal | null {
  const { host } = turn;
  const known = recordOf(host, fence.ship);
  if (fence.machineId !== host.machineId) return foreign(host, fence, "take");
  const here = known.machineId === "" || known.machineId === host.machineId;
  if (fence.token < known.token) return stale(host, fence, "take", `token ${fence.token} is older than ${known.token}`);
  if (fence.token === known.token) {
    if (known.held && here && known.run === fence.run) return null;
    return stale(host, fence, "take", `token ${fence.token} was used before`);
  }
  host.fences[fence.ship] = {
    token: fence.token,
    held: true,
    machineId: fence.machineId,
    run: fence.run,
    // A record of another machine came here with a copied disk: only its token is worth something.
    pier: known.held && here ? known.pier : "",
    // The same run may not talk itself out of a hold: that takes somebody's decision, which is another run.
    hold: known.run === fence.run ? known.hold : "",
  };
  turn.mutate("fence", fence.ship, `run ${fence.run}`, fence.token);
  return null;
}

export function drop(turn: Turn, fence: Fence): Refusal | null {
  const { host } = turn;
  const known = recordOf(host, fence.ship);
  if (fence.token === known.token && !known.held) return null;
  const refused = current(host, fence, "give away");
  if (refused !== null) return refused;
  host.fences[fence.ship] = { ...known, held: false, pier: "" };
  turn.mutate("unfence", fence.ship, "given away", fence.token);
  return null;
}

/** Only the current token, on its own machine, may change a ship. */
export function current(host: HostModel, fence: Fence, doing: string): Refusal | null {
  const known = recordOf(host, fence.ship);
  if (fence.token !== known.token || !known.held)
    return stale(
      host,
      fence,
      doing,
      `token ${fence.token} is not the current one (${known.token}, held: ${known.held ? "yes" : "no"})`,
    );
  return known.machineId === host.machineId && fence.machineId === host.machineId ? null : foreign(host, fence, doing);
}

/** May the unit start? Asked at every start, also by systemd after a reboot. Null when it may, else why not. */
export function bars(host: HostModel, name: string, ship: ShipModel): string | null {
  const known = recordOf(host, name);
  if (!known.held) return `${name} has no lease on this machine`;
  if (known.machineId !== host.machineId)
    return `${name} belongs to machine ${known.machineId}, this is ${host.machineId}`;
  if (known.hold !== "") return `${name} is on hold: ${known.hold}`;
  if (known.pier !== "" && known.pier !== ship.pierId)
    return `this pier of ${name} is not the one that was booted here`;
  return null;
}

/** A start the guard refused, for whoever asked for it. */
export function startRefused(host: HostModel, name: string, why: string): Refusal {
  const known = classify([why], `${host.name} refuses to start ${name}`);
  if (known !== null) return fail(known);
  return critical(
    "start-refused",
    `${host.name} refuses to start ${name}.`,
    "Make sure this is the newest pier of the ship; a new run then takes a new lease.",
    why,
  );
}

export function recordOf(host: HostModel, ship: string): FenceModel {
  return host.fences[ship] ?? { token: 0, held: false, machineId: "", run: "", pier: "", hold: "" };
}

/** The fence as the host shows it; one that was given away is none. */
export function fenceOf(host: HostModel, ship: string): Fence | null {
  const { held, token, machineId, run } = recordOf(host, ship);
  return held ? { ship, token, machineId, run } : null;
}

function stale(host: HostModel, { ship }: Fence, doing: string, why: string): Refusal {
  return critical(
    "fence-stale",
    `${host.name} refuses to ${doing} ${ship}: this run's token is not the current one.`,
    `See who: slipway lease explain ${ship}; let that run finish, or take the ship over with a new run.`,
    why,
  );
}

function foreign(host: HostModel, { ship, machineId }: Fence, doing: string): Refusal {
  return critical(
    "fence-foreign",
    `${host.name} is not the machine that may ${doing} ${ship}.`,
    "If this disk is a copy of another machine's, never start the ship here; otherwise release it there first.",
    `the fence names machine ${machineId}, this is ${host.machineId}`,
  );
}
