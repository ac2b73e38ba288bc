import { createHostMachine } from "../../src/machines/host/machine.ts";
import { connect } from "../../src/machines/host/transport.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { ShipOperations } from "../../src/machines/ships.ts";
import { BASELINE } from "./baseline.ts";

const BATCH = "bench";

/** A machine of the lab, by its alias in the given OpenSSH configuration. */
export function openMachine(name: string, sshConfig: string): Machine {
  const target = { name, address: name };
  return createHostMachine(target, { connection: connect(target, { sshConfig }), ships: () => ({}) as ShipOperations });
}

/** Converges the baseline; gives how many resources were changed. */
export async function converge(machine: Machine): Promise<number> {
  const done = await machine.converge({ batch: BATCH, resources: BASELINE, dryRun: false, revertAfterSeconds: null });
  if (!done.ok) throw new Error(`${machine.name}: ${done.failure.what} ${done.failure.why ?? ""}`);
  const { changed, failed, records } = done.value.value;
  if (failed > 0) throw new Error(JSON.stringify(records.filter((record) => record.status === "failed")));
  return changed;
}

export async function unchanged(machine: Machine): Promise<void> {
  if ((await converge(machine)) > 0) throw new Error(`${machine.name} was not as wished`);
}

export async function leave(machine: Machine): Promise<void> {
  const undone = await machine.undo(BATCH);
  if (!undone.ok) throw new Error(undone.failure.what);
  await machine.close();
}

// As a program of its own, on hosts whose connection is already open: what Ansible is held against.
if (import.meta.main) {
  const [sshConfig = "", ...names] = process.argv.slice(2);
  await Promise.all(names.map((name) => unchanged(openMachine(name, sshConfig))));
}
