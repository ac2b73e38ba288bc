import type { Answers, Convergence, Seen } from "../machine.ts";
import type { ResourceRecord } from "../resources.ts";
import type { RunResult } from "./connection.ts";

/** apt on a slow line: the longest a batch or an undo may take. */
export const BATCH_TIMEOUT_MS = 30 * 60_000;

/** Puts a value beside the sighting it was read from; `what` names the operation, `program` is what was run. */
export type Sight = <T>(value: T, what: string, program: string, result: RunResult) => Seen<T>;

export function convergence(
  records: readonly ResourceRecord[],
  answers: Answers = {},
  secondLook: Convergence["secondLook"] = null,
): Convergence {
  const count = (status: ResourceRecord["status"]) => records.filter((record) => record.status === status).length;
  return { records, changed: count("changed"), failed: count("failed"), answers, secondLook };
}
