import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "../../src/base/canonical.ts";
import { redact, storeRaw } from "../../src/evidence/raw.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slipway-raw-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const raw = () => readdirSync(join(directory, "raw"));

describe("an output", () => {
  test("is kept whole under its digest, once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 200 }), async (text) => {
        const clean = redact(text);
        const stored = await storeRaw(directory, text);
        expect(stored).toEqual({ ok: true, value: { sha256: sha256(clean), bytes: Buffer.byteLength(clean) } });
        expect(readFileSync(join(directory, "raw", sha256(clean)), "utf8")).toBe(clean);
        expect(await storeRaw(directory, text)).toEqual(stored);
      }),
      { numRuns: 50 },
    );
    expect(raw().filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual([]);
  });

  test("longer than a megabyte is cut, and says so", async () => {
    const stored = await storeRaw(directory, "x".repeat(1024 * 1024 + 5));
    expect(stored.ok).toBe(true);
    expect(readFileSync(join(directory, "raw", raw()[0] ?? ""), "utf8")).toMatch(/x\n\[cut: 5 more characters\]\n$/);
  });

  test("that cannot be written leaves nothing half done, and will pass", async () => {
    writeFileSync(join(directory, "raw"), "in the way");
    expect(await storeRaw(directory, "text")).toMatchObject({ ok: false, failure: { kind: "transient" } });
    rmSync(join(directory, "raw"));
    expect((await storeRaw(directory, "text")).ok).toBe(true);
    expect(raw()).toHaveLength(1);
  });
});

test.each([
  ["a +code", "code: lidlut-tabwed-pillex-ridrup\n", "code: [secret]\n"],
  ["a key as vere spells it", "0w1.abcde.fghij.klmno-pqrs~t", "[secret]"],
  ["a session token", "urbauth=0v5.abcde.fghij.klmno.pqrst;", "urbauth=[secret];"],
  ["a planet's name", "~sampel-palnet is live", "~sampel-palnet is live"],
  ["a moon's name", "~doznec-salfun-naptul-habrys booted", "~doznec-salfun-naptul-habrys booted"],
  ["ordinary text", "0 errors, 0 warnings at 10.0.0.5", "0 errors, 0 warnings at 10.0.0.5"],
])("%s on its way into the record", (_, text, kept) => {
  expect(redact(text)).toBe(kept);
});

test("a secret that is known by value is taken out wherever it stands", () => {
  expect(redact("password=hunter2; again hunter2", ["hunter2"])).toBe("password=[secret]; again [secret]");
});
