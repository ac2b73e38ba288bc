import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fromBytes, jam, tuple } from "../../src/urbit/noun.ts";
import { parsePoint } from "../../src/urbit/point.ts";
import { renderUw } from "../../src/urbit/uw.ts";

/** Writes a well-formed keyfile of `ship` with keys nobody else has, readable by us alone; gives its text. */
export function writeKey(file: string, ship: string, life = 1n): string {
  const point = parsePoint(ship);
  if (!point.ok) throw new Error(point.failure.what);
  // Tag B and two seeds. Full length: a leading zero byte would shorten the atom.
  const seeds = randomBytes(64).map((byte) => byte | 1);
  const ring = fromBytes(Uint8Array.from([0x42, ...seeds]));
  const text = renderUw(fromBytes(jam(tuple(point.value.number, life, ring, 0n))));
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return text;
}
