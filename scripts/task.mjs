// Runs one of the project's tasks with everything it needs: installs the packages when they are missing or older than
// the lock file, then goes on under the Node the project brought along. Plain JavaScript, so that any Node >= 20 starts it.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const node = join(root, "node_modules/node/bin/node");
const vitest = join(root, "node_modules/vitest/vitest.mjs");

/** Each task is a list of programs under the project's Node; the first that fails ends it. */
const TASKS = {
  demo: [["scripts/demo.ts"]],
  test: [[vitest, "run"]],
  "test:hosts": [[vitest, "run"]],
  "test:qemu": [[vitest, "run"]],
  "test:runtime": [[vitest, "run"]],
  "test:package": [[vitest, "run"]],
  check: [
    ["node_modules/typescript/bin/tsc", "--noEmit"],
    ["node_modules/@biomejs/biome/bin/biome", "check", "."],
  ],
  bench: [["bench/run.ts"]],
  lab: [["lab/hosts/cli.ts"]],
  docs: [["scripts/docs.ts"]],
  build: [["scripts/build.ts"]],
};
/** Which tests a task runs; see vitest.config.ts. */
const SUITES = { "test:hosts": "hosts", "test:qemu": "qemu", "test:runtime": "runtime", "test:package": "package" };

const [name = "", ...rest] = process.argv.slice(2);
const programs = TASKS[name];
if (programs === undefined) {
  console.error(`there is no task "${name}": ${Object.keys(TASKS).join(", ")}`);
  process.exit(2);
}
if (!installed()) run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], process.env);
const env = {
  ...process.env,
  ...(SUITES[name] === undefined ? {} : { SLIPWAY_SUITE: SUITES[name] }),
  // Scripts that start `node` or `npx slipway` get the project's own.
  PATH: `${dirname(node)}:${join(root, "node_modules/.bin")}:${process.env.PATH}`,
};
for (const [index, argv] of programs.entries())
  run(node, [...argv, ...(index === programs.length - 1 ? rest : [])], env);

function installed() {
  const stamp = join(root, "node_modules/.package-lock.json");
  if (!existsSync(node) || !existsSync(stamp)) return false;
  return statSync(stamp).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs;
}

function run(program, argv, env) {
  const { status, signal, error } = spawnSync(program, argv, { cwd: root, stdio: "inherit", env });
  if (error !== undefined) console.error(`error: ${program} did not start: ${error.message}`);
  if (status !== 0) process.exit(status ?? (signal === "SIGINT" ? 130 : 1));
}
