import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPackages } from "../../lab/hosts/packages.ts";

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** The first shell program of docs/EVIDENCE.md, as a reader would copy it. */
const BY_HAND = /```sh\n(.+?)```/s.exec(readFileSync(path("docs/EVIDENCE.md"), "utf8"))?.[1] ?? "exit 2";

const home = mkdtempSync(join(tmpdir(), "slipway-test-"));
let run: string;

const slipway = (...argv: readonly string[]) =>
  spawnSync(process.execPath, [path("bin/slipway.mjs"), ...argv], { env: { ...process.env, SLIPWAY_HOME: home } });
const byHand = (directory: string) => spawnSync("sh", ["-c", BY_HAND], { cwd: directory, encoding: "utf8" });

beforeAll(() => {
  installPackages(["jq"]);
  slipway("launch", "Deploy 2 fake ships to production on my own servers", "--twin", "--yes", "--by", "ada");
  slipway("down");
  const [name = ""] = readdirSync(join(home, "runs"));
  run = join(home, "runs", name);
}, 300_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A copy of the run with one file changed. */
function changed(file: string, change: (text: string) => string): string {
  const copy = mkdtempSync(join(home, "copy-"));
  cpSync(run, copy, { recursive: true });
  writeFileSync(join(copy, file), change(readFileSync(join(copy, file), "utf8")));
  return copy;
}

test("evidence is checked by hand as its page says, and what was changed is found", () => {
  const whole = byHand(run);
  expect(whole.stderr).toBe("");
  expect(whole.stdout).toMatch(/^chain whole, last hash [0-9a-f]{64}\noutputs whole\nplan whole\n$/);

  const words = byHand(changed("evidence.jsonl", (text) => text.replace('"by":"ada"', '"by":"bob"')));
  expect(words).toMatchObject({ status: 1, stdout: expect.stringMatching(/^wrong hash: \{/) });
  const lines = byHand(changed("evidence.jsonl", (text) => text.replace(/^.*\n/, "")));
  expect(lines).toMatchObject({ status: 1, stdout: expect.stringMatching(/^broken link: \{/) });
  const [output = ""] = readdirSync(join(run, "raw"));
  expect(byHand(changed(`raw/${output}`, (text) => `${text} `)).stdout).not.toContain("outputs whole");
  expect(byHand(changed("plan.json", (text) => text.replace("~zod", "~nec"))).stdout).not.toContain("plan whole");
});
