import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canonicalJson, sha256 } from "../../src/base/canonical.ts";
import { EVIDENCE_FILE, recordHash } from "../../src/evidence/chain.ts";
import { verifyRun } from "../../src/evidence/verify.ts";
import { type Sample, sampleRun } from "./sample.ts";

let sample: Sample;
beforeAll(async () => {
  sample = await sampleRun();
});
afterAll(() => rmSync(sample.directory, { recursive: true, force: true }));

/** What is said to be wrong once a file of the run has been changed; the file is put back. Null: nothing. */
async function wrongWith(name: string, change: (bytes: Buffer) => Uint8Array, head?: string): Promise<string | null> {
  const file = join(sample.directory, name);
  const before = readFileSync(file);
  writeFileSync(file, change(before));
  try {
    const verified = await verifyRun(sample.directory, head);
    return verified.ok ? null : verified.failure.what;
  } finally {
    writeFileSync(file, before);
  }
}

const files = () => [
  EVIDENCE_FILE,
  "plan.json",
  ...readdirSync(join(sample.directory, "raw")).map((raw) => `raw/${raw}`),
];
const lineAt = (bytes: Buffer, offset: number) => bytes.subarray(0, offset).filter((byte) => byte === 10).length + 1;

test("whole evidence is said to be whole, with what it holds and where it ends", async () => {
  expect(await verifyRun(sample.directory)).toEqual({
    ok: true,
    value: {
      records: sample.hashes.length,
      head: sample.head.hash,
      raw: 3,
      extra: 1,
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      open: false,
    },
  });
});

describe("one flipped bit", () => {
  test("anywhere in the chain is caught, and its line is named", async () => {
    const bytes = readFileSync(join(sample.directory, EVIDENCE_FILE));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (offset, bit) => {
        const what = await wrongWith(EVIDENCE_FILE, (whole) => flipped(whole, offset, 1 << bit));
        expect(what).toContain("the evidence does not hold: line ");
        // The end mark belongs to both lines: without it they are one.
        expect(Number(/line (\d+)/.exec(what ?? "")?.[1])).toBe(lineAt(bytes, offset));
      }),
      { numRuns: 600 },
    );
  });

  test("in every byte of every output is caught, whether a record names it or not", async () => {
    for (const name of files().filter((file) => file.startsWith("raw/"))) {
      const { length } = readFileSync(join(sample.directory, name));
      for (let offset = 0; offset < length; offset++) {
        const what = await wrongWith(name, (whole) => flipped(whole, offset, 1 << (offset % 8)));
        expect(what, `${name} at ${offset}`).toContain(`output ${name.slice(4, 16)}`);
      }
    }
  });

  test("in every byte of the plan is caught", async () => {
    const { length } = readFileSync(join(sample.directory, "plan.json"));
    for (let offset = 0; offset < length; offset++)
      expect(await wrongWith("plan.json", (whole) => flipped(whole, offset, 1)), `at ${offset}`).toContain("plan.json");
  });
});

describe("other tampering", () => {
  const lines = (whole: Buffer) => whole.toString("utf8").trimEnd().split("\n");
  const joined = (list: readonly string[]) => Buffer.from(`${list.join("\n")}\n`);

  test.each([
    ["a line taken out", (all: string[]) => all.toSpliced(3, 1), 4],
    ["two lines exchanged", (all: string[]) => all.with(3, all[4] ?? "").with(4, all[3] ?? ""), 4],
    ["a line twice", (all: string[]) => all.toSpliced(3, 0, all[2] ?? ""), 4],
    ["the first line taken away", (all: string[]) => all.slice(1), 1],
    ["an empty line", (all: string[]) => all.toSpliced(3, 0, ""), 4],
    ["spaces that change no value", (all: string[]) => all.with(3, (all[3] ?? "").replace(":", ": ")), 4],
    ["a member the hash does not cover", (all: string[]) => all.with(3, `{"aside":1,${(all[3] ?? "").slice(1)}`), 4],
    ["a record changed and its own hash made anew", (all: string[]) => all.with(3, forged(all[3] ?? "")), 5],
  ] as const)("%s is caught at the first line that does not hold", async (_, tamper, line) => {
    const what = await wrongWith(EVIDENCE_FILE, (whole) => joined(tamper(lines(whole))));
    expect(what).toContain(`line ${line}:`);
  });

  test("an output taken away, or put under another's name, is caught", async () => {
    const [one = "", other = ""] = files().filter((file) => file.startsWith("raw/"));
    const [from, to] = [join(sample.directory, one), join(sample.directory, `${other}.aside`)];
    renameSync(from, to);
    const missing = await verifyRun(sample.directory);
    renameSync(to, from);
    expect(missing.ok ? "" : missing.failure.what).toMatch(/output [0-9a-f]{12} is missing/);
    const swapped = await wrongWith(one, () => readFileSync(join(sample.directory, other)));
    expect(swapped).toContain(`output ${one.slice(4, 16)}`);
  });

  test("the beginning of an output whose writer was killed is no output", async () => {
    const stray = join(sample.directory, "raw", `${"ab".repeat(32)}.0011.tmp`);
    writeFileSync(stray, "half");
    expect((await verifyRun(sample.directory)).ok).toBe(true);
    rmSync(stray);
  });
});

describe("a tail cut off", () => {
  test("within a line is caught wherever the cut is", async () => {
    const bytes = readFileSync(join(sample.directory, EVIDENCE_FILE));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        const what = await wrongWith(EVIDENCE_FILE, (whole) => whole.subarray(0, length));
        const atEnd = length > 0 && bytes[length - 1] === 10;
        if (length === 0) expect(what).toContain("empty");
        else if (atEnd) expect(what).toBeNull();
        else expect(what).toContain(`line ${lineAt(bytes, length)}: it is cut off`);
      }),
      { numRuns: 200 },
    );
  });

  test("at the end of a line is caught by a head kept elsewhere, and by nothing else", async () => {
    const keep = (count: number) => (whole: Buffer) =>
      Buffer.from(whole.toString("utf8").split("\n").slice(0, count).concat("").join("\n"));
    const all = sample.hashes.length;
    for (let count = 1; count < all; count++) {
      expect(await wrongWith(EVIDENCE_FILE, keep(count))).toBeNull();
      const what = await wrongWith(EVIDENCE_FILE, keep(count), sample.head.hash);
      expect(what).toContain(`what came after line ${count} was cut off`);
      // An older head says nothing of what came after it.
      expect(await wrongWith(EVIDENCE_FILE, keep(count), sample.hashes[count - 1])).toBeNull();
    }
    expect((await verifyRun(sample.directory, sample.head.hash.slice(0, 16))).ok).toBe(true);
  });

  test("leaves a run that looks open, and is said to be", async () => {
    const file = join(sample.directory, EVIDENCE_FILE);
    const before = readFileSync(file, "utf8");
    writeFileSync(file, `${before.trimEnd().split("\n").slice(0, -1).join("\n")}\n`);
    const verified = await verifyRun(sample.directory);
    writeFileSync(file, before);
    expect(verified).toMatchObject({ ok: true, value: { open: true } });
  });
});

test("a directory without evidence is told from evidence that does not hold", async () => {
  expect(await verifyRun("/nonexistent")).toMatchObject({ ok: false, failure: { code: "evidence-missing" } });
});

function flipped(whole: Buffer, offset: number, bits: number): Buffer {
  const copy = Buffer.from(whole);
  copy[offset] = (copy[offset] ?? 0) ^ bits;
  return copy;
}

/** What somebody would write who knows the format but cannot change the lines that follow. */
function forged(line: string): string {
  const record = JSON.parse(line);
  record.body.tries = 3;
  record.hash = recordHash(record);
  expect(sha256(canonicalJson(record))).toBeDefined();
  return canonicalJson(record);
}
