import type { Facts } from "../machine.ts";
import type { ResourceRecord } from "../resources.ts";

/** How the twin's time goes. Model time runs at `speed` × real time; both spans are model milliseconds. */
export interface Settings {
  readonly speed: number;
  /** A first boot, from its start to `pier (N): live`. */
  readonly bootMs: number;
  /** A start of the unit, to `pier (N): live`. */
  readonly startMs: number;
}

/** Everything at once: what tests and benchmarks want. A demo sets `bootMs` to something a person can watch. */
export const AT_ONCE: Settings = { speed: 1, bootMs: 0, startMs: 0 };

/** A ship's directory, boot and unit on one host of the twin. */
export interface ShipModel {
  /** `inode:id`; a copy has another inode. "" while there is no directory. */
  pierId: string;
  /** What our boot noted when it began; a pier without it was not booted here by us. */
  bootRun: string;
  fake: boolean;
  amesPort: number;
  httpPort: number;
  /** Model times of the first boot. A boot that fails ends at `bootOver` all the same. */
  bootBegun: number;
  bootOver: number;
  /** Null for a boot that succeeds (or has not ended yet), else its last lines. */
  bootFailure: readonly string[] | null;
  /** Whether the pier got an identity before the boot failed. */
  began: boolean;
  reported: boolean;
  unit: boolean;
  enabled: boolean;
  active: boolean;
  /** Last lines of a unit that failed; empty for one that did not. */
  unitFailure: readonly string[];
  /** When the last start is live, model time. */
  liveAt: number;
  pid: number;
  event: number;
}

/** What the guard of a real host keeps in its file: it outlives the pier, and its token only grows. */
export interface FenceModel {
  token: number;
  held: boolean;
  machineId: string;
  run: string;
  /** The pier this fence is bound to; "" before the first install. */
  pier: string;
  /** Why the ship must not be started by the same run again: the refusal of a double boot. */
  hold: string;
}

/** What one resource changed, so that it can be put back. Newest entry of a batch first. */
export interface UndoEntry {
  readonly id: string;
  readonly kind: ResourceRecord["kind"];
  readonly after: string;
  /** State before, per key of `things`; null where there was none. */
  readonly was: readonly (readonly [key: string, before: string | null])[];
  /** Parent directories made on the way. */
  readonly made: readonly string[];
  /** For a line in somebody else's file: undone alone when the file was touched since. */
  readonly line: {
    readonly path: string;
    readonly line: string;
    readonly old: string | null;
    /** The file as we left it. */
    readonly set: string;
  } | null;
}

/** A host of the twin. `things` holds its state, one spelling per thing (`image.ts`): what converge compares and undo puts back. */
export interface HostModel {
  readonly name: string;
  /** Changes only when the disk is cloned into another machine. */
  machineId: string;
  facts: Partial<Facts>;
  /** True once a change has shut us out for good. */
  shut: boolean;
  /** Next inode and PID: both only grow. */
  next: number;
  readonly things: Record<string, string>;
  readonly undo: Record<string, UndoEntry[]>;
  readonly ships: Record<string, ShipModel>;
  readonly fences: Record<string, FenceModel>;
}
