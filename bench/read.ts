import { readdirSync, readFileSync } from "node:fs";
import { readSentence } from "../src/brief/read.ts";
import { type Measured, median } from "./measured.ts";

const FOLDER = new URL("../test/brief/sentences/", import.meta.url);
const ROUNDS = 15;

/** Reading, sentence by sentence over the whole fixture suite, and one of 100 KB. */
export async function bench(): Promise<readonly Measured[]> {
  const sentences = readdirSync(FOLDER).flatMap((file) => {
    const cases = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as { readonly sentence: string }[];
    return cases.map(({ sentence }) => sentence);
  });
  const times = sentences.map((sentence) => median(Array.from({ length: ROUNDS }, () => timeOf(sentence))));
  const slowest = Math.max(...times);
  const long = `${sentences.join(". ")} `.repeat(9).slice(0, 100_000);
  return [
    {
      name: "read a sentence, the slowest of the fixtures",
      value: slowest,
      unit: "ms",
      goal: { most: 5 },
      detail: `${sentences.length} sentences, ${ROUNDS} rounds each; median of all ${median(times).toFixed(2)} ms; the slowest has ${sentences[times.indexOf(slowest)]?.length ?? 0} characters`,
    },
    {
      name: "read 100 KB",
      value: timeOf(long),
      unit: "ms",
      goal: null,
      detail: "the fixtures one after another, once",
    },
  ];
}

function timeOf(sentence: string): number {
  const started = performance.now();
  readSentence(sentence, { today: "2026-11-24" });
  return performance.now() - started;
}
