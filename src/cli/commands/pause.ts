import { orderCommand } from "../order.ts";

export const command = orderCommand({
  name: "pause",
  summary: "stop a run after the steps now at work",
  usage: "RUN",
  examples: ["slipway pause last"],
  order: (_input, _state, by) => ({ kind: "pause", by }),
});
