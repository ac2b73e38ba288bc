import { critical, type Failure, type Outcome, ok } from "../base/outcome.ts";
import { redact, storeRaw } from "../evidence/raw.ts";
import { readRecords } from "../evidence/read.ts";
import type { CheckResult, Observation, RecordBody } from "../evidence/schema.ts";
import type { Machine, Sighting } from "../machines/machine.ts";
import type { Fence } from "../machines/ships.ts";
import type { PlanStep } from "../plan/schema.ts";
import { stepOf } from "../specialists/catalogue.ts";
import type { Check, Step, StepContext, StepTarget } from "../specialists/step.ts";
import { type Lease, leaseKey } from "../urbit/lease.ts";
import { readAcks } from "./acks.ts";
import type { StepFailed, StepReport } from "./advance.ts";
import { heldUp } from "./held-up.ts";
import { placesOf } from "./places.ts";
import { ATTEMPTS } from "./policy.ts";
import type { UndoReport } from "./rollback.ts";
import type { LoadedPlan, Workshop } from "./workshop.ts";

/** One look at a step: finished for good, still going on at the host, or worth another attempt. */
export type Execution =
  | { readonly kind: "finished"; readonly report: StepReport }
  | { readonly kind: "pending"; readonly afterMs: number; readonly doing: string }
  | { readonly kind: "transient"; readonly report: StepFailed };

/** Runs a step's `apply` and `check`. Safe to run again from the start at any moment: steps adopt what they find. */
export async function executeStep(
  shop: Workshop,
  run: string,
  loaded: LoadedPlan,
  index: number,
  attempt: number,
): Promise<Execution> {
  const prepared = prepare(shop, run, loaded, index);
  const { planned, step, context } = prepared;
  const evidence = recorder(shop.runDirectory(run));
  const applied = await guarded(() => step.apply(context));
  if (!applied.ok) return failed(index, planned, applied.failure, attempt, []);
  if (applied.value.kind === "pending") {
    return { kind: "pending", afterMs: applied.value.afterMs, doing: applied.value.doing };
  }
  const observations: Observation[] = [];
  for (const sighting of applied.value.sightings) observations.push(await evidence.keep(sighting, context.machine));
  const looked = await guarded(() => step.check(context));
  if (!looked.ok) return failed(index, planned, looked.failure, attempt, observations);
  const checks = await evidence.checks(looked.value, context.machine);
  const missed = checks.find((check) => !check.passed);
  if (missed !== undefined) {
    const failure: Failure = {
      kind: "configuration",
      code: "check-failed",
      what: `${planned.id}: "${missed.check}" does not hold`,
      why: missed.detail,
      next: "look at the detail above, put it right",
    };
    const seen = checks.flatMap((check) => (check.observation === null ? [] : [check.observation]));
    return failed(index, planned, failure, attempt, [...observations, ...seen]);
  }
  const body: RecordBody = {
    kind: "step-done",
    step: planned.id,
    phase: planned.action.phase,
    specialist: planned.specialist,
    host: planned.action.host,
    ship: planned.action.ship,
    purpose: planned.purpose,
    unchanged: applied.value.unchanged,
    accomplished: [...applied.value.accomplished],
    outputs: { ...applied.value.outputs },
    checks,
    attempt,
  };
  return { kind: "finished", report: { index, attempt, ok: true, unchanged: applied.value.unchanged, body } };
}

/** One go at undoing a step: over, or worth another. */
export type Undoing = { readonly kind: "over"; readonly report: UndoReport } | { readonly kind: "again" };

/**
 * Runs a step's `undo`; `unchanged` when it had found everything as wished, `tries` counts from one. A failure to undo
 * is reported as kept, never thrown away.
 */
export async function undoStep(
  shop: Workshop,
  run: string,
  loaded: LoadedPlan,
  index: number,
  unchanged: boolean,
  tries: number,
): Promise<Undoing> {
  const { planned, step, context } = prepare(shop, run, loaded, index, unchanged);
  const undone = await guarded(() => step.undo(context));
  if (undone.ok) {
    const checks = await recorder(shop.runDirectory(run)).checks(undone.value.checks, context.machine);
    return undoing(index, planned, undone.value.undone, undone.value.detail, checks);
  }
  const { kind, what, next } = undone.failure;
  if (kind === "transient" && tries < ATTEMPTS) return { kind: "again" };
  return undoing(index, planned, false, `${what} Next: ${next}`, []);
}

function undoing(index: number, { id }: PlanStep, undone: boolean, detail: string, checks: CheckResult[]): Undoing {
  return { kind: "over", report: { index, undone, body: { kind: "step-undone", step: id, detail, undone, checks } } };
}

/** A fault of ours must not be retried for ever by the engine: it ends the step as a critical failure. */
async function guarded<T>(act: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await act();
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return critical(
      "step-crashed",
      "the step ended in a fault of Slipway's own",
      "report it with this run's evidence",
      redact(why),
    );
  }
}

function prepare(shop: Workshop, run: string, loaded: LoadedPlan, index: number, unchanged = false) {
  const planned = loaded.graph.steps[index];
  if (planned === undefined) throw new RangeError(`the plan has no step ${index}`);
  const step: Step = stepOf(planned.action.kind);
  return { planned, step, context: contextOf(shop, run, loaded, planned, unchanged) };
}

function contextOf(
  shop: Workshop,
  run: string,
  loaded: LoadedPlan,
  planned: PlanStep,
  unchanged: boolean,
): StepContext {
  const { plan } = loaded;
  const places = placesOf(plan);
  const host = places.hosts.get(planned.action.host ?? "") ?? null;
  const ship = places.ships.get(planned.action.ship ?? "") ?? null;
  const shipsOnHost = host === null ? [] : (places.shipsOn.get(host.name) ?? []);
  const target: StepTarget = { plan, host, ship, shipsOnHost, phase: planned.action.phase };
  const machine = host === null ? noMachine(places.twin) : shop.machine(host);
  const key = ship === null ? "" : leaseKey(ship.name, machine.rehearsal);
  // A token taken in this very step is the newest there is; asking the engine again would only repeat its answer.
  let taken: Lease | null = null;
  return {
    run,
    unchanged,
    target,
    began: async () => ({ plan, at: await began(shop.runDirectory(run)) }),
    machine,
    peer: (other) => shop.machine(other),
    acknowledged: () => readAcks(shop.runDirectory(run)),
    lease: async () => (taken === null ? shop.leases.lease(key) : ok(taken)),
    acquire: async (wanted = ship?.name ?? "") => {
      const facts = await machine.machineId();
      if (!facts.ok) return facts;
      const answer = await shop.leases.acquire(leaseKey(wanted, machine.rehearsal), {
        host: machine.name,
        machineId: facts.value,
        run,
      });
      if (!answer.ok) return answer;
      if (!answer.value.granted) {
        return critical(
          "ship-runs-elsewhere",
          `${wanted} has another writer: ${answer.value.because}`,
          `slipway lease explain ${wanted}`,
          "two copies of one ship break its network identity for good",
        );
      }
      if (wanted === ship?.name) taken = answer.value.lease;
      const fence: Fence = {
        ship: wanted,
        token: answer.value.lease.token,
        machineId: facts.value,
        run,
      };
      return ok(fence);
    },
    release: async (token, because) => {
      const answer = await shop.leases.release(key, token, because);
      return answer.ok ? ok(null) : answer;
    },
    observe: async (pierId, event) => {
      const id = await machine.machineId();
      if (!id.ok) return id;
      const answer = await shop.leases.observe(key, id.value, pierId, event);
      return answer.ok ? ok(null) : answer;
    },
    recorded: () => recorded(shop.runDirectory(run), planned),
    key: () => (ship === null ? Promise.resolve(noShip()) : shop.key(ship)),
    runtime: () => shop.runtime(plan),
  };
}

async function began(directory: string): Promise<string | null> {
  for await (const { at } of readRecords(directory)) return at;
  return null;
}

/** The step's outputs from the run's evidence. Read no further than its phase: nothing of it can stand behind that. */
async function recorded(directory: string, planned: PlanStep): Promise<Readonly<Record<string, unknown>> | null> {
  let outputs: Readonly<Record<string, unknown>> | null = null;
  for await (const { body } of readRecords(directory)) {
    if (body.kind === "step-done" && body.step === planned.id) outputs = body.outputs;
    if (body.kind === "phase-done" && body.phase === planned.action.phase) break;
  }
  return outputs;
}

function failed(
  index: number,
  planned: PlanStep,
  failure: Failure,
  attempt: number,
  observations: readonly Observation[],
): Execution {
  const body: RecordBody = {
    kind: "step-failed",
    step: planned.id,
    phase: planned.action.phase,
    failure: { ...failure },
    attempt,
    observations: [...observations],
  };
  const report = { index, attempt, ok: false, failure, body } as const;
  return failure.kind === "transient" ? { kind: "transient", report } : { kind: "finished", report };
}

function recorder(directory: string) {
  const keep = async (sighting: Sighting, machine: Machine): Promise<Observation> => {
    const stored = await storeRaw(directory, sighting.raw);
    // Not an Outcome any more: the handler is retried as a whole until the evidence can be written.
    if (!stored.ok) throw heldUp(stored.failure);
    return {
      at: sighting.at,
      host: sighting.host,
      command: sighting.command,
      exit: sighting.exit,
      rawSha256: stored.value.sha256,
      rawBytes: stored.value.bytes,
      rehearsed: machine.rehearsal,
    };
  };
  return {
    keep,
    checks: async (list: readonly Check[], machine: Machine): Promise<CheckResult[]> => {
      const results: CheckResult[] = [];
      const kept = new Map<Sighting, Observation>();
      for (const { check, passed, detail, sighting } of list) {
        let observation: Observation | null = null;
        if (sighting !== null) {
          observation = kept.get(sighting) ?? (await keep(sighting, machine));
          kept.set(sighting, observation);
        }
        results.push({ check, passed, detail, observation });
      }
      return results;
    },
  };
}

function noShip() {
  return critical("step-without-ship", "this step works on no ship", "report this: it is a fault in the plan");
}

/** What a step of the whole site gets for a machine: anything asked of it is a fault in the step. */
function noMachine(rehearsal: boolean): Machine {
  const refuse = () =>
    Promise.resolve(
      critical("step-without-host", "this step works on no host", "report this: it is a fault in the plan"),
    );
  const ships = new Proxy({} as Machine["ships"], { get: () => refuse });
  return {
    name: "",
    rehearsal,
    ships,
    machineId: refuse,
    facts: refuse,
    survey: refuse,
    ask: refuse,
    converge: refuse,
    restart: refuse,
    probe: refuse,
    undo: refuse,
    fingerprint: refuse,
    close: () => Promise.resolve(),
  };
}
