import type { Failure } from "../base/outcome.ts";

/**
 * What a handler throws when it can neither go on nor decide anything: the engine tries it again until what the text
 * names has been put right, and `slipway status` shows the text meanwhile.
 */
export function heldUp({ what, why, next }: Failure): Error {
  return new Error(`${what}${why === undefined || why === "" ? "" : ` (${why})`}; ${next}`);
}
