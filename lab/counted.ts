import type { HostConnection } from "../src/machines/host/connection.ts";
import { createHostMachine } from "../src/machines/host/machine.ts";
import { createShipOperations } from "../src/machines/host/ships/index.ts";
import { connect } from "../src/machines/host/transport.ts";
import { uploadFile } from "../src/machines/host/upload.ts";
import type { HostTarget } from "../src/machines/inventory.ts";
import type { Machine } from "../src/machines/machine.ts";

/** A machine that counts how often it goes to its host. */
export interface Counted {
  readonly machine: Machine;
  /** Round trips since the last time this was asked: programs run there, those of an upload among them, and probes. */
  readonly taken: () => number;
}

/** The real machine over the real connection (or the one given), with a count of its round trips. */
export function counted(
  target: HostTarget,
  sshConfig?: string,
  inner: HostConnection = connect(target, sshConfig === undefined ? {} : { sshConfig }),
): Counted {
  let trips = 0;
  const counting = {
    ...inner,
    run: (...words: Parameters<HostConnection["run"]>) => {
      trips += 1;
      return inner.run(...words);
    },
    probe: (...words: Parameters<HostConnection["probe"]>) => {
      trips += 1;
      return inner.probe(...words);
    },
  };
  const connection: HostConnection = { ...counting, upload: (file, to) => uploadFile(counting, file, to) };
  return {
    machine: createHostMachine(target, { connection, ships: createShipOperations }),
    taken: () => {
      const taken = trips;
      trips = 0;
      return taken;
    },
  };
}
