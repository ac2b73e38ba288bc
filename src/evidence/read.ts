import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { EVIDENCE_FILE } from "./chain.ts";
import type { EvidenceRecord } from "./schema.ts";

/** A run's records in order. Unchecked: `verify.ts` is what tells whether they can be believed. */
export async function* readRecords(directory: string): AsyncGenerator<EvidenceRecord> {
  const input = createReadStream(join(directory, EVIDENCE_FILE), "utf8");
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
      if (line !== "") yield JSON.parse(line) as EvidenceRecord;
  } finally {
    // The reader may have seen enough.
    input.destroy();
  }
}
