import { configuration, critical, fail, type Outcome, ok, transient } from "../../base/outcome.ts";
import { classify } from "../../urbit/boot-log.ts";
import { LAYOUT } from "../../urbit/layout.ts";
import type { Seen } from "../machine.ts";
import type { BootRequest, Fence, ShipOperations, ShipSpec, ShipState } from "../ships.ts";
import { type FaultKind, noSystemd, type Operation } from "./faults.ts";
import { bars, current, drop, raise, recordOf, startRefused } from "./guard.ts";
import type { HostModel, ShipModel } from "./model.ts";
import { isBooting, isLive, lockOf, pierOf, progress, stateOf } from "./ship-state.ts";
import type { Turn } from "./world.ts";

/** Runs one operation on the host's model, with the fault it meets: `machine.ts`. */
export type Ask = <T>(
  operation: Operation,
  ship: string,
  act: (turn: Turn, fault: FaultKind | null) => Outcome<T>,
) => Promise<Outcome<Seen<T>>>;

/** What the stand-in for vere on the twin calls itself. */
const VERSION = "4.5";
const FIRST_EVENTS = 23;
const EVENTS_PER_START = 3;

/** Ship operations on the model, refusing what a real host refuses, with the same codes. */
export function twinShips(ask: Ask): ShipOperations {
  const change = (
    operation: Operation,
    doing: string,
    ship: ShipSpec,
    fence: Fence,
    act: (turn: Turn, fault: FaultKind | null) => Outcome<null>,
  ) =>
    ask<ShipState>(operation, ship.name, (turn, fault) => {
      const refused = current(turn.host, fence, doing);
      if (refused !== null) return refused;
      const done = act(turn, fault);
      return done.ok ? ok(stateOf(turn, ship)) : done;
    });
  const talk = <T>(operation: Operation, ship: ShipSpec, answer: (model: ShipModel) => T) =>
    ask<T>(operation, ship.name, (turn) => {
      const model = turn.host.ships[ship.name];
      return model !== undefined && isLive(turn, model) ? ok(answer(model)) : silent(turn.host, ship.name);
    });
  return {
    inspect: (ship) => ask("inspect", ship.name, (turn) => ok(stateOf(turn, ship))),
    fence: (fence) => ask("fence", fence.ship, (turn) => raise(turn, fence) ?? ok(fence)),
    unfence: (fence) =>
      ask("unfence", fence.ship, (turn) => {
        if (lockOf(turn, turn.host.ships[fence.ship]) !== null) return running(turn.host, fence.ship);
        return drop(turn, fence) ?? ok(null);
      }),
    boot: (request) => change("boot", "boot", request.ship, request.fence, (turn, fault) => boot(turn, fault, request)),
    install: (ship, fence, vere) =>
      change("install", "install the unit of", ship, fence, (turn) => install(turn, ship, fence, vere)),
    start: (ship, fence) => change("start", "start", ship, fence, (turn, fault) => start(turn, fault, ship, fence)),
    stop: (ship, fence) =>
      change("stop", "stop", ship, fence, ({ host, mutate }) => {
        const model = host.ships[ship.name];
        if (model?.active !== true) return ok(null);
        model.active = false;
        mutate("stop", ship.name, `event ${model.event}`, fence.token);
        return ok(null);
      }),
    remove: (ship, fence) => change("remove", "remove", ship, fence, (turn) => remove(turn, ship, fence)),
    life: (ship) =>
      talk("life", ship, ({ event }) => ({ live: true, khan: true, who: ship.name, version: VERSION, event })),
    hi: (ship) => talk("hi", ship, () => ({ ms: 30 })),
    http: (ship) => talk("http", ship, () => ({ health: 204, loggedInAs: ship.name, loginStatus: 204 })),
  };
}

function boot(turn: Turn, fault: FaultKind | null, { ship, fence, vere, pill, key }: BootRequest): Outcome<null> {
  const { host, settings, now } = turn;
  if (fault === "no-systemd" || (host.facts.init ?? "systemd") !== "systemd") return fail(noSystemd(host.name));
  const found = host.ships[ship.name];
  const state = pierOf(turn, found);
  if ((found !== undefined && isBooting(turn, found)) || state === "ready") return ok(null);
  if (found?.bootFailure != null && !found.reported && found.bootRun === fence.run) {
    found.reported = true;
    turn.mutate("boot-reported", ship.name, "failed", fence.token);
    return bootFailed(host, ship.name, found.bootFailure);
  }
  if (host.things[`user ${LAYOUT.user}`] === undefined || host.things[`path ${LAYOUT.home}`] === undefined)
    return configuration(
      "host-not-prepared",
      `${host.name} lacks the user urbit or its home.`,
      "Run the baseline phase on this host again.",
    );
  for (const path of [vere, pill]) if (path !== null && !placed(host, path)) return runtimeMissing(host, path);
  if (state !== "began" && !ship.fake && key === null)
    return configuration(
      "pier-missing",
      `${host.name} has no booted pier of ${ship.name}.`,
      "A live ship needs its key.",
    );
  // An identity once made is kept: a boot that was cut off is resumed, one that never began is wiped.
  const pierId = state === "began" && found !== undefined ? found.pierId : `${host.next++}:${pierName(host, fence)}`;
  host.ships[ship.name] = {
    pierId,
    bootRun: fence.run,
    fake: ship.fake,
    amesPort: ship.amesPort,
    httpPort: ship.httpPort,
    bootBegun: now,
    bootOver: now + settings.bootMs,
    bootFailure: bootFailure(fault, ship),
    began: fault !== "boot-crash",
    reported: false,
    unit: found?.unit ?? false,
    enabled: found?.enabled ?? false,
    active: false,
    unitFailure: [],
    liveAt: 0,
    pid: host.next++,
    event: FIRST_EVENTS,
  };
  turn.mutate("boot", ship.name, state === "began" ? "resumed" : "first", fence.token);
  return ok(null);
}

function bootFailure(fault: FaultKind | null, { amesPort }: ShipSpec): readonly string[] | null {
  const first = "vere: checking version compatibility";
  if (fault === "boot-crash") return [first, "pier: serf unexpectedly shut down"];
  if (fault === "disk-full") return [first, "lmdb: write failed: No space left on device", "mars: commit fail"];
  if (fault === "double-boot") return [first, DOUBLE];
  return fault === "port-taken" ? [first, taken(amesPort)] : null;
}

const DOUBLE = "boot: failed: double-boot detected, refusing to boot";
const taken = (port: number) => `mesa: bind: address already in use (${port})`;

function install(turn: Turn, ship: ShipSpec, fence: Fence, vere: string): Outcome<null> {
  const { host } = turn;
  if (!placed(host, vere)) return runtimeMissing(host, vere);
  const model = host.ships[ship.name];
  if (model === undefined || pierOf(turn, model) !== "ready") return pierMissing(host, ship.name);
  bind(turn, fence, model);
  if (model.unit && model.enabled && model.amesPort === ship.amesPort && model.httpPort === ship.httpPort)
    return ok(null);
  Object.assign(model, { unit: true, enabled: true, amesPort: ship.amesPort, httpPort: ship.httpPort });
  turn.mutate("install", ship.name, `enabled, ports ${ship.amesPort} ${ship.httpPort}`, fence.token);
  return ok(null);
}

function start(turn: Turn, fault: FaultKind | null, ship: ShipSpec, fence: Fence): Outcome<null> {
  const { host } = turn;
  const model = host.ships[ship.name];
  if (model?.active === true) return ok(null);
  if (model !== undefined && isBooting(turn, model)) return locked(host, ship.name);
  if (model === undefined || pierOf(turn, model) === "absent") return pierMissing(host, ship.name);
  const barred = bars(host, ship.name, model);
  if (barred !== null) return startRefused(host, ship.name, barred);
  if (!model.unit)
    return configuration(
      "ship-program-failed",
      `${host.name} could not start ${ship.name}.`,
      "Install its unit first.",
    );
  bind(turn, fence, model);
  turn.mutate("start", ship.name, sail(turn, fault, ship.name, model), fence.token);
  return ok(null);
}

/** What systemd does with a unit that may start: it runs, or it ends at once and says why. */
export function sail(turn: Turn, fault: FaultKind | null, name: string, model: ShipModel): string {
  const { host, now, settings } = turn;
  // The network knows a live ship that runs elsewhere; a fake one sails alone.
  const twice = fault === "double-boot" || (!model.fake && turn.elsewhere(name).length > 0);
  const others = Object.values(host.ships).filter((ship) => ship !== model && ship.active);
  const clash = fault === "port-taken" || others.some((ship) => ship.amesPort === model.amesPort);
  const full = fault === "disk-full" ? "lmdb: write failed: No space left on device" : null;
  const failure = twice ? DOUBLE : clash ? taken(model.amesPort) : full;
  model.active = failure === null;
  model.unitFailure = failure === null ? [] : ["vere: checking version compatibility", failure];
  if (failure === null) {
    model.liveAt = now + settings.startMs;
    model.pid = host.next++;
    model.event += EVENTS_PER_START;
    return "active";
  }
  if (twice) host.fences[name] = { ...recordOf(host, name), hold: failure };
  return `failed: ${failure}`;
}

function remove(turn: Turn, ship: ShipSpec, fence: Fence): Outcome<null> {
  const { host } = turn;
  const model = host.ships[ship.name];
  const state = pierOf(turn, model);
  if (model === undefined) return ok(null);
  const mayGo = state === "absent" || state === "never-began" || (ship.fake && model.fake && model.bootRun !== "");
  if (!mayGo)
    return critical(
      "ship-must-live",
      `${ship.name} on ${host.name} is not a fake ship that Slipway booted: it is not removed.`,
      "A pier that was on the network must live on or be moved; remove a stray one by hand.",
    );
  const share = Math.floor(progress(turn, model) * 100);
  delete host.ships[ship.name];
  turn.mutate("remove", ship.name, state === "ready" ? "pier and unit" : `boot at ${share} %`, fence.token);
  return ok(null);
}

/** Notes which pier the fence is for, once. */
function bind({ host, mutate }: Turn, { ship, token }: Fence, model: ShipModel): void {
  const known = recordOf(host, ship);
  if (known.pier !== "") return;
  host.fences[ship] = { ...known, pier: model.pierId };
  mutate("bind", ship, model.pierId, token);
}

function pierName({ machineId }: HostModel, { ship, token }: Fence): string {
  return `${machineId.slice(0, 8)}${ship.replace("~", "-")}-${token}`;
}

function placed(host: HostModel, path: string): boolean {
  return host.things[`path ${path}`]?.startsWith("file ") === true;
}

function runtimeMissing(host: HostModel, path: string) {
  const next = "Run the phase that places vere on this host again.";
  return configuration("runtime-missing", `${host.name} lacks a file of the runtime.`, next, `${path} is missing`);
}

function bootFailed(host: HostModel, name: string, lines: readonly string[]): Outcome<never> {
  const known = classify(lines, `The boot of ${name} on ${host.name} failed`);
  if (known !== null) return fail(known);
  const next = "Approve again to boot anew.";
  return configuration("boot-failed", `The boot of ${name} on ${host.name} failed.`, next, lines.join(" · "));
}

function pierMissing(host: HostModel, name: string) {
  return configuration("pier-missing", `${host.name} has no booted pier of ${name}.`, "Boot it first.");
}

function locked(host: HostModel, name: string) {
  return transient("pier-locked", `Another process on ${host.name} has the pier of ${name} open.`, "It is waited for.");
}

function running(host: HostModel, name: string) {
  const next = `Stop it first: systemctl stop urbit-${name.slice(1)}`;
  return critical("ship-running", `${name} runs on ${host.name}: its lease cannot be given away.`, next);
}

function silent(host: HostModel, name: string) {
  const next = `See its log: journalctl -u urbit-${name.slice(1)}`;
  return transient("ship-silent", `${name} on ${host.name} does not answer.`, next);
}
