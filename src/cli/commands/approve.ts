import { orderCommand } from "../order.ts";

export const command = orderCommand({
  name: "approve",
  summary: "open the gate a run waits at",
  usage: "RUN [GATE]",
  words: [1, 2],
  examples: [
    "slipway approve last",
    "slipway approve 20261123 first-boot-production --by ada",
    "slipway approve last plan --hash b1c28bd75319",
  ],
  options: { hash: { type: "string", value: "HASH", about: "approve only if this very plan (or fix) waits there" } },
  order: (input, state, by) => ({
    kind: "approve",
    gate: input.words[1] ?? null,
    by,
    hash: input.text("hash") ?? state.gate?.hash ?? state.planHash,
  }),
});
