import type { Outcome } from "../base/outcome.ts";
import type { Machine } from "../machines/machine.ts";
import type { Secret } from "../machines/ships.ts";
import type { HostTarget, Plan, ShipTarget } from "../plan/schema.ts";
import type { RuntimeFiles } from "../specialists/step.ts";
import type { Holder, Lease, LeaseAnswer } from "../urbit/lease.ts";
import type { Graph } from "./graph.ts";

/** A plan as a worker holds it: parsed once, immutable, named by its hash. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly graph: Graph;
}

/** Leases as a step needs them; the engine keeps them. */
export interface Leases {
  lease(ship: string): Promise<Outcome<Lease>>;
  acquire(ship: string, wish: Omit<Holder, "since">): Promise<Outcome<LeaseAnswer>>;
  release(ship: string, token: number, because: string): Promise<Outcome<LeaseAnswer>>;
  observe(ship: string, machineId: string, pierId: string, event: number | null): Promise<Outcome<Lease>>;
}

/** Everything a worker reaches the world with. One per process. */
export interface Workshop {
  readonly leases: Leases;
  plan(hash: string): Promise<LoadedPlan>;
  machine(host: HostTarget): Machine;
  runDirectory(run: string): string;
  key(ship: ShipTarget): Promise<Outcome<Secret>>;
  runtime(plan: Plan): Promise<Outcome<RuntimeFiles>>;
  writeReports(run: string): Promise<void>;
}
