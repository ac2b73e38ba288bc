import type { Outcome } from "../base/outcome.ts";
import type { Machine, Sighting } from "../machines/machine.ts";
import type { Fence, Secret } from "../machines/ships.ts";
import type { Effect, HostTarget, Plan, ShipTarget } from "../plan/schema.ts";
import type { Lease } from "../urbit/lease.ts";
import type { Specialist } from "./names.ts";

/** What every step may know of the plan it stands in. */
export type PlanBase = Pick<
  Plan,
  | "intent"
  | "platform"
  | "securityLevel"
  | "controls"
  | "monitoringLevel"
  | "compliance"
  | "regions"
  | "disasterRecovery"
  | "slo"
  | "runtime"
  | "hosts"
  | "monitor"
  | "ships"
  | "acme"
>;

/** What a step works on. `host` and `ship` are null for a step of the whole site. */
export interface StepTarget {
  readonly plan: PlanBase;
  readonly host: HostTarget | null;
  readonly ship: ShipTarget | null;
  /** Ships of the plan on this step's host. */
  readonly shipsOnHost: readonly ShipTarget[];
  /** Id of the phase the step stands in. */
  readonly phase: string;
}

/** What a step would do, as text and as the commands a person could type instead. */
export interface Description {
  readonly purpose: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly checks: readonly string[];
  readonly commands: readonly string[];
  readonly minutes: { readonly low: number; readonly high: number };
  readonly risk: Risk;
}

/** What can go wrong with a step, and what the step does about it. */
export interface Risk {
  readonly level: "low" | "medium" | "high";
  readonly what: string;
  readonly answer: string;
}

export interface StepContext {
  readonly run: string;
  /** For `undo`: `apply` had found everything as wished in this run, so what is there is somebody else's. */
  readonly unchanged: boolean;
  readonly target: StepTarget;
  /** The whole plan as it was approved, and when its run began (ISO 8601, null before the evidence has a word of it). */
  readonly began: () => Promise<{ readonly plan: Plan; readonly at: string | null }>;
  /** The step's host. Only a step with a host may touch it. */
  readonly machine: Machine;
  /** Another host of the plan: for the step that watches them, which has to be let in there. */
  readonly peer: (host: HostTarget) => Machine;
  /** What persons have acknowledged in this run so far (`slipway ack`), oldest first. */
  readonly acknowledged: () => Promise<readonly Acknowledgement[]>;
  /** The ship's lease as the engine keeps it now. */
  readonly lease: () => Promise<Outcome<Lease>>;
  /** A new fencing token for the step's ship (or, in a step of a host, for one there); refused while another machine holds the ship. */
  readonly acquire: (ship?: string) => Promise<Outcome<Fence>>;
  /** Gives the ship back when it no longer lives here (undo of a boot). */
  readonly release: (token: number, because: string) => Promise<Outcome<null>>;
  /** Notes in the lease what the ship looked like, if this machine holds it. */
  readonly observe: (pierId: string, event: number | null) => Promise<Outcome<null>>;
  /** What this step put out when it was applied in this run; null where the evidence has no word of it. */
  readonly recorded: () => Promise<Readonly<Record<string, unknown>> | null>;
  /** Resolves the ship's key at the moment it is needed. */
  readonly key: () => Promise<Outcome<Secret>>;
  /** Files of the runtime, on this machine, by digest. */
  readonly runtime: () => Promise<Outcome<RuntimeFiles>>;
}

/** A person's word that a message with this nonce arrived. */
export interface Acknowledgement {
  readonly nonce: string;
  readonly by: string;
  readonly at: string;
}

export interface RuntimeFiles {
  readonly version: string;
  readonly vere: { readonly file: string; readonly sha256: string };
  readonly pill: { readonly file: string; readonly sha256: string } | null;
}

/** Done, or still going on at the host: called again after `afterMs`, holding nothing open meanwhile. */
export type Applied =
  | {
      readonly kind: "done";
      readonly unchanged: boolean;
      readonly accomplished: readonly string[];
      readonly outputs: Readonly<Record<string, unknown>>;
      readonly sightings: readonly Sighting[];
    }
  | { readonly kind: "pending"; readonly afterMs: number; readonly doing: string };

export interface Check {
  readonly check: string;
  readonly passed: boolean;
  readonly detail: string;
  readonly sighting: Sighting | null;
}

export interface Undone {
  /** False where it cannot be undone, said plainly in `detail`. */
  readonly undone: boolean;
  readonly detail: string;
  readonly checks: readonly Check[];
}

/** What the catalogue says of a step: all that planning needs of it, whether or not it is built. */
export interface Card {
  readonly kind: string;
  /** "lead": whoever leads the platform (the VPS specialist on a VPS, the Urbit one on bare metal). */
  readonly specialist: Specialist | "lead" | ((target: StepTarget) => Specialist);
  /** "monitor": the host that watches the others; it has none where nobody named one. */
  readonly scope: "site" | "host" | "ship" | "monitor";
  /** Whether its minutes are people at work, eight hours a day and five days a week; else they run day and night. */
  readonly working?: boolean;
  /** Whether what it orders is what the decision's monthly cost pays for. */
  readonly ordersCapacity?: boolean;
  /** What it belongs to in the report when it is decided and left out; null where the decision's own list says so. */
  readonly topic?: string | null;
  /** Whether the step is needed for this target; left out: it always is. */
  applies?(target: StepTarget): boolean;
  effect(target: StepTarget): Effect;
  describe(target: StepTarget): Description;
}

/**
 * A step is its card plus three verbs. `apply` probes first and adopts what it finds, so running it twice is running it
 * once; `check` looks with fresh eyes; `undo` leaves the host as `apply` found it.
 */
export interface Step extends Card {
  apply(context: StepContext): Promise<Outcome<Applied>>;
  check(context: StepContext): Promise<Outcome<readonly Check[]>>;
  undo(context: StepContext): Promise<Outcome<Undone>>;
}
