import * as restate from "@restatedev/restate-sdk";
import { acquire, emptyLease, type Holder, type Lease, observe, release } from "../../urbit/lease.ts";
import { UNKEPT } from "./run-object.ts";

/** One lease per ship: the engine runs its handlers one at a time, so tokens only grow. */
export function leaseHandlers() {
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
    show: restate.handlers.object.shared(UNKEPT, read),
  };
}
