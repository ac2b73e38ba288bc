import { critical, ok, type Outcome } from "../../base/outcome.ts";
import type { Fence, ShipOperations, ShipSpec, ShipState } from "../ships.ts";
import type { Seen } from "../machine.ts";
import type { ShipModel } from "./model.ts";
import type { Turn } from "./world.ts";

type Ask = <T>(operation: string, ship: string | null, act: (turn: Turn) => Outcome<T>) => Promise<Outcome<Seen<T>>>;

const VERSION = "4.5";

/** Ship operations on the model, with the host's own rules: a token only grows, and nothing older gets in. */
export function twinShips(ask: Ask): ShipOperations {
  return {
    inspect: (ship) => ask("inspect", ship.name, (turn) => ok(stateOf(turn, ship.name))),
    fence: (fence) =>
      ask("fence", fence.ship, (turn) => {
        const stale = refuseStale(turn, fence);
        if (stale !== null) return stale;
        if (fence.machineId !== turn.host.machineId) return foreign(turn, fence);
        if (turn.host.fences[fence.ship]?.token !== fence.token) {
          turn.host.tokens[fence.ship] = fence.token;
          turn.host.fences[fence.ship] = fence;
          turn.mutate("fence", fence.ship, `token ${fence.token}`);
        }
        return ok(fence);
      }),
    unfence: (fence) =>
      ask("unfence", fence.ship, (turn) => {
        const stale = refuseStale(turn, fence);
        if (stale !== null) return stale;
        if (turn.host.fences[fence.ship] !== undefined) {
          delete turn.host.fences[fence.ship];
          turn.mutate("unfence", fence.ship, `token ${fence.token}`);
        }
        return ok(null);
      }),
    boot: ({ ship, fence }) =>
      ask("boot", ship.name, (turn) =>
        fenced(turn, fence, () => {
          if (turn.host.ships[ship.name] === undefined) {
            turn.host.ships[ship.name] = bootedShip(turn, fence);
            turn.mutate("boot", ship.name, `token ${fence.token}`);
          }
          return stateOf(turn, ship.name);
        }),
      ),
    install: (ship, fence) =>
      change(ask, "install", ship, fence, (model) => {
        if (model.unit && model.enabled) return false;
        model.unit = true;
        model.enabled = true;
        return true;
      }),
    start: (ship, fence) =>
      change(ask, "start", ship, fence, (model, turn) => {
        if (model.active) return false;
        model.active = true;
        model.liveAt = turn.now + turn.settings.startMs;
        model.event += 3;
        return true;
      }),
    stop: (ship, fence) =>
      change(ask, "stop", ship, fence, (model) => {
        if (!model.active) return false;
        model.active = false;
        return true;
      }),
    remove: (ship, fence) =>
      ask("remove", ship.name, (turn) => {
        if (!ship.fake && turn.host.ships[ship.name] !== undefined) return mayNotRemove(ship);
        return fenced(turn, fence, () => {
          if (turn.host.ships[ship.name] !== undefined) {
            delete turn.host.ships[ship.name];
            turn.mutate("remove", ship.name, `token ${fence.token}`);
          }
          return stateOf(turn, ship.name);
        });
      }),
    life: (ship) =>
      ask("life", ship.name, (turn) => {
        const model = turn.host.ships[ship.name];
        if (model === undefined || !isLive(turn, model)) return silent(ship);
        return ok({ live: true, khan: true, who: ship.name, version: VERSION, event: model.event });
      }),
    hi: (ship) =>
      ask("hi", ship.name, (turn) => {
        const model = turn.host.ships[ship.name];
        return model !== undefined && isLive(turn, model) ? ok({ ms: 30 }) : silent(ship);
      }),
    http: (ship) =>
      ask("http", ship.name, (turn) => {
        const model = turn.host.ships[ship.name];
        if (model === undefined || !isLive(turn, model)) return silent(ship);
        return ok({ health: 204, loggedInAs: ship.name, loginStatus: 204 });
      }),
  };
}

function change(ask: Ask, operation: string, ship: ShipSpec, fence: Fence, act: (model: ShipModel, turn: Turn) => boolean) {
  return ask<ShipState>(operation, ship.name, (turn) =>
    fenced(turn, fence, () => {
      const model = turn.host.ships[ship.name];
      if (model !== undefined && act(model, turn)) turn.mutate(operation, ship.name, `token ${fence.token}`);
      return stateOf(turn, ship.name);
    }),
  );
}

/** Only the current token on its own machine may change a ship. */
function fenced<T>(turn: Turn, fence: Fence, act: () => T): Outcome<T> {
  const stale = refuseStale(turn, fence);
  if (stale !== null) return stale;
  if (fence.machineId !== turn.host.machineId || turn.host.fences[fence.ship]?.token !== fence.token) return foreign(turn, fence);
  return ok(act());
}

function refuseStale(turn: Turn, fence: Fence) {
  const highest = turn.host.tokens[fence.ship] ?? 0;
  if (fence.token >= highest) return null;
  return critical(
    "fence-stale",
    `${turn.host.name} knows token ${highest} of ${fence.ship}; ${fence.token} is older`,
    `slipway lease explain ${fence.ship}`,
    "another worker has taken over this ship",
  );
}

function foreign(turn: Turn, fence: Fence) {
  return critical("fence-foreign", `the lease of ${fence.ship} is not for ${turn.host.name}`, `slipway lease explain ${fence.ship}`);
}

function mayNotRemove(ship: ShipSpec) {
  return critical("pier-live", `${ship.name} has been on the network`, "its pier is kept: removing it would force a breach");
}

function silent(ship: ShipSpec) {
  return { ok: false, failure: { kind: "transient", code: "ship-silent", what: `${ship.name} does not answer`, next: "look at its unit's log" } } as const;
}

function bootedShip({ host, now, settings }: Turn, fence: Fence): ShipModel {
  return {
    pierId: `${host.machineId.slice(0, 8)}-${fence.ship}-${fence.token}`,
    bootBegun: now,
    bootOver: now + settings.bootMs,
    bootFailed: false,
    unit: false,
    enabled: false,
    active: false,
    liveAt: 0,
    event: 23,
  };
}

function isLive(turn: Turn, model: ShipModel): boolean {
  return model.active && turn.now >= model.liveAt;
}

function stateOf(turn: Turn, name: string): ShipState {
  const model = turn.host.ships[name];
  const fence = turn.host.fences[name] ?? null;
  if (model === undefined) {
    return { pier: "absent", pierId: "", lockPid: null, boot: "none", bootLog: [], unit: "absent", unitEnabled: false, unitLog: [], fence, live: false };
  }
  const booting = turn.now < model.bootOver;
  const live = isLive(turn, model);
  return {
    pier: booting ? "began" : "ready",
    pierId: model.pierId,
    lockPid: model.active || booting ? 4242 : null,
    boot: booting ? "running" : "done",
    bootLog: booting ? ["boot: 1-10"] : [`pier (${model.event}): live`],
    unit: !model.unit ? "absent" : model.active ? "active" : "inactive",
    unitEnabled: model.enabled,
    unitLog: live ? [`pier (${model.event}): live`] : [],
    fence,
    live,
  };
}
