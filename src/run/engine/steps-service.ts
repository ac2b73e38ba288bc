import * as restate from "@restatedev/restate-sdk";
import { turns } from "../../base/turns.ts";
import type { RecordBody } from "../../evidence/schema.ts";
import type { StepReport } from "../advance.ts";
import { executeStep, undoStep } from "../execute.ts";
import { judge, pauseBefore } from "../policy.ts";
import type { UndoReport } from "../rollback.ts";
import type { Workshop } from "../workshop.ts";
import { RUN } from "./names.ts";
import type { Run } from "./run-object.ts";

/** Steps of one host, run together. */
interface Batch {
  readonly run: string;
  readonly planHash: string;
  readonly indices: readonly number[];
}

/** `attempts` counts the runs of each step after fixes, the first included. */
type Work = Batch & { readonly attempts: readonly number[] };
/** `unchanged`: the step had found everything as wished. */
type Undoing = Batch & { readonly unchanged: readonly boolean[] };

export type Steps = ReturnType<typeof stepHandlers>;

const OBJECT = { name: RUN } as restate.VirtualObjectDefinition<typeof RUN, Run>;

/** The hands: each look at a step is journaled as one, so that a worker's death repeats the looks in flight and no other. */
export function stepHandlers(shop: Workshop) {
  // An engine that comes back asks again for what this process may still be at: that has to end first.
  const alone = turns();
  return {
    /** Runs its steps side by side in rounds; what has ended is reported at once, the rest sleeps and is looked at again. */
    execute: async (ctx: restate.Context, { run, planHash, indices, attempts }: Work): Promise<void> => {
      const names = (await shop.plan(planHash)).graph.steps;
      let open = indices.map((index, k) => ({ index, attempt: attempts[k] ?? 1, tries: 1 }));
      for (let rounds = 0; open.length > 0; rounds++) {
        const round = open;
        const looks = await restate.RestatePromise.all(
          round.map(({ index, attempt }) =>
            ctx.run(`step ${index}`, () =>
              alone(`${run} ${index}`, async () => {
                const execution = await executeStep(shop, run, await shop.plan(planHash), index, attempt);
                return { execution, at: new Date().toISOString() };
              }),
            ),
          ),
        );
        const reports: StepReport[] = [];
        const notes: RecordBody[] = [];
        const doing: Record<string, string> = {};
        const again: typeof open = [];
        let sleepMs = Number.POSITIVE_INFINITY;
        let at = "";
        for (const [k, look] of looks.entries()) {
          const item = round[k];
          if (item === undefined) continue;
          at = look.at > at ? look.at : at;
          const verdict = judge(look.execution, item.tries, ctx.rand.random());
          if (verdict.kind === "over") {
            reports.push(verdict.report);
            continue;
          }
          if (verdict.note !== null) notes.push(verdict.note);
          again.push({ ...item, tries: verdict.tries });
          doing[item.index] = `${names[item.index]?.id ?? item.index}: ${verdict.doing}`;
          sleepMs = Math.min(sleepMs, verdict.sleepMs);
        }
        // A first pending look is not worth a message: most waits are over by the second.
        const told = reports.length + notes.length > 0 || rounds > 0;
        if (told) ctx.objectSendClient(OBJECT, run).report({ reports, notes, doing, at });
        open = again;
        if (open.length > 0) await ctx.sleep(sleepMs);
      }
    },
    /** Undoes its steps one after another, in the order given. */
    undo: async (ctx: restate.Context, { run, planHash, indices, unchanged }: Undoing): Promise<void> => {
      for (const [k, index] of indices.entries()) {
        let report: UndoReport | null = null;
        for (let tries = 1; report === null; tries++) {
          const look = await ctx.run(`undo ${index}`, () =>
            alone(`${run} ${index}`, async () => {
              const plan = await shop.plan(planHash);
              const undoing = await undoStep(shop, run, plan, index, unchanged[k] ?? false, tries);
              return { undoing, at: new Date().toISOString() };
            }),
          );
          if (look.undoing.kind === "again") await ctx.sleep(pauseBefore(tries + 1, ctx.rand.random()));
          else {
            report = look.undoing.report;
            ctx.objectSendClient(OBJECT, run).undone({ reports: [report], at: look.at });
          }
        }
      }
    },
  };
}
