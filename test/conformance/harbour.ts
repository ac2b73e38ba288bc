import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freeTcp, freeUdp } from "../../lab/ports.ts";
import type { Outcome } from "../../src/base/outcome.ts";
import { exchange } from "../../src/machines/host/ships/exchange.ts";
import { createShipOperations } from "../../src/machines/host/ships/index.ts";
import { connect } from "../../src/machines/host/transport.ts";
import type { Seen } from "../../src/machines/machine.ts";
import type { ShipOperations, ShipSpec, ShipState } from "../../src/machines/ships.ts";
import { runArgv, type Sailing } from "../../src/urbit/boot.ts";
import { LIVE } from "../../src/urbit/boot-log.ts";
import { shipPaths } from "../../src/urbit/layout.ts";
import { lockHolder } from "./locks.ts";
import { type End, finish, type Line, launch, pause, type Vessel } from "./vessel.ts";

/** What is under test, and how much patience it takes. */
export interface Runtime {
  readonly kind: "stand-in" | "real";
  readonly vere: string;
  readonly pill: string;
  /** Longest silence, milliseconds, before a wait is given up. */
  readonly patience: number;
  /** A pier that was booted and lies still; tests copy it. */
  readonly pristine: string;
}

/** A host's directories under one of ours, with a place for one ship's pier. */
export interface Berth {
  readonly root: string;
  readonly pier: string;
  readonly ship: string;
}

export function berthAt(root: string, ship: string): Berth {
  return { root, ship, pier: shipPaths(ship, root).pier };
}

const berths: string[] = [];

/** A new berth, with a copy of the pristine pier unless `empty`. Short, since a socket's path must be. */
export function berth(runtime: Runtime, ship = "~zod", empty = false): Berth {
  const root = mkdtempSync(join(tmpdir(), "sr-"));
  berths.push(root);
  const made = berthAt(root, ship);
  mkdirSync(join(made.pier, ".."), { recursive: true });
  if (!empty) copyPier(runtime.pristine, made.pier);
  return made;
}

export function copyPier(from: string, to: string): void {
  execFileSync("cp", ["-a", "--sparse=always", from, to]);
}

export function clearBerths(): void {
  for (const root of berths.splice(0)) rmSync(root, { recursive: true, force: true });
}

/** How a ship is called: by what Slipway itself calls it. */
export async function sailing(runtime: Runtime, { pier }: Berth, name: string): Promise<Sailing> {
  return {
    vere: runtime.vere,
    pier,
    name,
    fake: true,
    amesPort: await freeUdp(),
    httpPort: await freeTcp(),
    loom: 31,
  };
}

/** Nothing under test may reach the network: whoever tries finds a proxy that nobody answers for. */
const NOWHERE = "http://127.0.0.1:9";
const ENV = {
  http_proxy: NOWHERE,
  https_proxy: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  ALL_PROXY: NOWHERE,
  // What the stand-in is told: as slow as it must be for tests to get a word in.
  STAND_IN_BOOT_SECONDS: "1.5",
  STAND_IN_START_SECONDS: "0.2",
};

export function launchVere(
  runtime: Runtime,
  argv: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Vessel {
  return launch(argv, {
    cwd: options.cwd ?? "/",
    patience: runtime.patience,
    env: { ...ENV, ...options.env },
  });
}

/** Calls the runtime and waits for its end. */
export function call(
  runtime: Runtime,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<End & { readonly lines: readonly Line[] }> {
  return finish(launchVere(runtime, [runtime.vere, ...argv], { env }));
}

export const texts = (lines: readonly Line[]) => lines.map(({ text }) => text);

/** A ship that runs, with Slipway's own operations on it. */
export interface Afloat extends Berth {
  readonly vessel: Vessel;
  readonly spec: ShipSpec;
  readonly sailing: Sailing;
  readonly ships: ShipOperations;
}

/** Starts the ship of a berth as its unit would, and waits until it is live. */
export async function sail(
  runtime: Runtime,
  at: Berth,
  how: Partial<Sailing> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Afloat> {
  const ship = { ...(await sailing(runtime, at, at.ship)), ...how };
  const vessel = launchVere(runtime, runArgv(ship), { env });
  await vessel.until(LIVE);
  const { name, fake, amesPort, httpPort, loom } = ship;
  return { ...at, vessel, sailing: ship, spec: { name, fake, amesPort, httpPort, loom }, ships: operations(at.root) };
}

const here = connect({ name: "here", address: "local" });

export function operations(root: string): ShipOperations {
  return createShipOperations(here, "here", { root, asRoot: false, answerSeconds: 120 });
}

/** Raw requests over the client that outlives us, one connection each, in order. */
export async function ask(at: Pick<Berth, "pier">, ...connections: readonly (readonly Uint8Array[])[]) {
  const exchanges = connections.map((requests) => ({ to: { unix: at.pier }, requests }));
  return got(await exchange(here, exchanges, { seconds: 120, asRoot: false }));
}

export function got<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.failure.code}: ${outcome.failure.what} ${outcome.failure.why ?? ""}`);
}
export const seen = <T>(outcome: Outcome<Seen<T>>): T => got(outcome).value;

export async function inspect(at: Berth): Promise<ShipState> {
  const spec = { name: at.ship, fake: true, amesPort: 1, httpPort: 1, loom: 31 };
  return seen(await operations(at.root).inspect(spec));
}

/** Ends a ship as its unit would. */
export async function land(afloat: Pick<Afloat, "vessel">): Promise<End> {
  afloat.vessel.signal("SIGTERM");
  return afloat.vessel.end;
}

/** Waits until nobody holds the pier: a killed king leaves its worker for a moment. */
export async function unlocked({ pier }: Pick<Berth, "pier">): Promise<void> {
  while (lockHolder(join(pier, ".vere.lock")) !== null) await pause(20);
}
