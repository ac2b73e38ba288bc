import * as restate from "@restatedev/restate-sdk";
import type { Outcome } from "../../base/outcome.ts";
import { appendBatch, writeBatch } from "../../evidence/chain.ts";
import { acquire, emptyLease, type Holder, type Lease, observe, release } from "../../urbit/lease.ts";
import { type Change, report, type StepReport, type UndoReport, undone } from "../advance.ts";
import { type Command, command, expire, type StartRequest, start } from "../commands.ts";
import { type Execution, executeStep, undoStep } from "../execute.ts";
import { ATTEMPTS, pauseBefore } from "../policy.ts";
import { isOver, type RunState } from "../state.ts";
import type { Workshop } from "../workshop.ts";

/** A batch of steps of one host, run together. `attempts` counts runs of a step after fixes, for the record. */
interface Batch {
  readonly run: string;
  readonly planHash: string;
  readonly indices: readonly number[];
  readonly attempts: readonly number[];
}

interface Reports {
  readonly reports: readonly StepReport[];
  readonly doing: Readonly<Record<string, string>>;
  readonly at: string;
}

const RUN = { name: "run" } as restate.VirtualObjectDefinition<"run", ReturnType<typeof runHandlers>>;
const STEPS = { name: "steps" } as restate.ServiceDefinition<"steps", ReturnType<typeof stepHandlers>>;
const REPORTER = { name: "reporter" } as restate.ServiceDefinition<"reporter", ReturnType<typeof reporterHandlers>>;

/** The engine's services over one workshop: `run` and `lease` are keyed objects, `steps` does the work. */
export function services(shop: Workshop) {
  return [
    restate.object({ name: "run", handlers: runHandlers(shop) }),
    restate.service({ name: "steps", handlers: stepHandlers(shop) }),
    restate.object({ name: "lease", handlers: leaseHandlers() }),
    restate.service({ name: "reporter", handlers: reporterHandlers(shop) }),
  ];
}

function runHandlers(shop: Workshop) {
  /** Evidence first, then what is to happen, then the state: a retry writes the same bytes at the same place. */
  const commit = async (ctx: restate.ObjectContext, next: Change, at: string): Promise<RunState> => {
    const { state } = next;
    let { head } = state;
    if (next.bodies.length > 0) {
      const batch = appendBatch(head, at, next.bodies);
      const written = await writeBatch(shop.runDirectory(state.run), head.offset, batch.bytes);
      if (!written.ok) throw new Error(`${written.failure.what}: ${written.failure.why ?? ""}`);
      head = batch.head;
    }
    const stored: RunState = { ...state, head };
    for (const indices of next.dispatch) {
      const attempts = indices.map((index) => 1 + (stored.attempts[index] ?? 0));
      ctx.serviceSendClient(STEPS).execute({ run: stored.run, planHash: stored.planHash, indices, attempts });
    }
    for (const indices of next.undo) {
      ctx.serviceSendClient(STEPS).undo({ run: stored.run, planHash: stored.planHash, indices, attempts: [] });
    }
    if (next.opened !== null) {
      const { id, openedAt, expiresAt } = next.opened;
      const delay = Math.max(0, Date.parse(expiresAt) - Date.parse(at));
      const wait = { gate: id, openedAt, at: expiresAt };
      ctx.objectSendClient(RUN, ctx.key).expire(wait, restate.rpc.sendOpts({ delay }));
    }
    const rests = isOver(stored.status) || stored.status === "stopped" || stored.status === "waiting";
    if (rests) ctx.serviceSendClient(REPORTER).write({ run: stored.run });
    ctx.set("state", stored);
    return stored;
  };
  const siteOf = (state: RunState) => shop.plan(state.planHash);

  return {
    start: async (ctx: restate.ObjectContext, request: StartRequest): Promise<Outcome<RunState>> => {
      const known = await ctx.get<RunState>("state");
      if (known !== null) return { ok: true, value: known };
      return { ok: true, value: await commit(ctx, start(await shop.plan(request.planHash), request), request.at) };
    },
    report: async (ctx: restate.ObjectContext, { reports, doing, at }: Reports): Promise<void> => {
      const state = await ctx.get<RunState>("state");
      if (state === null) return;
      const noted: RunState = { ...state, doing: { ...state.doing, ...doing } };
      if (reports.length === 0) ctx.set("state", noted);
      else await commit(ctx, report(await siteOf(state), noted, reports, at), at);
    },
    undone: async (
      ctx: restate.ObjectContext,
      input: { reports: readonly UndoReport[]; at: string },
    ): Promise<void> => {
      const state = await ctx.get<RunState>("state");
      if (state !== null) await commit(ctx, undone(state, input.reports, input.at), input.at);
    },
    command: async (
      ctx: restate.ObjectContext,
      order: Command & { readonly at: string },
    ): Promise<Outcome<RunState>> => {
      const state = await ctx.get<RunState>("state");
      if (state === null) {
        const what = `there is no run ${ctx.key}`;
        return { ok: false, failure: { kind: "configuration", code: "no-such-run", what, next: "slipway status" } };
      }
      const next = command(await siteOf(state), state, order, order.at);
      return next.ok ? { ok: true, value: await commit(ctx, next.value, order.at) } : next;
    },
    expire: async (ctx: restate.ObjectContext, wait: { gate: string; openedAt: string; at: string }): Promise<void> => {
      const state = await ctx.get<RunState>("state");
      if (state === null || state.gate?.id !== wait.gate || state.gate.openedAt !== wait.openedAt) return;
      await commit(ctx, expire(state, wait.gate, wait.openedAt, wait.at), wait.at);
    },
    status: restate.handlers.object.shared((ctx: restate.ObjectSharedContext) => ctx.get<RunState>("state")),
  };
}

function stepHandlers(shop: Workshop) {
  return {
    /** Runs its steps side by side in rounds; what has ended is reported at once, the rest sleeps and is looked at again. */
    execute: async (ctx: restate.Context, { run, planHash, indices, attempts }: Batch): Promise<void> => {
      let open = indices.map((index, k) => ({ index, attempt: attempts[k] ?? 1, tries: 1 }));
      for (let rounds = 0; open.length > 0; rounds++) {
        const round = open;
        const results = await restate.RestatePromise.all(
          round.map(({ index, attempt }) =>
            ctx.run(`step ${index}`, async () => {
              const execution = await executeStep(shop, run, await shop.plan(planHash), index, attempt);
              return { execution, at: new Date().toISOString() };
            }),
          ),
        );
        const reports: StepReport[] = [];
        const doing: Record<string, string> = {};
        const again: typeof open = [];
        let sleepMs = Number.POSITIVE_INFINITY;
        let at = "";
        for (const [k, { execution, at: ended }] of results.entries()) {
          const item = round[k];
          if (item === undefined) continue;
          at = ended > at ? ended : at;
          const next = judge(execution, item.tries, ctx.rand.random());
          if (next.report !== null) reports.push(next.report);
          else {
            again.push({ ...item, tries: next.tries });
            doing[item.index] = next.doing;
            sleepMs = Math.min(sleepMs, next.sleepMs);
          }
        }
        // A first pending look is not worth a message: most waits are over by the second.
        const told = reports.length > 0 || rounds > 0;
        if (told) ctx.objectSendClient(RUN, run).report({ reports, doing, at });
        open = again;
        if (open.length > 0) await ctx.sleep(sleepMs);
      }
    },
    /** Undoes its steps one after another, in the order given. */
    undo: async (ctx: restate.Context, { run, planHash, indices }: Batch): Promise<void> => {
      for (const index of indices) {
        for (let tries = 1; ; tries++) {
          const { outcome, at } = await ctx.run(`undo ${index}`, async () => ({
            outcome: await undoStep(shop, run, await shop.plan(planHash), index),
            at: new Date().toISOString(),
          }));
          if (outcome.ok) {
            ctx.objectSendClient(RUN, run).undone({ reports: [outcome.value], at });
            break;
          }
          if (tries >= ATTEMPTS) {
            const step = (await shop.plan(planHash)).graph.steps[index]?.id ?? String(index);
            const detail = `${outcome.failure.what}. Next: ${outcome.failure.next}`;
            const body = { kind: "step-undone", step, detail, undone: false, checks: [] } as const;
            ctx
              .objectSendClient(RUN, run)
              .undone({ reports: [{ index, undone: false, body: { ...body, checks: [] } }], at });
            break;
          }
          await ctx.sleep(pauseBefore(tries + 1, ctx.rand.random()));
        }
      }
    },
  };
}

interface Verdict {
  readonly report: StepReport | null;
  readonly tries: number;
  readonly doing: string;
  readonly sleepMs: number;
}

function judge(execution: Execution, tries: number, random: number): Verdict {
  switch (execution.kind) {
    case "finished":
      return { report: execution.report, tries, doing: "", sleepMs: 0 };
    case "pending":
      return { report: null, tries: 1, doing: execution.doing, sleepMs: execution.afterMs };
    case "transient": {
      if (tries >= ATTEMPTS) return { report: execution.report, tries, doing: "", sleepMs: 0 };
      const sleepMs = pauseBefore(tries + 1, random);
      const doing = `attempt ${tries + 1} of ${ATTEMPTS} in ${Math.round(sleepMs / 1000)} s: ${execution.report.failure.what}`;
      return { report: null, tries: tries + 1, doing, sleepMs };
    }
  }
}

function leaseHandlers() {
  const read = async (ctx: restate.ObjectSharedContext | restate.ObjectContext): Promise<Lease> =>
    (await ctx.get<Lease>("lease")) ?? emptyLease(ctx.key);
  return {
    acquire: async (ctx: restate.ObjectContext, { wish, at }: { wish: Omit<Holder, "since">; at: string }) => {
      const answer = acquire(await read(ctx), wish, at);
      if (answer.granted) ctx.set("lease", answer.lease);
      return answer;
    },
    release: async (ctx: restate.ObjectContext, order: { token: number; because: string; at: string }) => {
      const answer = release(await read(ctx), order.token, order.because, order.at);
      if (answer.granted) ctx.set("lease", answer.lease);
      return answer;
    },
    observe: async (ctx: restate.ObjectContext, seen: { machineId: string; pierId: string; event: number | null }) => {
      const next = observe(await read(ctx), seen.machineId, seen.pierId, seen.event);
      ctx.set("lease", next);
      return next;
    },
    show: restate.handlers.object.shared(read),
  };
}

function reporterHandlers(shop: Workshop) {
  return {
    write: async (ctx: restate.Context, { run }: { run: string }): Promise<void> => {
      await ctx.run("write reports", () => shop.writeReports(run));
    },
  };
}
