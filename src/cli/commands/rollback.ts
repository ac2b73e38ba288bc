import { orderCommand } from "../order.ts";

export const command = orderCommand({
  name: "rollback",
  summary: "undo what a run made, newest first",
  usage: "RUN",
  examples: ["slipway rollback last"],
  order: (_input, _state, by) => ({ kind: "rollback", by }),
});
