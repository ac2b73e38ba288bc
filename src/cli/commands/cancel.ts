import { orderCommand } from "../order.ts";

export const command = orderCommand({
  name: "cancel",
  summary: "end a run, leaving what it made",
  usage: "RUN",
  examples: ["slipway cancel last"],
  order: (_input, _state, by) => ({ kind: "cancel", by }),
});
