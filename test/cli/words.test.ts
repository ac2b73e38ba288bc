import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/cli.ts";

const SOURCE = fileURLToPath(new URL("../../src", import.meta.url));
const texts = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, text: readFileSync(join(SOURCE, file), "utf8") }));

/** Every `slipway word …` that a user can be told, with the options that follow it. */
const told = texts.flatMap(({ file, text }) =>
  [...text.matchAll(/(?<!inet )slipway ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)((?:[^`"\n;]|\\")*)/g)].map(
    ([, words = "", rest = ""]) => ({ file, words, rest }),
  ),
);

/** Commands of the seed that a plan's hint names before they are built; they leave this list when they appear. */
const PROMISED: readonly string[] = ["troubleshoot-ship"];

/** The command meant: two words where there is such a one. */
function commandOf(words: string): string | null {
  const [first = ""] = words.split(" ");
  return [words, first].find((name) => name in COMMANDS) ?? null;
}

test("whatever command an error, a help text or a report names is one that there is", () => {
  expect(told.length).toBeGreaterThan(100);
  expect(
    told
      .filter(({ words }) => commandOf(words) === null && !PROMISED.includes(words.split(" ")[0] ?? ""))
      .map(({ file, words }) => `${file}: slipway ${words}`),
  ).toEqual([]);
});

test("what is promised is not there yet", () => {
  expect(PROMISED.filter((name) => name in COMMANDS)).toEqual([]);
});

test("and so is every option it is named with", async () => {
  const wrong: string[] = [];
  for (const { file, words, rest } of told) {
    const name = commandOf(words);
    const entry = name === null ? undefined : COMMANDS[name];
    if (entry === undefined) continue;
    const { command } = await entry.load();
    // What follows "or", a comma or another command belongs to something else.
    const own = rest.split(/, | or |: slipway|\\n/)[0] ?? "";
    for (const [, option = ""] of own.matchAll(/--([a-z][a-z0-9-]*)/g))
      if (!(option in command.options) && option !== "help") wrong.push(`${file}: slipway ${name} --${option}`);
  }
  expect(wrong).toEqual([]);
});

test("every command has a summary, a usage line and examples that name it", async () => {
  for (const [name, { load, summary }] of Object.entries(COMMANDS)) {
    const { command } = await load();
    expect(command.name).toBe(name);
    expect(summary.length).toBeGreaterThan(0);
    expect(command.examples.length, name).toBeGreaterThan(0);
    for (const example of command.examples) expect(example).toMatch(new RegExp(`^slipway ${name}( |$)`));
  }
});
