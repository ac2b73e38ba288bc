import fc from "fast-check";
import { expect, test } from "vitest";
import { dollars, grouped, money } from "../../src/base/amounts.ts";

test("thousands stand apart as the American locale has them", () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      expect(grouped(value)).toBe(value.toLocaleString("en-US"));
    }),
  );
});

test("money has its cents, or none", () => {
  const locale = (usd: number) =>
    usd.toLocaleString("en-US", { minimumFractionDigits: Number.isInteger(usd) ? 0 : 2, maximumFractionDigits: 2 });
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (cents) => {
      expect(money(cents / 100)).toBe(locale(cents / 100));
    }),
  );
});

test.each([
  [0, "0"],
  [0.5, "0.50"],
  [13.52, "13.52"],
  [99.99, "99.99"],
  [100.4, "100"],
  [1_732.64, "1,733"],
])("%d dollars are said %s", (usd, says) => {
  expect(dollars(usd)).toBe(says);
});
