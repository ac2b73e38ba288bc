import * as restate from "@restatedev/restate-sdk";
import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import { appendBatch, writeBatch } from "../../evidence/chain.ts";
import type { RecordBody } from "../../evidence/schema.ts";
import { report, type StepReport } from "../advance.ts";
import type { Change } from "../change.ts";
import { type Command, command, expire, type StartRequest, start } from "../commands.ts";
import { heldUp } from "../held-up.ts";
import { type UndoReport, undone } from "../rollback.ts";
import { isOver, MARKS, type RunState } from "../state.ts";
import type { Workshop } from "../workshop.ts";
import { REPORTER, RUN, STEPS } from "./names.ts";
import type { Reporter } from "./reporter-service.ts";
import type { Steps } from "./steps-service.ts";

/** What a batch of steps says to its run after a round. */
export interface Round {
  readonly reports: readonly StepReport[];
  /** Records of what is tried again. */
  readonly notes: readonly RecordBody[];
  readonly doing: Readonly<Record<string, string>>;
  readonly at: string;
}

export type Run = ReturnType<typeof runHandlers>;

const OBJECT = { name: RUN } as restate.VirtualObjectDefinition<typeof RUN, Run>;
const WORK = { name: STEPS } as restate.ServiceDefinition<typeof STEPS, Steps>;
const REPORTS = { name: REPORTER } as restate.ServiceDefinition<typeof REPORTER, Reporter>;

/** A question leaves no trace: runs are asked five times a second while somebody watches. */
export const UNKEPT = { journalRetention: 0, idempotencyRetention: 0 } as const;

/** Only the engine's other handlers may call these. */
const INTERNAL = { ingressPrivate: true } as const;

/** A run as a keyed object: each handler takes one message in, decides by pure functions, and is over. */
export function runHandlers(shop: Workshop) {
  /** Evidence first, then what is to happen, then the state: a retry writes the same bytes at the same place. */
  const commit = async (ctx: restate.ObjectContext, next: Change, at: string): Promise<RunState> => {
    const { state } = next;
    let { head } = state;
    if (next.bodies.length > 0) {
      const batch = appendBatch(head, at, next.bodies);
      const written = await writeBatch(shop.runDirectory(state.run), head.offset, batch.bytes);
      if (!written.ok) throw heldUp(written.failure);
      head = batch.head;
    }
    const stored: RunState = { ...state, head };
    const { run, planHash } = stored;
    for (const indices of next.dispatch) {
      const attempts = indices.map((index) => 1 + (stored.attempts[index] ?? 0));
      ctx.serviceSendClient(WORK).execute({ run, planHash, indices, attempts });
    }
    for (const indices of next.undo) {
      const unchanged = indices.map((index) => stored.marks[index] === MARKS.unchanged);
      ctx.serviceSendClient(WORK).undo({ run, planHash, indices, unchanged });
    }
    if (next.opened !== null) {
      const { id, openedAt, expiresAt } = next.opened;
      const delay = Math.max(0, Date.parse(expiresAt) - Date.parse(at));
      const wait = { gate: id, openedAt, at: expiresAt };
      ctx.objectSendClient(OBJECT, ctx.key).expire(wait, restate.rpc.sendOpts({ delay }));
    }
    const rests = isOver(stored.status) || stored.status === "stopped" || stored.status === "waiting";
    if (rests) ctx.serviceSendClient(REPORTS).write({ run });
    ctx.set("state", stored);
    return stored;
  };
  const known = (ctx: restate.ObjectContext | restate.ObjectSharedContext) => ctx.get<RunState>("state");

  return {
    start: async (ctx: restate.ObjectContext, request: StartRequest): Promise<Outcome<RunState>> => {
      const state = await known(ctx);
      if (state !== null) return ok(state);
      return ok(await commit(ctx, start(await shop.plan(request.planHash), request), request.at));
    },
    command: async (
      ctx: restate.ObjectContext,
      order: Command & { readonly at: string },
    ): Promise<Outcome<RunState>> => {
      const state = await known(ctx);
      if (state === null) return configuration("no-such-run", `there is no run ${ctx.key}`, "slipway status");
      const next = command(await shop.plan(state.planHash), state, order, order.at);
      return next.ok ? ok(await commit(ctx, next.value, order.at)) : next;
    },
    report: restate.handlers.object.exclusive(INTERNAL, async (ctx: restate.ObjectContext, round: Round) => {
      const state = await known(ctx);
      if (state === null) return;
      const noted: RunState = { ...state, doing: { ...state.doing, ...round.doing } };
      if (round.reports.length + round.notes.length === 0) {
        ctx.set("state", noted);
        return;
      }
      const next = report(await shop.plan(state.planHash), noted, round.reports, round.at);
      await commit(ctx, { ...next, bodies: [...round.notes, ...next.bodies] }, round.at);
    }),
    undone: restate.handlers.object.exclusive(
      INTERNAL,
      async (ctx: restate.ObjectContext, { reports, at }: { reports: readonly UndoReport[]; at: string }) => {
        const state = await known(ctx);
        if (state !== null) await commit(ctx, undone(state, reports, at), at);
      },
    ),
    expire: restate.handlers.object.exclusive(
      INTERNAL,
      async (ctx: restate.ObjectContext, wait: { gate: string; openedAt: string; at: string }) => {
        const state = await known(ctx);
        if (state !== null) await commit(ctx, expire(state, wait.gate, wait.openedAt, wait.at), wait.at);
      },
    ),
    status: restate.handlers.object.shared(UNKEPT, (ctx: restate.ObjectSharedContext) => known(ctx)),
  };
}
