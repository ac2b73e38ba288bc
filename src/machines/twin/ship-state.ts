import { LAYOUT } from "../../urbit/layout.ts";
import type { PierState, ShipSpec, ShipState } from "../ships.ts";
import { fenceOf, recordOf } from "./guard.ts";
import type { ShipModel } from "./model.ts";
import type { Turn } from "./world.ts";

/** A pier is without an identity for the first part of its boot: killed then, it is unusable. */
const BEGINS_AFTER = 0.05;

export function isBooting(turn: Turn, ship: ShipModel): boolean {
  return ship.pierId !== "" && turn.now < ship.bootOver;
}

export function isLive(turn: Turn, ship: ShipModel): boolean {
  return ship.active && turn.now >= ship.liveAt;
}

export function pierOf(turn: Turn, ship: ShipModel | undefined): PierState {
  if (ship === undefined || ship.pierId === "") return "absent";
  if (!isBooting(turn, ship) && ship.bootFailure === null) return "ready";
  const begun = ship.began && (!isBooting(turn, ship) || progress(turn, ship) >= BEGINS_AFTER);
  return begun ? "began" : "never-began";
}

/** Share of the first boot that is over, 0 to 1. */
export function progress(turn: Turn, ship: ShipModel): number {
  const span = ship.bootOver - ship.bootBegun;
  return span <= 0 ? 1 : Math.min(1, Math.max(0, (turn.now - ship.bootBegun) / span));
}

/** PID of whoever has the pier open. */
export function lockOf(turn: Turn, ship: ShipModel | undefined): number | null {
  return ship !== undefined && (ship.active || isBooting(turn, ship)) ? ship.pid : null;
}

/** The ship as a look at the host would show it. */
export function stateOf(turn: Turn, spec: Pick<ShipSpec, "name">): ShipState {
  const { name } = spec;
  const { host } = turn;
  const fence = fenceOf(host, name);
  const ship = host.ships[name];
  if (ship === undefined) {
    const nothing = { pier: "absent", pierId: "", lockPid: null, boot: "none", bootLog: [] } as const;
    return { ...nothing, unit: "absent", unitEnabled: false, unitLog: [], fence, live: false };
  }
  const held = recordOf(host, name).hold !== "";
  return {
    pier: pierOf(turn, ship),
    pierId: ship.pierId,
    lockPid: lockOf(turn, ship),
    ...bootOf(turn, name, ship),
    unit: !ship.unit ? "absent" : ship.active ? "active" : ship.unitFailure.length > 0 || held ? "failed" : "inactive",
    unitEnabled: ship.unit && ship.enabled,
    unitLog: ship.active ? lifeLog(name, ship, isLive(turn, ship)) : ship.unitFailure,
    fence,
    live: isLive(turn, ship),
  };
}

function bootOf(turn: Turn, name: string, ship: ShipModel): Pick<ShipState, "boot" | "bootLog"> {
  if (ship.bootRun === "") return { boot: "none", bootLog: [] };
  if (isBooting(turn, ship)) {
    const share = Math.floor(progress(turn, ship) * 100);
    return { boot: "running", bootLog: ["vere: checking version compatibility", `twin: first boot, ${share} % over`] };
  }
  if (ship.bootFailure !== null) return { boot: "failed", bootLog: ship.bootFailure };
  return { boot: "done", bootLog: lifeLog(name, ship, true) };
}

/** The lines of a start, in the order real vere prints them. */
function lifeLog(name: string, ship: ShipModel, live: boolean): readonly string[] {
  const lines = [
    "vere: checking version compatibility",
    `mesa: live on ${ship.amesPort}${ship.fake ? " (localhost only)" : ""}`,
    `conn: listening on ${LAYOUT.home}/${name.slice(1)}/.urb/conn.sock`,
    `http: web interface live on http://localhost:${ship.httpPort}`,
  ];
  return live ? [...lines, `pier (${ship.event}): live`] : lines.slice(0, 1);
}
