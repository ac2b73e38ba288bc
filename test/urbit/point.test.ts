import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fakeNames, galaxyPort, parsePoint, pointOf } from "../../src/urbit/point.ts";

describe("parsePoint", () => {
  test.each([
    ["~zod", "galaxy", "~zod"],
    ["~marzod", "star", "~zod"],
    ["~sampel-palnet", "planet", "~talpur"],
    ["~doznec-sampel-palnet", "moon", "~sampel-palnet"],
  ])("%s is a %s", (name, kind, parent) => {
    const point = parsePoint(name);
    if (!point.ok) throw new Error(point.failure.what);
    expect(point.value).toMatchObject({ name, kind });
    expect(point.value.parent).toBe(parent);
  });

  test.each([
    ["zod", "~zod"],
    ["~ZOD", "~zod"],
    [" ~sampel-palnet\n", "~sampel-palnet"],
    ["sampel palnet", "~sampel-palnet"],
    ["~dozzod", "~zod"],
    ["~dozzod-dozzod-sampel-palnet", "~sampel-palnet"],
  ])("%j is refused and %s proposed", (text, meant) => {
    const point = parsePoint(text);
    expect(point.ok).toBe(false);
    if (!point.ok) expect(point.failure).toMatchObject({ code: "not-a-point", kind: "configuration" });
    if (!point.ok) expect(point.failure.next).toContain(`Write it as ${meant}`);
  });

  test.each(["", "~", "~zodd", "~sampel_palnex", "0", "~zod; rm -rf /", "~".repeat(10_000)])(
    "%j is refused",
    (text) => {
      expect(parsePoint(text).ok).toBe(false);
    },
  );

  test("every number has one name, and that name reads back as the number", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, (1n << 128n) - 1n), fc.nat(128), (number, shift) => {
        const point = pointOf(number >> BigInt(shift));
        const read = parsePoint(point.name);
        return read.ok && read.value.number === point.number;
      }),
    );
  });
});

test("fake ships are named from ~zod upward", () => {
  expect(fakeNames(3)).toEqual(["~zod", "~nec", "~bud"]);
  const many = fakeNames(300);
  expect(new Set(many).size).toBe(300);
  expect(many[256]).toBe("~marzod");
});

test.each([
  ["~zod", 13_337],
  ["~fes", 13_592],
  ["~marzod", null],
  ["~sampel-palnet", null],
  ["zod", null],
])("the network looks for %s at port %j", (name, port) => expect(galaxyPort(name)).toBe(port));
