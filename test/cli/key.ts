import { writeFileSync } from "node:fs";
import { fromBytes, jam, tuple } from "../../src/urbit/noun.ts";
import { parsePoint } from "../../src/urbit/point.ts";
import { renderUw } from "../../src/urbit/uw.ts";

/** Writes a keyfile of the ship's name (a made-up key, life 1) where only its owner can read it, and gives its text. */
export function writeKey(file: string, name: string): string {
  const point = parsePoint(name);
  if (!point.ok) throw new Error(name);
  const seeds = Array.from({ length: 64 }, (_, index) => ((index * 29 + 7) % 255) + 1);
  const text = renderUw(
    fromBytes(jam(tuple(point.value.number, 1n, fromBytes(Uint8Array.from([0x42, ...seeds])), 0n))),
  );
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return text;
}
