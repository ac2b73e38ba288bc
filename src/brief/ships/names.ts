import { parsePoint } from "../../urbit/point.ts";
import type { Reading } from "../reading.ts";

/** Ships by name. A name no point has is found as `ships.badName` with its failure. */
export function readNames(reading: Reading): void {
  for (const [at, token] of reading.tokens.entries()) {
    if (!reading.free(at)) continue;
    if (token.kind === "name") {
      const point = parsePoint(reading.slice(at, at + 1));
      // The "s" of "~zod's" is nobody's word.
      if (/^['’]$/.test(reading.text(at + 1)) && reading.text(at + 2) === "s") reading.use(at + 1, at + 3);
      if (point.ok) reading.find("ships.name", point.value.name, at, at + 1);
      else reading.find("ships.badName", point.failure, at, at + 1);
    } else if (token.kind === "word") withoutSig(reading, at);
  }
}

/** "sampel-palnet" without its sig: two to eight halves no other words are spelt with. */
function withoutSig(reading: Reading, at: number): void {
  if (
    !/^[a-z]{6}$/.test(reading.text(at)) ||
    reading.text(at + 1) !== "-" ||
    !reading.joined(at + 1) ||
    /^[-/.]$/.test(reading.text(at - 1))
  )
    return;
  let to = at + 1;
  while (
    to < at + 32 &&
    reading.text(to) === "-" &&
    reading.joined(to) &&
    reading.joined(to + 1) &&
    /^[a-z]{6}$/.test(reading.text(to + 1))
  )
    to += 2;
  const point = parsePoint(`~${reading.slice(at, to)}`);
  if (to === at + 1 || !point.ok) return;
  reading.find("ships.name", point.value.name, at, to);
  reading.note("ships.names", point.value.name, "written without its sig");
}
