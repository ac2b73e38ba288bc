import { orderCommand } from "../order.ts";

export const command = orderCommand({
  name: "reject",
  summary: "refuse the gate a run waits at; the run ends",
  usage: "RUN [GATE] --because TEXT",
  words: [1, 2],
  examples: ['slipway reject last --because "wrong host"'],
  options: { because: { type: "string", value: "TEXT", about: "why; it stands in the report" } },
  required: ["because"],
  order: (input, _state, by) => ({
    kind: "reject",
    gate: input.words[1] ?? null,
    by,
    because: input.text("because") ?? "",
  }),
});
