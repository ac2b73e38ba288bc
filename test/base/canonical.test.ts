import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, canonicalSha256, jsonPieces, sha256 } from "../../src/base/canonical.ts";

describe("canonical JSON", () => {
  test.each([
    [{ b: 1, a: [true, null, "x"] }, '{"a":[true,null,"x"],"b":1}'],
    [{ B: 1, a: 1, "": 0 }, '{"":0,"B":1,"a":1}'],
    [[], "[]"],
    [{}, "{}"],
    ["ü\n\u2028", '"ü\\n\u2028"'],
    [{ gone: undefined, kept: [undefined] }, '{"kept":[null]}'],
    [-0, "0"],
    [1e21, "1e+21"],
  ])("spells %j as %s", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1, Symbol("s"), 1n])("refuses %s", (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
    expect(() => canonicalSha256([[[[[value === undefined ? () => 1 : value]]]]])).toThrow(TypeError);
  });

  test("means the value, whatever the order of its keys", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 7 }), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(shuffled(value))).toBe(text);
      }),
    );
  });

  test("has the digest of its text, though the text is never held as a whole", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 7 }), (value) => {
        expect(canonicalSha256(value)).toBe(sha256(canonicalJson(value)));
      }),
    );
    const long = {
      phases: [{ steps: Array.from({ length: 5_000 }, (_, id) => ({ id, text: "longer than a line" })) }],
    };
    expect(canonicalSha256(long)).toBe(sha256(canonicalJson(long)));
  });
});

test("plain JSON in pieces is the JSON of the whole, none of them long", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 7 }), (value) => {
      expect([...jsonPieces(value)].join("")).toBe(JSON.stringify(value));
    }),
  );
  const long = { phases: [{ steps: Array.from({ length: 20_000 }, (_, id) => ({ id, gone: undefined })) }] };
  const pieces = [...jsonPieces(long)];
  expect(pieces.join("")).toBe(JSON.stringify(long));
  expect(pieces.length).toBeGreaterThan(2);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(70_000);
});

/** The same value with every object's keys the other way round. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}
