import { unframe } from "../../src/urbit/newt.ts";
import { type Noun, tapeOf, textOf } from "../../src/urbit/noun.ts";

/**
 * A frame as text one can compare and read. Left out is what says where and when, not what: lines of a trace, wires
 * and stacks of an event. Dates become DATE.
 */
export function readable(bytes: Uint8Array): string {
  const cued = unframe(bytes);
  return "noun" in cued ? shown(cued.noun) : cued.bad;
}

/** A place in the kernel's text, and the two lines that name an event's origin. */
const ORIGIN = /^\[%rose \[":" 0 0\] \[%rose \["\/" "\/" 0\]|^\[%palm \["=" 0 0 0\] \[%leaf "(bar-stack|wire)"\]/;

export function shown(noun: Noun): string {
  if (typeof noun === "bigint") return atom(noun);
  if (isLeaf(noun)) return `[%leaf ${JSON.stringify(date(tapeOf(noun[1]) ?? ""))}]`;
  const tape = tapeOf(noun, 40);
  if (tape !== null && /^[\x20-\x7e]{1,3}$/.test(tape)) return JSON.stringify(tape);
  const items: string[] = [];
  let rest: Noun = noun;
  for (; typeof rest !== "bigint"; rest = rest[1]) {
    const item = shown(rest[0]);
    if (!ORIGIN.test(item)) items.push(item);
  }
  return `[${[...items, atom(rest)].join(" ")}]`;
}

function isLeaf(noun: Noun): noun is readonly [Noun, Noun] {
  return typeof noun !== "bigint" && textOf(noun[0]) === "leaf" && tapeOf(noun[1]) !== null;
}

function atom(noun: bigint): string {
  if (noun > 1n << 2_000n) return `an atom of ${Math.ceil(noun.toString(16).length / 2)} bytes`;
  const text = noun < 256n ? null : textOf(noun);
  return text !== null && /^[\x20-\x7e]+$/.test(text) ? `%${date(text)}` : String(noun);
}

function date(text: string): string {
  return text.replace(/~\d{4}\.\d{1,2}\.\d{1,2}\.\.[0-9a-f.]+/, "DATE");
}
