import { canonicalJson, sha256 } from "../../base/canonical.ts";
import { ok, type Outcome } from "../../base/outcome.ts";
import type { Facts, Machine, Seen } from "../machine.ts";
import { convergeTwin, undoTwin } from "./converge.ts";
import { faultOutcome, meet } from "./faults.ts";
import { twinShips } from "./ships.ts";
import type { Turn, World } from "./world.ts";

const GIB = 1024 ** 3;

/** A host of the twin: the same resources and ship operations as a real one, on a model. Nothing it says is ever proved. */
export function createTwinMachine(world: World, name: string): Machine {
  const ask = async <T>(operation: string, ship: string | null, act: (turn: Turn) => Outcome<T>): Promise<Outcome<Seen<T>>> => {
    const faults = world.faults();
    const met = faults.length === 0 ? null : meet(faults, { operation, host: name, ship });
    if (met !== null) {
      world.setFaults(met.left);
      return faultOutcome(met.fault.kind, name);
    }
    const result = world.turn(name, act);
    if (!result.ok) return result;
    const command = `twin: ${operation}${ship === null ? "" : ` ${ship}`}`;
    const sighting = { at: new Date().toISOString(), host: name, command, exit: null, raw: JSON.stringify(result.value) };
    return ok({ value: result.value, sighting });
  };
  return {
    name,
    rehearsal: true,
    ships: twinShips(ask),
    machineId: async () => {
      const seen = await ask("machine-id", null, ({ host }) => ok(host.machineId));
      return seen.ok ? ok(seen.value.value) : seen;
    },
    facts: () => ask("facts", null, (turn) => ok(factsOf(turn))),
    converge: (request) => ask(request.dryRun ? "look" : "converge", null, (turn) => ok(convergeTwin(turn, request))),
    undo: (batch) => ask("undo", null, (turn) => ok(undoTwin(turn, batch))),
    fingerprint: () => ask("fingerprint", null, ({ host }) => ok(fingerprintOf(host.things, host.ships))),
    close: async () => undefined,
  };
}

function factsOf({ host }: Turn): Facts {
  const ships = Object.keys(host.ships);
  return {
    machineId: host.machineId,
    hostname: host.name,
    os: "debian",
    osVersion: "12",
    arch: "x86_64",
    kernel: "6.1.0-twin",
    virtualization: "kvm",
    init: "systemd",
    ramBytes: 64 * GIB,
    swapBytes: 4 * GIB,
    diskFreeBytes: 1000 * GIB,
    inodesFree: 10_000_000,
    rotational: false,
    clockSkewSeconds: 0,
    timeSync: "timesyncd",
    ports: ["tcp 22"],
    sshPorts: [22],
    firewall: "nftables",
    packageManager: "apt",
    ships,
    ...host.facts,
  };
}

function fingerprintOf(things: Readonly<Record<string, string>>, ships: Readonly<Record<string, unknown>>): Record<string, string> {
  const kinds = new Map<string, Record<string, string>>();
  for (const [key, value] of Object.entries(things)) {
    const kind = key.split(" ")[0] ?? "";
    kinds.set(kind, { ...kinds.get(kind), [key]: value });
  }
  const digests = Object.fromEntries([...kinds].map(([kind, content]) => [kind, sha256(canonicalJson(content))]));
  return { ...digests, ships: sha256(Object.keys(ships).sort().join(" ")) };
}
