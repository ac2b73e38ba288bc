import type * as restate from "@restatedev/restate-sdk";
import type { Workshop } from "../workshop.ts";

export type Reporter = ReturnType<typeof reporterHandlers>;

/** Writes a run's reports once it has come to rest; apart from the run, so that nobody waits for it. */
export function reporterHandlers(shop: Workshop) {
  return {
    write: async (ctx: restate.Context, { run }: { run: string }): Promise<void> => {
      await ctx.run("write reports", () => shop.writeReports(run));
    },
  };
}
