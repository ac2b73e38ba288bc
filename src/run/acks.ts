import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../base/files.ts";
import type { Acknowledgement } from "../specialists/step.ts";

const AckSchema = z.object({ nonce: z.string(), by: z.string(), at: z.string() });

const fileOf = (directory: string) => join(directory, "acks.jsonl");

/** What persons have acknowledged in a run, oldest first; a line that cannot be read counts for nothing. */
export async function readAcks(directory: string): Promise<readonly Acknowledgement[]> {
  const text = await readFile(fileOf(directory), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      const parsed = AckSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

/** Puts one more on record. */
export async function addAck(directory: string, ack: Acknowledgement): Promise<void> {
  const all = [...(await readAcks(directory)), ack];
  await writeFileAtomic(fileOf(directory), `${all.map((item) => JSON.stringify(item)).join("\n")}\n`);
}
