import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The launch of the README on the twin: the real engine, the real plan, no host touched. State lies in a folder of its own. */
const SENTENCE = "Deploy 3 fake ships to dev, staging and production on my own servers with standard hardening";

const home = process.env.SLIPWAY_HOME ?? mkdtempSync(join(tmpdir(), "slipway-demo-"));
const slipway = (...argv: readonly string[]): number => {
  const program = fileURLToPath(new URL("../bin/slipway.mjs", import.meta.url));
  const env = { ...process.env, SLIPWAY_HOME: home };
  const { status, signal } = spawnSync(process.execPath, [program, ...argv], { stdio: "inherit", env });
  return status ?? (signal === "SIGINT" ? 130 : 1);
};

console.log(`$ slipway launch "${SENTENCE}" --twin --yes\n`);
const code = slipway("launch", SENTENCE, "--twin", "--yes", "--by", process.env.USER ?? "demo");
slipway("down");
console.log(`\nEverything of this demo lies in ${home}; it may be deleted.`);
process.exitCode = code;
