import type { Facts } from "../machine.ts";
import type { Fence } from "../ships.ts";

/** How long things take on the twin, milliseconds of real time. */
export interface Settings {
  readonly bootMs: number;
  readonly startMs: number;
}

/** A ship on a twin's host. */
export interface ShipModel {
  pierId: string;
  /** When the first boot was begun, and when it is over. */
  bootBegun: number;
  bootOver: number;
  bootFailed: boolean;
  unit: boolean;
  enabled: boolean;
  active: boolean;
  /** When the last start is live. */
  liveAt: number;
  event: number;
}

/** A twin's host. `things` holds its state in one spelling per resource: what converge compares and undo puts back. */
export interface HostModel {
  readonly name: string;
  readonly machineId: string;
  readonly facts: Partial<Facts>;
  readonly things: Record<string, string>;
  readonly undo: Record<string, [string, string | null][]>;
  readonly ships: Record<string, ShipModel>;
  /** Highest token ever seen, by ship; it outlives the fence. */
  readonly tokens: Record<string, number>;
  readonly fences: Record<string, Fence>;
}
