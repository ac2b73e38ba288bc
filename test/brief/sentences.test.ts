import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readSentence } from "../../src/brief/read.ts";

/** One sentence and what must come of it: the fields named, or the code of the error. */
interface Fixture {
  readonly sentence: string;
  readonly today: string | null;
  readonly brief?: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

const FOLDER = new URL("./sentences/", import.meta.url);
const fixtures = readdirSync(FOLDER)
  .sort()
  .flatMap((file) => {
    const cases = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Fixture[];
    return cases.map((fixture) => ({ file: file.replace(".json", ""), ...fixture }));
  });

test("there are sentences enough to judge a reader by, no two the same", () => {
  expect(fixtures.length).toBeGreaterThanOrEqual(300);
  expect(new Set(fixtures.map(({ sentence, today }) => `${sentence} ${today}`)).size).toBe(fixtures.length);
});

test.each(fixtures)("$file: $sentence", ({ sentence, today, brief, error }) => {
  const read = readSentence(sentence, { today });
  if (error !== undefined) {
    expect(read).toMatchObject({ ok: false, failure: { code: error } });
    return;
  }
  expect(read).toMatchObject({ ok: true, value: brief });
});

test.each(fixtures.filter(({ error }) => error === undefined))(
  "spans lie in the sentence: $sentence",
  ({ sentence, today }) => {
    const read = readSentence(sentence, { today });
    if (!read.ok) throw new Error(read.failure.what);
    for (const { start, end } of [...read.value.sources, ...read.value.unread]) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end ?? 0).toBeGreaterThan(start ?? 0);
      expect(end).toBeLessThanOrEqual(sentence.length);
    }
  },
);
