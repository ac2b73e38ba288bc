import { bars } from "./guard.ts";
import { isBooting, pierOf } from "./ship-state.ts";
import { sail } from "./ships.ts";
import type { Turn, World } from "./world.ts";

/** Things that happen to hosts without anybody's plan: what a rehearsal or a test does to the world behind our back. */

/** Power off and on: boots in progress are cut off; enabled units come back, through the guard like any start. */
export function rebootHost(world: World, host: string): void {
  world.turn(host, (turn) => {
    turn.mutate("reboot", host, "");
    for (const [name, ship] of Object.entries(turn.host.ships)) {
      if (isBooting(turn, ship)) {
        ship.began = pierOf(turn, ship) !== "never-began";
        ship.bootFailure = ["vere: checking version compatibility"];
        ship.bootOver = turn.now;
      }
      ship.active = false;
      ship.unitFailure = [];
      if (ship.unit && ship.enabled) startUnit(turn, name);
    }
  });
}

/** `systemctl start` by hand on the host: true when the ship runs now. Only the guard stands in the way. */
export function startByHand(world: World, host: string, ship: string): boolean {
  return world.turn(host, (turn) => {
    if (turn.host.ships[ship]?.active !== true && startUnit(turn, ship)) turn.mutate("start-by-hand", ship, "");
    return turn.host.ships[ship]?.active === true;
  });
}

/** A ship ends by itself (the kernel's memory killer, say) and stays down. */
export function crashShip(world: World, host: string, ship: string): void {
  world.turn(host, (turn) => {
    const model = turn.host.ships[ship];
    if (model?.active !== true) return;
    model.active = false;
    model.unitFailure = ["pier: serf unexpectedly shut down"];
    turn.mutate("crash", ship, "");
  });
}

/** `scp -r` of a pier with its unit, as a hurried person would: the copy carries our id, but has its own inode. */
export function copyPier(world: World, ship: string, from: string, to: string): void {
  const model = world.look(from, (turn) => turn.host.ships[ship]);
  if (model === undefined) throw new RangeError(`${from} has no pier of ${ship}`);
  world.turn(to, (turn) => {
    const id = model.pierId.slice(model.pierId.indexOf(":"));
    const pierId = `${turn.host.next++}${id}`;
    turn.host.ships[ship] = { ...model, pierId, active: false, bootRun: "", unitFailure: [] };
    turn.mutate("copy-pier", ship, `from ${from}`);
  });
}

function startUnit(turn: Turn, name: string): boolean {
  const ship = turn.host.ships[name];
  if (ship === undefined || !ship.unit || bars(turn.host, name, ship) !== null) return false;
  sail(turn, null, name, ship);
  return true;
}
