import { type FileHandle, open } from "node:fs/promises";
import type { EvidenceRecord } from "./schema.ts";

/** Reads what was appended to a chain since the last call; a line still being written is left for the next. */
export function tailRecords(file: string): () => Promise<readonly EvidenceRecord[]> {
  let offset = 0;
  return async () => {
    let handle: FileHandle;
    try {
      handle = await open(file, "r");
    } catch {
      return [];
    }
    try {
      const { size } = await handle.stat();
      if (size <= offset) return [];
      const buffer = Buffer.alloc(size - offset);
      await handle.read(buffer, 0, buffer.length, offset);
      const whole = buffer.lastIndexOf(10) + 1;
      offset += whole;
      const lines = buffer.subarray(0, whole).toString("utf8").split("\n");
      return lines.flatMap((line) => (line === "" ? [] : [JSON.parse(line) as EvidenceRecord]));
    } finally {
      await handle.close();
    }
  };
}
