import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { waiting } from "../../src/agent/updates.ts";
import { type Noun, tuple } from "../../src/urbit/noun.ts";

/** A pike as %kiln keeps it: where it syncs from, its hash, whether it lives, and the kernels its update waits for. */
const desk = (name: string, waits: boolean) =>
  tuple(name, tuple(0n, 0n, "live", waits ? tuple(tuple("zuse", 407n), 0n, 0n) : 0n));

/** A map of Hoon's: a tree, in any shape. */
function tree(desks: readonly Noun[]): Noun {
  const [first, ...rest] = desks;
  if (first === undefined) return 0n;
  const half = Math.floor(rest.length / 3);
  return [first, [tree(rest.slice(0, half)), tree(rest.slice(half))]];
}

describe("updates that wait", () => {
  test("are counted over all desks, whatever the shape of the map", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (waits) => {
        const desks = waits.map((wait, at) => desk(`desk${at}`, wait));
        expect(waiting(tree(desks))).toBe(waits.filter(Boolean).length);
      }),
    );
  });

  test("are not known where the answer has another shape", () => {
    expect(waiting(7n)).toBeNull();
    expect(waiting([desk("base", true), 0n])).toBeNull();
    expect(waiting([tuple("base", 1n), [0n, 0n]])).toBeNull();
  });
});
