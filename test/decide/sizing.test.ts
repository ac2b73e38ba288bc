import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mixer, type Size } from "../../src/decide/sizing.ts";

const sizes = fc.array(fc.record({ ships: fc.integer({ min: 0, max: 12 }), cents: fc.integer({ min: 1, max: 900 }) }), {
  minLength: 1,
  maxLength: 6,
});

/** Every mix, tried one by one. */
function cheapestByHand(all: readonly Size[], ships: number, least: number): number {
  if (ships <= 0 && least <= 0) return 0;
  const tried = all
    .filter((size) => size.ships > 0)
    .map((size) => size.cents + cheapestByHand(all, Math.max(0, ships - size.ships), least - 1));
  return Math.min(Number.POSITIVE_INFINITY, ...tried);
}

describe("right-sizing", () => {
  test("is the cheapest of all mixes that hold the ships", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3 }), (all, ships, least) => {
        expect(mixer(all, least).cents(ships)).toBe(cheapestByHand(all, ships, least));
      }),
      { numRuns: 200 },
    );
  });

  test("names machines that hold the ships, are as many as there must be, and cost what it says", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 3 }), (all, ships, least) => {
        fc.pre(all.some((size) => size.ships > 0));
        const sized = mixer(all, least);
        const mix = sized.mix(ships);
        const sum = (of: (size: Size) => number) =>
          mix.reduce((total, { size, quantity }) => total + quantity * of(size), 0);
        expect(sum((size) => size.ships)).toBeGreaterThanOrEqual(ships);
        expect(sum(() => 1)).toBeGreaterThanOrEqual(least);
        expect(sum((size) => size.cents)).toBe(sized.cents(ships));
        expect(sized.floor(ships)).toBeLessThanOrEqual(sized.cents(ships));
      }),
      { numRuns: 200 },
    );
  });

  test("never costs less for more ships, through the whole of a large fleet", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 3 }), (all, least) => {
        fc.pre(all.some((size) => size.ships > 0));
        const sized = mixer(all, least);
        for (let ships = 1; ships < 1_300; ships++)
          expect(sized.cents(ships + 1)).toBeGreaterThanOrEqual(sized.cents(ships));
      }),
      { numRuns: 20 },
    );
  });

  test("says that nothing holds a ship where nothing does", () => {
    expect([mixer([{ ships: 0, cents: 5 }], 1).cents(1), mixer([], 1).mix(1)]).toEqual([Number.POSITIVE_INFINITY, []]);
  });
});
