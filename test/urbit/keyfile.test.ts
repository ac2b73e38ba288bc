import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseKeyfile, readKeyfile } from "../../src/urbit/keyfile.ts";
import { fromBytes, jam, list, type Noun, tuple } from "../../src/urbit/noun.ts";
import { parsePoint } from "../../src/urbit/point.ts";
import { parseUw, renderUw } from "../../src/urbit/uw.ts";

const number = (name: string) => {
  const point = parsePoint(name);
  if (!point.ok) throw new Error(name);
  return point.value.number;
};
const seeds = Array.from({ length: 64 }, (_, index) => ((index * 37 + 11) % 255) + 1);
const ring = fromBytes(Uint8Array.from([0x42, ...seeds]));
const file = (noun: Noun) => renderUw(fromBytes(jam(noun)));
const legacy = (name: string, life = 1n, key = ring) => file(tuple(number(name), life, key, 0n));
const one = (name: string, life = 1n, key = ring) => file(tuple([1n, 0n], number(name), list([life, key])));
const two = (name: string, rift = 0n, life = 1n) => file(tuple([2n, 0n], number(name), rift, list([life, ring])));
const moon = "~doznec-sampel-palnet";

describe("a good key", () => {
  test.each([
    ["legacy", legacy("~sampel-palnet", 3n), "~sampel-palnet", { life: 3, rift: null, shape: "legacy" }],
    ["form one", one("~marzod"), "~marzod", { life: 1, rift: null, shape: "one" }],
    ["form two", two("~zod", 7n, 2n), "~zod", { life: 2, rift: 7, shape: "two" }],
    ["a moon in the new form", one(moon), moon, { life: 1, shape: "one" }],
    ["with a newline", `${legacy("~zod")}\n`, "~zod", { life: 1 }],
  ])("%s", (_, text, ship, wanted) => {
    const key = parseKeyfile(text, ship);
    expect(key).toMatchObject({ ok: true, value: wanted });
    if (key.ok) expect(key.value.secret.reveal()).toBe(text.trim());
    expect(inspect(key, { depth: 9 })).not.toContain(text.slice(0, 14));
  });
});

describe("a bad key is refused, and the message holds none of it", () => {
  const good = legacy("~sampel-palnet");
  test.each<[string, string, string, string]>([
    ["of another ship", legacy("~zod"), "~sampel-palnet", "key-wrong-ship"],
    ["revision 0", legacy("~sampel-palnet", 0n), "~sampel-palnet", "key-life"],
    ["old form for a moon", legacy(moon), moon, "key-old-form"],
    ["another suite", legacy("~sampel-palnet", 1n, ring + 1n), "~sampel-palnet", "key-ring"],
    [
      "half a ring",
      legacy("~sampel-palnet", 1n, fromBytes(Uint8Array.from([0x42, ...seeds.slice(0, 32)]))),
      "~sampel-palnet",
      "key-ring",
    ],
    ["no ring at all", one("~zod", 1n, 0n), "~zod", "key-ring"],
    ["empty", "", "~zod", "key-malformed"],
    ["another file", "-----BEGIN OPENSSH PRIVATE KEY-----", "~zod", "key-malformed"],
    ["another noun", file(5n), "~zod", "key-malformed"],
    ["unknown version", file(tuple([3n, 0n], 0n, 0n)), "~zod", "key-malformed"],
    ["cut in a group", good.slice(0, -2), "~sampel-palnet", "key-truncated"],
    ["two lines", `${good}\n${good}`, "~sampel-palnet", "key-malformed"],
  ])("%s", (_, text, ship, code) => {
    const key = parseKeyfile(text, ship, "my.key");
    expect(key).toMatchObject({ ok: false, failure: { code } });
    if (text.length > 20) expect(JSON.stringify(key)).not.toContain(text.slice(4, 16));
  });

  test("no cut of a key passes for a key", () => {
    for (let length = 0; length < good.length; length += 1) {
      expect(parseKeyfile(good.slice(0, length), "~sampel-palnet").ok).toBe(false);
    }
  });

  test("any text is answered, never thrown at", () => {
    const digits = fc.stringMatching(/^0w[0-9a-zA-Z~.-]{0,300}$/);
    fc.assert(fc.property(fc.oneof(fc.string(), digits), (text) => !parseKeyfile(text, "~zod").ok));
  });
});

describe("the file", () => {
  test("is refused while others can read it", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "slipway-key-")), "zod.key");
    await writeFile(path, legacy("~zod"));
    await chmod(path, 0o640);
    const open = await readKeyfile(path, "~zod");
    expect(open).toMatchObject({ ok: false, failure: { code: "key-permissions", next: `chmod 600 ${path}` } });
    await chmod(path, 0o600);
    expect(await readKeyfile(path, "~zod")).toMatchObject({ ok: true, value: { life: 1 } });
    await writeFile(path, "x".repeat(100_000));
    expect(await readKeyfile(path, "~zod")).toMatchObject({ ok: false, failure: { code: "key-malformed" } });
    expect(await readKeyfile(`${path}.gone`, "~zod")).toMatchObject({ ok: false, failure: { code: "key-unreadable" } });
  });
});

describe("@uw", () => {
  test("every atom has one spelling", () => {
    fc.assert(fc.property(fc.bigInt(0n, 1n << 600n), (atom) => parseUw(renderUw(atom)) === atom));
  });
  test.each(["0w", "0w01", "0w1.2", "0w1.23456.", "1w1", "0wAbcdef", "0w_", "0x1"])("%s is none", (text) => {
    expect(parseUw(text)).toBeNull();
  });
  test("digits as hoon counts them", () =>
    expect([parseUw("0w-"), parseUw("0w~"), parseUw("0wa"), parseUw("0w1.00000")]).toEqual([62n, 63n, 10n, 1n << 30n]));
});
