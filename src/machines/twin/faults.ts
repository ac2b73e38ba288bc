import { configuration, type Failure, transient } from "../../base/outcome.ts";

/** What a person can do to a twin's host through `Machine`, by name. `any` in a fault matches all of them. */
export type Operation =
  | "machine-id"
  | "facts"
  | "compare"
  | "converge"
  | "undo"
  | "fingerprint"
  | "restart"
  | "probe"
  | "ask"
  | "inspect"
  | "fence"
  | "unfence"
  | "boot"
  | "install"
  | "start"
  | "stop"
  | "remove"
  | "life"
  | "hi"
  | "http";

export type FaultKind =
  /** Nothing happens; nobody answers. */
  | "unreachable"
  /** Nothing happens; it will pass. */
  | "transient"
  /** It is done, and the answer is lost on the way. */
  | "answer-lost"
  | "disk-full"
  | "wrong-hash"
  | "boot-crash"
  | "double-boot"
  /** A change that shuts us out: the host takes it back by itself when it was armed, else it stays shut. */
  | "lock-out"
  | "clock-off"
  | "no-systemd"
  | "port-taken"
  /** Waits that many real milliseconds before it acts: time for somebody to stop or kill the caller. */
  | `hang-ms:${number}`
  /** SIGKILL to the caller's own process, before or after the change. */
  | "kill-before"
  | "kill-after";

/** A fault on demand: of the calls that match, the `nth` (1 = the next) and `times` - 1 after it meet it. */
export interface Fault {
  readonly operation: Operation | "any";
  readonly host?: string;
  readonly ship?: string;
  readonly nth?: number;
  /** Default 1. */
  readonly times?: number | "always";
  readonly fault: FaultKind;
}

/** A fault with the number of matching calls it has seen. */
export interface ArmedFault extends Fault {
  readonly seen: number;
}

export interface Call {
  readonly operation: Operation;
  readonly host: string;
  readonly ship: string | null;
}

/** True while some call of this form would still be counted. */
export function concerns(faults: readonly ArmedFault[], call: Call): boolean {
  return faults.some((fault) => matches(fault, call));
}

/** Counts a call, and the first fault that meets it. */
export function meet(
  faults: readonly ArmedFault[],
  call: Call,
): { readonly fault: FaultKind | null; readonly faults: readonly ArmedFault[] } {
  let met: FaultKind | null = null;
  const counted = faults.map((fault) => {
    if (met !== null || !matches(fault, call)) return fault;
    const seen = fault.seen + 1;
    if (seen >= (fault.nth ?? 1)) met = fault.fault;
    return { ...fault, seen };
  });
  return { fault: met, faults: counted };
}

function matches(fault: ArmedFault, call: Call): boolean {
  return (
    (fault.operation === "any" || fault.operation === call.operation) &&
    (fault.host === undefined || fault.host === call.host) &&
    (fault.ship === undefined || fault.ship === call.ship) &&
    (fault.times === "always" || fault.seen < (fault.nth ?? 1) + (fault.times ?? 1) - 1)
  );
}

export function hangMs(fault: FaultKind | null): number {
  return fault?.startsWith("hang-ms:") === true ? Number(fault.slice("hang-ms:".length)) : 0;
}

/** The failure of a fault that stops any operation before it begins; null for one the operation itself shows. */
export function stopsAll(fault: FaultKind | null, host: string): Failure | null {
  if (fault === "unreachable") return unreachable(host);
  if (fault === "transient")
    return transient("connection-lost", `The connection to ${host} broke off.`, "Run it again.", "a fault of the twin")
      .failure;
  return null;
}

export function unreachable(host: string): Failure {
  return transient(
    "host-unreachable",
    `${host} does not answer.`,
    `See whether it is up and its SSH port open: ssh ${host} true`,
    "a fault of the twin",
  ).failure;
}

export function answerLost(host: string): Failure {
  return transient(
    "answer-cut",
    `The answer of ${host} broke off.`,
    "Run it again: what is done already is found and left as it is.",
    "a fault of the twin",
  ).failure;
}

export function noSystemd(host: string): Failure {
  return configuration(
    "no-systemd",
    `${host} is not run by systemd.`,
    "Use a host that systemd runs: ships are kept by its units.",
  ).failure;
}
