import { orderCommand } from "../order.ts";

export const command = orderCommand({
  name: "resume",
  summary: "go on with a paused or stopped run",
  usage: "RUN",
  examples: ["slipway resume last"],
  order: (_input, _state, by) => ({ kind: "resume", by }),
});
