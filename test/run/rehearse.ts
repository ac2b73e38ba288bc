import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ok } from "../../src/base/outcome.ts";
import { appendBatch, writeBatch } from "../../src/evidence/chain.ts";
import { readRecords } from "../../src/evidence/read.ts";
import type { EvidenceRecord } from "../../src/evidence/schema.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { Fault } from "../../src/machines/twin/faults.ts";
import { createTwinMachine } from "../../src/machines/twin/machine.ts";
import { openWorld } from "../../src/machines/twin/world.ts";
import type { Plan } from "../../src/plan/schema.ts";
import { report } from "../../src/run/advance.ts";
import type { Change } from "../../src/run/change.ts";
import { type Command, command, start } from "../../src/run/commands.ts";
import { executeStep, undoStep } from "../../src/run/execute.ts";
import { compileGraph } from "../../src/run/graph.ts";
import { undone } from "../../src/run/rollback.ts";
import { MARKS, type RunState } from "../../src/run/state.ts";
import type { Leases, Workshop } from "../../src/run/workshop.ts";
import { acquire, emptyLease, type Lease, observe, release } from "../../src/urbit/lease.ts";

export interface Rehearsed {
  readonly plan: Plan;
  /** The run's directory, with its evidence and plan; removed by `clear`. */
  readonly directory: string;
  state(): RunState;
  records(): Promise<readonly EvidenceRecord[]>;
  /** Gives the run an order and carries it on until it rests again. */
  order(order: Command): Promise<RunState>;
  clear(): void;
}

interface Wishes {
  readonly faults?: readonly Fault[];
  readonly preapproved?: readonly string[];
  /** Stands in for real hosts: the twin's, but without the label. Only to see what a report makes of real ones. */
  readonly solid?: boolean;
}

/** A plan carried out step by step on the twin, in this process and without an engine, until the run rests. */
export async function rehearse(
  plan: Plan,
  { faults = [], preapproved = [], solid = false }: Wishes = {},
): Promise<Rehearsed> {
  const directory = mkdtempSync(join(tmpdir(), "slipway-rehearse-"));
  writeFileSync(join(directory, "plan.json"), `${JSON.stringify(plan)}\n`);
  const world = openWorld(":memory:");
  world.setFaults(faults);
  const loaded = { plan, graph: compileGraph(plan) };
  const shop = workshop(directory, (name) => {
    const machine = createTwinMachine(world, name);
    return solid ? { ...machine, rehearsal: false } : machine;
  });
  const run = "20261124-100000-0001";
  let minute = 0;
  const now = () => new Date(Date.parse("2026-11-24T10:00:00Z") + minute++ * 60_000).toISOString();
  let state: RunState;

  const take = async (first: Change, at: string): Promise<void> => {
    const queue: { readonly next: Change; readonly at: string }[] = [{ next: first, at }];
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const batch = appendBatch(item.next.state.head, item.at, item.next.bodies);
      const written = await writeBatch(directory, item.next.state.head.offset, batch.bytes);
      if (!written.ok) throw new Error(written.failure.what);
      state = { ...item.next.state, head: batch.head };
      for (const index of item.next.dispatch.flat()) {
        const attempt = 1 + (state.attempts[index] ?? 0);
        let look = await executeStep(shop, run, loaded, index, attempt);
        while (look.kind === "pending") look = await executeStep(shop, run, loaded, index, attempt);
        const ended = now();
        // One report at a time: the next is of the state this one leads to.
        const change = report(loaded, state, [look.report], ended);
        await take(change, ended);
      }
      for (const index of item.next.undo.flat()) {
        const unchanged = state.marks[index] === MARKS.unchanged;
        const look = await undoStep(shop, run, loaded, index, unchanged, 3);
        if (look.kind === "over") await take(undone(state, [look.report], now()), now());
      }
    }
  };

  const at = now();
  const request = { run, planHash: plan.hash, by: "ada", at, rehearsal: !solid, preapproved, limits: { parallel: 1 } };
  await take(start(loaded, request), at);
  return {
    plan,
    directory,
    state: () => state,
    records: async () => {
      const records: EvidenceRecord[] = [];
      for await (const record of readRecords(directory)) records.push(record);
      return records;
    },
    order: async (order) => {
      const time = now();
      const next = command(loaded, state, order, time);
      if (!next.ok) throw new Error(next.failure.what);
      await take(next.value, time);
      return state;
    },
    clear: () => {
      world.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function workshop(directory: string, machine: (name: string) => Machine): Workshop {
  const nothing = "0".repeat(64);
  const runtime = { version: "4.5", vere: { file: "", sha256: nothing }, pill: { file: "", sha256: nothing } };
  return {
    leases: leasesInMemory(),
    plan: () => Promise.reject(new Error("the plan is at hand")),
    machine: ({ name }) => machine(name),
    runDirectory: () => directory,
    key: (ship) => Promise.reject(new Error(`no key of ${ship.name} is at hand`)),
    runtime: async () => ok(runtime),
    writeReports: async () => undefined,
  };
}

function leasesInMemory(): Leases {
  const leases = new Map<string, Lease>();
  const at = "2026-11-24T10:00:00.000Z";
  const read = (ship: string) => leases.get(ship) ?? emptyLease(ship);
  const kept = <T extends { readonly lease: Lease }>(ship: string, answer: T) => {
    leases.set(ship, answer.lease);
    return ok(answer);
  };
  return {
    lease: async (ship) => ok(read(ship)),
    acquire: async (ship, wish) => kept(ship, acquire(read(ship), wish, at)),
    release: async (ship, token, because) => kept(ship, release(read(ship), token, because, at)),
    observe: async (ship, machineId, pierId, event) => {
      const lease = observe(read(ship), machineId, pierId, event);
      leases.set(ship, lease);
      return ok(lease);
    },
  };
}
