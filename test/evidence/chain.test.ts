import { mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { appendBatch, EMPTY_HEAD, EVIDENCE_FILE, type Head, writeBatch } from "../../src/evidence/chain.ts";
import type { RecordBody } from "../../src/evidence/schema.ts";
import { tailRecords } from "../../src/evidence/tail.ts";
import { verifyRun } from "../../src/evidence/verify.ts";
import { AT, PLAN_HASH } from "./sample.ts";

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slipway-chain-"));
  file = join(directory, EVIDENCE_FILE);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const phase = (name: string): RecordBody => ({ kind: "phase-done", phase: name, name });
const bodies = fc.array(fc.string({ unit: "binary", maxLength: 20 }).map(phase), { minLength: 1, maxLength: 4 });

describe("a chain", () => {
  test("is the same bytes however its records are gathered into batches, and however often a batch is written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bodies, { minLength: 1, maxLength: 5 }), async (batches) => {
        rmSync(file, { force: true });
        let head: Head = EMPTY_HEAD;
        for (const batch of batches) {
          const next = appendBatch(head, AT, batch);
          expect(await writeBatch(directory, head.offset, next.bytes)).toEqual({ ok: true, value: null });
          expect(await writeBatch(directory, head.offset, next.bytes)).toEqual({ ok: true, value: null });
          head = next.head;
        }
        const whole = appendBatch(EMPTY_HEAD, AT, batches.flat());
        expect(readFileSync(file, "utf8")).toBe(whole.bytes);
        expect(head).toEqual(whole.head);
        expect((await verifyRun(directory)).ok).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("takes up a batch that a full disk or a death left half written, at any byte", async () => {
    const first = appendBatch(EMPTY_HEAD, AT, [phase("öne")]);
    const second = appendBatch(first.head, AT, [phase("two"), phase("three")]);
    const length = Buffer.byteLength(second.bytes);
    for (let there = 0; there <= length; there += 7) {
      writeFileSync(file, first.bytes + second.bytes);
      truncateSync(file, first.head.offset + there);
      expect((await writeBatch(directory, first.head.offset, second.bytes)).ok).toBe(true);
      expect(readFileSync(file, "utf8")).toBe(first.bytes + second.bytes);
    }
  });

  test("written by a worker that was frozen over it long ago changes nothing that came since", async () => {
    const first = appendBatch(EMPTY_HEAD, AT, [phase("one")]);
    const second = appendBatch(first.head, AT, [phase("two")]);
    await writeBatch(directory, 0, first.bytes);
    await writeBatch(directory, first.head.offset, second.bytes);
    expect((await writeBatch(directory, 0, first.bytes)).ok).toBe(true);
    expect(readFileSync(file, "utf8")).toBe(first.bytes + second.bytes);
  });
});

describe("evidence that somebody changed is not written over", () => {
  const first = appendBatch(EMPTY_HEAD, AT, [phase("one")]);
  const second = appendBatch(first.head, AT, [phase("two")]);

  test.each([
    [
      "other bytes at the place",
      () => writeFileSync(file, `${first.bytes}${second.bytes.replace("two", "owt")}`),
      "evidence-conflict",
    ],
    ["a file that ends before the place", () => writeFileSync(file, first.bytes.slice(0, -1)), "evidence-truncated"],
  ])("%s", async (_, change, code) => {
    change();
    const before = readFileSync(file);
    expect(await writeBatch(directory, first.head.offset, second.bytes)).toMatchObject({
      ok: false,
      failure: { kind: "critical", code },
    });
    expect(readFileSync(file)).toEqual(before);
  });
});

describe("a disk that cannot be written", () => {
  const batch = appendBatch(EMPTY_HEAD, AT, [
    { kind: "run-started", run: "r1", planHash: PLAN_HASH, by: "ada", rehearsal: true },
  ]);

  test("full: it will pass, and what to do is said", async () => {
    symlinkSync("/dev/full", file);
    const written = await writeBatch(directory, 0, batch.bytes);
    expect(written).toMatchObject({
      ok: false,
      failure: { kind: "transient", code: "evidence-disk-full", next: expect.stringContaining("free some space") },
    });
  });

  test("in the way: it will pass, and what to do is said", async () => {
    writeFileSync(join(directory, "plain"), "");
    const written = await writeBatch(join(directory, "plain"), 0, batch.bytes);
    expect(written).toMatchObject({ ok: false, failure: { kind: "transient", code: "evidence-unwritable" } });
  });
});

test("a follower gets each record once, and a line still being written only when it is whole", async () => {
  const tail = tailRecords(file);
  expect(await tail()).toEqual([]);
  const batch = appendBatch(EMPTY_HEAD, AT, [phase("one"), phase("zwölf"), phase("three")]);
  const seen: string[] = [];
  const bytes = Buffer.from(batch.bytes);
  for (let length = 0; length <= bytes.length; length += 5) {
    writeFileSync(file, bytes.subarray(0, length));
    for (const { body } of await tail()) seen.push(body.kind === "phase-done" ? body.phase : "");
  }
  writeFileSync(file, bytes);
  for (const { body } of await tail()) seen.push(body.kind === "phase-done" ? body.phase : "");
  expect(seen).toEqual(["one", "zwölf", "three"]);
});
