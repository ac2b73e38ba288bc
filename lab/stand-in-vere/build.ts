import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Marks where Node looks for the bundle inside its own executable. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** Builds the stand-in as one executable and gives its path; what is already built for these sources is used again. */
export async function buildStandIn(): Promise<string> {
  const sources = [HERE, join(ROOT, "src/urbit"), join(ROOT, "src/base")].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  const hash = createHash("sha256").update(process.version);
  for (const file of sources.sort()) hash.update(readFileSync(file));
  const folder = join(ROOT, ".cache", "stand-in-vere", hash.digest("hex").slice(0, 16));
  const executable = join(folder, "urbit");
  if (existsSync(executable)) return executable;
  const temporary = `${folder}.${randomBytes(4).toString("hex")}.tmp`;
  mkdirSync(temporary, { recursive: true });
  try {
    await make(temporary);
    if (!existsSync(folder)) renameSync(temporary, folder);
  } catch (error) {
    // Two builders at once: the first one's is as good.
    if (!existsSync(executable)) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return executable;
}

async function make(folder: string): Promise<void> {
  const require = createRequire(import.meta.url);
  const { build } = await import("esbuild");
  const bundle = join(folder, "bundle.cjs");
  await build({
    entryPoints: [join(HERE, "main.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    outfile: bundle,
    logLevel: "error",
    define: { "import.meta.url": "__filename" },
  });
  const addon = join(
    require.resolve(`@koromix/koffi-linux-${process.arch}`),
    "..",
    `linux_${process.arch}`,
    "koffi.node",
  );
  const config = join(folder, "sea.json");
  const blob = join(folder, "sea.blob");
  writeFileSync(
    config,
    JSON.stringify({
      main: bundle,
      output: blob,
      disableExperimentalSEAWarning: true,
      useCodeCache: true,
      assets: { "koffi.node": addon },
    }),
  );
  execFileSync(process.execPath, ["--experimental-sea-config", config], { stdio: "ignore" });
  const executable = join(folder, "urbit");
  copyFileSync(process.execPath, executable);
  chmodSync(executable, 0o755);
  const { inject } = require("postject") as {
    inject(file: string, resource: string, data: Buffer, options: object): Promise<void>;
  };
  // It prints about sections it does not know.
  const { log, warn, error } = console;
  Object.assign(console, { log: () => undefined, warn: () => undefined, error: () => undefined });
  try {
    await inject(executable, "NODE_SEA_BLOB", readFileSync(blob), { sentinelFuse: FUSE });
  } finally {
    Object.assign(console, { log, warn, error });
  }
  for (const name of ["bundle.cjs", "sea.json", "sea.blob"]) rmSync(join(folder, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildStandIn());
