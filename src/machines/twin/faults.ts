import { configuration, critical, type Outcome, transient } from "../../base/outcome.ts";

/** A fault on demand: the next `times` calls of `operation` that match fail so. */
export interface Fault {
  readonly operation: string;
  readonly host?: string;
  readonly ship?: string;
  readonly times: number;
  readonly kind: "unreachable" | "refused" | "locked-out" | "double-boot" | "disk-full";
}

/** What a fault looks like to whoever asked. */
export function faultOutcome(kind: Fault["kind"], host: string): Outcome<never> {
  switch (kind) {
    case "unreachable":
      return transient("host-unreachable", `${host} does not answer`, `ssh ${host}, and look why`);
    case "refused":
      return configuration("resource-failed", `${host} refuses the change`, "put right what is said above");
    case "locked-out":
      return configuration("locked-out", `${host} could not be reached by a new connection; it has put its settings back`, "check the SSH port and the firewall rules");
    case "double-boot":
      return critical("double-boot", "the network says this copy of the ship is old", "find the newest copy; never start this one");
    case "disk-full":
      return configuration("disk-full", `the disk of ${host} is full`, "free some space under /var/lib");
  }
}

/** The fault that meets this call, and the list with it used up once. */
export function meet(
  faults: readonly Fault[],
  call: { readonly operation: string; readonly host: string; readonly ship: string | null },
): { readonly fault: Fault; readonly left: readonly Fault[] } | null {
  const at = faults.findIndex(
    (fault) =>
      fault.times > 0 &&
      fault.operation === call.operation &&
      (fault.host === undefined || fault.host === call.host) &&
      (fault.ship === undefined || fault.ship === call.ship),
  );
  const fault = faults[at];
  if (fault === undefined) return null;
  return { fault, left: faults.map((item, index) => (index === at ? { ...item, times: item.times - 1 } : item)) };
}
