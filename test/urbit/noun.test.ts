import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cue, fromBytes, jam, list, type Noun, tapeOf, textOf, tuple } from "../../src/urbit/noun.ts";

interface TheirNoun {
  equals(other: TheirNoun): boolean;
}
interface TheirAtom extends TheirNoun {
  readonly number: bigint;
}
/** What is used of nockjs; its own types name files without their endings, which Node's resolution does not find. */
interface Nockjs {
  readonly Atom: new (number: bigint) => TheirAtom;
  readonly Cell: new (head: TheirNoun, tail: TheirNoun) => TheirNoun;
  jam(noun: TheirNoun): TheirAtom;
  cue(atom: TheirAtom): TheirNoun;
}
const nockjs: Nockjs = createRequire(import.meta.url)("@urbit/nockjs");

const noun: fc.Arbitrary<Noun> = fc.letrec<{ noun: Noun }>((tie) => ({
  noun: fc.oneof(
    { maxDepth: 6 },
    fc.bigInt(0n, 1n << 80n),
    fc.constantFrom(0n, 1n, 0x6e6f756en),
    fc.tuple(tie("noun"), tie("noun")),
    tie("noun").map((part): Noun => [part, [part, part]]),
  ),
})).noun;

describe("jam and cue", () => {
  test("what was jammed cues to the same noun", () => {
    fc.assert(
      fc.property(noun, (value) => {
        const back = cue(jam(value));
        expect("noun" in back && back.noun).toEqual(value);
      }),
    );
  });

  test("a jam is the one that nockjs makes, and nockjs reads it", () => {
    const theirs = (value: Noun): TheirNoun =>
      typeof value === "bigint" ? new nockjs.Atom(value) : new nockjs.Cell(theirs(value[0]), theirs(value[1]));
    fc.assert(
      fc.property(noun, (value) => {
        const jammed = fromBytes(jam(value));
        expect(jammed).toBe(nockjs.jam(theirs(value)).number);
        expect(nockjs.cue(new nockjs.Atom(jammed)).equals(theirs(value))).toBe(true);
      }),
    );
  });

  test("a long list and a large atom are jammed too", () => {
    const numbers = list(...Array.from({ length: 20_001 }, (_, index) => BigInt(index)));
    const large = (1n << 800_000n) - 1n;
    for (const value of [numbers, large, tuple(large, large)] as const) {
      const back = cue(jam(value), { bytes: 2 * 1024 * 1024, nodes: 100_000 });
      expect("noun" in back && Buffer.compare(jam(back.noun), jam(value))).toBe(0);
    }
    expect(jam(tuple(large, large)).length).toBeLessThan(jam(large).length + 20);
  });

  test("any bytes give a noun or a reason, and a cut jam never gives the noun", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => "noun" in cue(bytes) || "bad" in cue(bytes)));
    fc.assert(
      fc.property(noun, fc.nat(), (value, cut) => {
        const bytes = jam(value);
        if (bytes.length < 2) return;
        const back = cue(bytes.subarray(0, cut % (bytes.length - 1)));
        expect("noun" in back && back.noun).not.toEqual(value);
      }),
    );
  });

  test("hostile input stops at the bounds", () => {
    // Nothing but cell tags: nested for ever.
    expect(cue(new Uint8Array(600_000).fill(0x55))).toEqual({ bad: "too-large" });
    expect(cue(new Uint8Array(100_000).fill(0x55), { bytes: 200_000, nodes: 1_000 })).toEqual({ bad: "too-large" });
    // A length of 2^32 and more.
    expect(cue(Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 255]))).toEqual({ bad: "truncated" });
    expect(cue(new Uint8Array())).toEqual({ bad: "truncated" });
  });

  test("a shared noun of 2^40 leaves is read without walking it", () => {
    let value: Noun = 1n << 70n;
    for (let depth = 0; depth < 40; depth += 1) value = [value, value];
    const back = cue(jamShared(40));
    expect("noun" in back).toBe(true);
  });
});

/** `[x x]` forty times over: each level one cell whose tail points back at its head. */
function jamShared(depth: number): Uint8Array {
  const bits: number[] = [];
  for (let level = 0; level < depth; level += 1) bits.push(1, 0);
  bits.push(0, 1);
  for (let level = depth; level > 0; level -= 1) {
    const at = level * 2;
    bits.push(1, 1);
    const size = at.toString(2).length;
    const sizeOfSize = size.toString(2).length;
    for (let index = 0; index < sizeOfSize; index += 1) bits.push(0);
    bits.push(1);
    for (let index = 0; index < sizeOfSize - 1; index += 1) bits.push((size >> index) & 1);
    for (let index = 0; index < size; index += 1) bits.push((at >> index) & 1);
  }
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((value, index) => {
    bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (value << (index & 7));
  });
  return bytes;
}

test("cords and tapes", () => {
  expect(textOf(tuple("zod"))).toBe("zod");
  expect(tapeOf(list(104n, 105n))).toBe("hi");
  expect(tapeOf(tuple(104n, 105n))).toBeNull();
  expect(tapeOf([1n << 40n, 0n])).toBeNull();
  expect(textOf(0xffn)).toBeNull();
});
