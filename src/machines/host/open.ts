import type { HostTarget } from "../inventory.ts";
import type { Machine } from "../machine.ts";
import { createHostMachine } from "./machine.ts";
import { createShipOperations } from "./ships/index.ts";
import { type ConnectOptions, connect } from "./transport.ts";

/** The machine behind an inventory's entry. Nothing is opened before its first question. */
export function hostMachine(target: HostTarget, options: ConnectOptions = {}): Machine {
  return createHostMachine(target, { connection: connect(target, options), ships: createShipOperations });
}
