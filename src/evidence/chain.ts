import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, sha256 } from "../base/canonical.ts";
import { syncDirectory } from "../base/files.ts";
import { critical, type Outcome, ok, transient } from "../base/outcome.ts";
import type { EvidenceRecord, RecordBody } from "./schema.ts";

/** Where a run's chain ends: bytes in the file, records, and the last record's hash. Kept by the engine. */
export interface Head {
  readonly offset: number;
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_HEAD: Head = { offset: 0, seq: 0, hash: "0".repeat(64) };
export const EVIDENCE_FILE = "evidence.jsonl";

/** The hash a record must carry: SHA-256 of the canonical JSON of everything else in it. */
export function recordHash(record: Omit<EvidenceRecord, "hash">): string {
  const { seq, at, prev, body } = record;
  return sha256(canonicalJson({ seq, at, prev, body }));
}

/** Lays records end to end onto the chain. Pure, so a retry of the same batch gives the same bytes for the same place. */
export function appendBatch(
  head: Head,
  at: string,
  bodies: readonly RecordBody[],
): { readonly bytes: string; readonly records: readonly EvidenceRecord[]; readonly head: Head } {
  let { seq, hash: prev } = head;
  const lines: string[] = [];
  const records: EvidenceRecord[] = [];
  for (const body of bodies) {
    seq++;
    const open = { seq, at, prev, body };
    const record: EvidenceRecord = { ...open, hash: recordHash(open) };
    lines.push(`${canonicalJson(record)}\n`);
    records.push(record);
    prev = record.hash;
  }
  const bytes = lines.join("");
  return { bytes, records, head: { offset: head.offset + Buffer.byteLength(bytes), seq, hash: prev } };
}

/**
 * Writes a batch at its exact place and makes it durable. The same bytes already there are a success; other bytes, or a
 * file that ends before the place, are critical: somebody changed the evidence.
 */
export async function writeBatch(directory: string, offset: number, bytes: string): Promise<Outcome<null>> {
  let handle: FileHandle | undefined;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    handle = await open(join(directory, EVIDENCE_FILE), constants.O_RDWR | constants.O_CREAT, 0o600);
    const data = Buffer.from(bytes);
    const { size } = await handle.stat();
    if (size < offset) {
      return critical(
        "evidence-truncated",
        `the evidence ends at byte ${size}, before ${offset}`,
        "restore the run's directory from a copy",
      );
    }
    const there = Buffer.alloc(Math.min(data.length, size - offset));
    await handle.read(there, 0, there.length, offset);
    if (!there.equals(data.subarray(0, there.length))) {
      return critical(
        "evidence-conflict",
        `the evidence holds other bytes at ${offset}`,
        "somebody changed it: restore the run's directory from a copy",
      );
    }
    // What a full disk left half-written is a beginning of these very bytes: the rest goes behind it.
    let written = there.length;
    while (written < data.length) {
      const { bytesWritten } = await handle.write(data, written, data.length - written, offset + written);
      written += bytesWritten;
    }
    await handle.datasync();
    if (offset === 0) await syncDirectory(directory);
    return ok(null);
  } catch (error) {
    return unwritable(error as NodeJS.ErrnoException);
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

/** A disk that cannot be written now may be writable later: nothing is lost, the engine tries again. */
export function unwritable(error: NodeJS.ErrnoException) {
  const full = error.code === "ENOSPC" || error.code === "EDQUOT";
  const what = full ? "the disk under the evidence is full" : "the evidence cannot be written";
  const next = full
    ? "free some space; the run goes on by itself"
    : "check the state directory's owner, mode and mount";
  return transient(full ? "evidence-disk-full" : "evidence-unwritable", what, next, error.message);
}
