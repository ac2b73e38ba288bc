import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../bin/slipway.mjs", import.meta.url));
/** Loaded first: prints, at the end, every package's file that was loaded and every module of Node's own. */
const WATCH = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from "node:module";
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
process.on("exit", () => console.error(JSON.stringify([...loaded, ...process.moduleLoadList])));
`)}`;

/** Packages and modules of Node's own that planning does without: each would cost as much as the plan itself. */
const SLOW = [/node_modules\/zod\//, /node_modules\/yaml\//, /restate-sdk/, /^NativeModule https?$/];

test("planning a sentence loads nothing it does not need", () => {
  const { stderr, stdout } = spawnSync(
    process.execPath,
    ["--import", WATCH, PROGRAM, "plan", "I want to deploy my first Urbit planet on a VPS", "--json"],
    { encoding: "utf8", env: { ...process.env, SLIPWAY_HOME: mkdtempSync(join(tmpdir(), "slipway-test-")) } },
  );
  expect(Object.keys(JSON.parse(stdout))).toEqual(["brief", "decision", "plan", "hint"]);
  const loaded = JSON.parse(stderr) as string[];
  expect(loaded.some((name) => name.endsWith("src/plan/compose.ts"))).toBe(true);
  expect(loaded.filter((name) => SLOW.some((pattern) => pattern.test(name)))).toEqual([]);
});
