import type { Reading } from "./reading.ts";

/** Words that take back what was said just before. */
const MARKERS = new Set(
  "no nope sorry wait actually oops correction scratch rather mean strike oh whoops er erm um better nah".split(" "),
);
/** Words that may stand beside them. */
const BESIDE = new Set(
  "i make made that it to be should is its lets let do call say said we can go with of the this well hmm or on in at for meant my bad a an even rephrase me change want need like please".split(
    " ",
  ),
);
const MOST = 10;

/** True when the words between two statements correct the first by the second: "3, no, 5", "AWS — sorry, Hetzner", "make that 5". */
export function repairs(reading: Reading, from: number, to: number): boolean {
  if (to <= from || to - from > MOST) return false;
  let marked = false;
  for (let at = from; at < to; at++) {
    const text = reading.text(at);
    if (MARKERS.has(text) || (text === "make" && /^(?:that|it)$/.test(reading.text(at + 1)))) marked = true;
    else if (!BESIDE.has(text) && reading.tokens[at]?.kind !== "mark") return false;
  }
  return marked;
}
