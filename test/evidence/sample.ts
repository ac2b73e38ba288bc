import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson, sha256 } from "../../src/base/canonical.ts";
import { appendBatch, EMPTY_HEAD, type Head, writeBatch } from "../../src/evidence/chain.ts";
import { storeRaw } from "../../src/evidence/raw.ts";
import type { Observation, RecordBody } from "../../src/evidence/schema.ts";

export const AT = "2026-11-24T10:00:00.000Z";

const PLAN_BODY = { complexity: "simple", hosts: [{ name: "alder", address: "twin" }], phases: [] };
export const PLAN_HASH = sha256(canonicalJson(PLAN_BODY));

export interface Sample {
  readonly directory: string;
  readonly head: Head;
  /** Hash of each record, in order. */
  readonly hashes: readonly string[];
}

export async function observe(directory: string, raw: string, rehearsed = false): Promise<Observation> {
  const stored = await storeRaw(directory, raw);
  if (!stored.ok) throw new Error(stored.failure.what);
  const { sha256: rawSha256, bytes: rawBytes } = stored.value;
  return { at: AT, host: "alder", command: "uname -a", exit: 0, rawSha256, rawBytes, rehearsed };
}

/** A directory with a small run's whole evidence: every kind of record that carries outputs, and one output nobody names. */
export async function sampleRun(): Promise<Sample> {
  const directory = mkdtempSync(join(tmpdir(), "slipway-evidence-"));
  const look = await observe(directory, "Linux alder 6.1\nwith ünïcödé ✓\n");
  const fail = await observe(directory, "");
  const undo = await observe(directory, "removed\n");
  await observe(directory, "left by a step that was repeated\n");
  const failure = { kind: "transient", code: "connection-lost", what: "it broke off", next: "again" } as const;
  const steps: RecordBody[][] = [
    [{ kind: "run-started", run: "r1", planHash: PLAN_HASH, by: "ada", rehearsal: false }],
    [
      { kind: "gate-opened", gate: "plan", shows: "everything", expiresAt: AT },
      { kind: "gate-approved", gate: "plan", of: "plan", hash: PLAN_HASH, by: "ada" },
    ],
    [{ kind: "step-retried", step: "a", phase: "one", failure, tries: 1 }],
    [
      {
        kind: "step-done",
        step: "a",
        phase: "one",
        specialist: "urbit-deployment-specialist",
        host: "alder",
        ship: null,
        purpose: "look",
        unchanged: false,
        accomplished: ["looked"],
        outputs: { kernel: "6.1", list: [1, 2.5, null] },
        checks: [{ check: "it is Linux", passed: true, detail: "Linux", observation: look }],
        attempt: 1,
      },
    ],
    [{ kind: "step-failed", step: "b", phase: "one", failure, attempt: 1, observations: [fail] }],
    [{ kind: "ordered", order: "rollback", by: "ada" }],
    [
      {
        kind: "step-undone",
        step: "a",
        detail: "gone",
        undone: true,
        checks: [{ check: "it is gone", passed: true, detail: "gone", observation: undo }],
      },
      { kind: "run-ended", outcome: "rolled-back", because: "every step was undone" },
    ],
  ];
  let head = EMPTY_HEAD;
  const hashes: string[] = [];
  for (const bodies of steps) {
    const batch = appendBatch(head, AT, bodies);
    const written = await writeBatch(directory, head.offset, batch.bytes);
    if (!written.ok) throw new Error(written.failure.what);
    hashes.push(...batch.records.map((record) => record.hash));
    head = batch.head;
  }
  writeFileSync(join(directory, "plan.json"), `${JSON.stringify({ hash: PLAN_HASH, ...PLAN_BODY })}\n`);
  return { directory, head, hashes };
}
