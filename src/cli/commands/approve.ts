import { orderCommand } from "../order.ts";

export const command = orderCommand({
  name: "approve",
  summary: "open the gate a run waits at",
  usage: "RUN [GATE]",
  words: [1, 2],
  examples: ["slipway approve last", "slipway approve 20261123 first-boot-production --by ada"],
  options: { "plan-hash": { type: "string", value: "HASH", about: "approve only if the run carries this very plan" } },
  order: (input, state, by) => ({
    kind: "approve",
    gate: input.words[1] ?? null,
    by,
    planHash: input.text("plan-hash") ?? state.planHash,
  }),
});
