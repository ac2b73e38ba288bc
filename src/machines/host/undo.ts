import { shellQuote } from "../../base/quote.ts";
import { PRELUDE } from "./shell/common.ts";
import { journalPath } from "./shell/undo.ts";
import { isBatchName } from "./validate.ts";

/** First word of every record in the answer of an undo. */
export const undoMarker = (batch: string): string => `slipway-undo-${batch}`;

/**
 * Runs the undo script the batch left on the host, or answers with no records where there is none. The batch's own
 * countdown is stopped first, so that the two do not work side by side. `root` is for tests.
 */
export function compileUndo(batch: string, root = ""): string {
  if (!isBatchName(batch)) throw new TypeError(`not a batch name: ${batch}`);
  const marker = undoMarker(batch);
  const script = shellQuote(`${root}${journalPath(batch)}/undo.sh`);
  return `${PRELUDE}
exec 3>&1 1>&2
trap '' HUP PIPE
if [ -f ${script} ]; then
  ${root === "" ? `systemctl -q stop slipway-revert-${batch}.timer 2>/dev/null` : ":"}
  SLIPWAY_MARK=${marker} sh ${script}
fi
printf '%s end\\n' ${marker} >&3`;
}
