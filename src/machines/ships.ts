import type { Outcome } from "../base/outcome.ts";
import type { Seen } from "./machine.ts";

/** A ship on one host: where it lies and how it is run. Paths are derived from the name by `urbit/layout.ts`. */
export interface ShipSpec {
  /** @p with sig. */
  readonly name: string;
  readonly fake: boolean;
  readonly amesPort: number;
  readonly httpPort: number;
  readonly loom: number;
}

/** The right to write one ship, as the host stores it. `token` only grows. */
export interface Fence {
  readonly ship: string;
  readonly token: number;
  /** Machine id of the holder: a copied disk has another. */
  readonly machineId: string;
  readonly run: string;
}

export type PierState =
  /** No directory. */
  | "absent"
  /** A directory that never got as far as an identity (`.urb/log/data.mdb` is missing): may be wiped. */
  | "never-began"
  /** Has an identity but was never seen live: resume it, never wipe it. */
  | "began"
  /** Was live once. */
  | "ready";

export interface ShipState {
  readonly pier: PierState;
  /** Device and inode of the pier directory plus the id Slipway wrote when it booted; "" when absent. */
  readonly pierId: string;
  /** PID holding the pier's lock, found in /proc/locks, never read from the lock file. */
  readonly lockPid: number | null;
  readonly boot: "none" | "running" | "done" | "failed";
  /** Filtered last lines of the boot's log. */
  readonly bootLog: readonly string[];
  readonly unit: "absent" | "inactive" | "active" | "failed";
  readonly unitEnabled: boolean;
  /** Lines of the unit's journal since its last start, filtered, newest last. */
  readonly unitLog: readonly string[];
  /** The fence on the host, null when there is none. */
  readonly fence: Fence | null;
  /** `pier (N): live` seen since the last start. */
  readonly live: boolean;
}

/** Secrets are passed as values that print as `[secret]` and are only opened by the code that writes them to a pipe. */
export interface Secret {
  readonly kind: "secret";
  /** What it is, for messages: "keyfile of ~zod". */
  readonly label: string;
  reveal(): string;
}

export interface BootRequest {
  readonly ship: ShipSpec;
  readonly fence: Fence;
  /** Host path of the vere binary, and of the pill (null lets vere fetch its own). */
  readonly vere: string;
  readonly pill: string | null;
  /** Null for a fake ship or a comet. Written to tmpfs, mode 0600, and removed by the host once vere has read it. */
  readonly key: Secret | null;
}

export interface ShipLife {
  readonly live: boolean;
  readonly khan: boolean;
  /** @p with sig as the ship itself says. */
  readonly who: string;
  readonly version: string;
  /** Events the ship has run. */
  readonly event: number;
}

export interface HttpProbe {
  /** Status of `/~_~/healthz`: 204, or 429 when busy. */
  readonly health: number;
  /** The name in the session after logging in with the +code; null when login failed. */
  readonly loggedInAs: string | null;
  readonly loginStatus: number;
}

/**
 * Everything done to a ship on its host. Each call is idempotent, probes before it acts, and refuses (`critical`,
 * code `fence-stale`) when the host already knows a higher fencing token.
 */
export interface ShipOperations {
  inspect(ship: ShipSpec): Promise<Outcome<Seen<ShipState>>>;
  /** Raises the host's token to `fence.token` and stores the fence; refuses a lower token and a foreign machine id. */
  fence(fence: Fence): Promise<Outcome<Seen<Fence>>>;
  /** Takes the fence away (rollback, or before a move); the unit can no longer start. `token` must be current. */
  unfence(fence: Fence): Promise<Outcome<Seen<null>>>;
  /** Starts the first boot in the background of the host, where it outlives us; at once if it is already running or done. */
  boot(request: BootRequest): Promise<Outcome<Seen<ShipState>>>;
  /** Installs the ship's unit (enabled, not started). */
  install(ship: ShipSpec, fence: Fence, vere: string): Promise<Outcome<Seen<ShipState>>>;
  /** Starts the unit under the fence; returns when systemd has taken the job, not when the ship is live. */
  start(ship: ShipSpec, fence: Fence): Promise<Outcome<Seen<ShipState>>>;
  /** Graceful stop; waits for the exit (up to `TimeoutStopSec`). */
  stop(ship: ShipSpec, fence: Fence): Promise<Outcome<Seen<ShipState>>>;
  /** Removes unit and pier of a ship that must not live on: only fake ships, and piers that never began. */
  remove(ship: ShipSpec, fence: Fence): Promise<Outcome<Seen<ShipState>>>;
  /** Asks the control socket: peels live, khan, who, v, info. */
  life(ship: ShipSpec): Promise<Outcome<Seen<ShipLife>>>;
  /** Runs a `|hi` to itself through a thread and waits for the ack; milliseconds on the host's clock. */
  hi(ship: ShipSpec): Promise<Outcome<Seen<{ readonly ms: number }>>>;
  /** Health, and a login with the +code, which never leaves this call. */
  http(ship: ShipSpec): Promise<Outcome<Seen<HttpProbe>>>;
}
