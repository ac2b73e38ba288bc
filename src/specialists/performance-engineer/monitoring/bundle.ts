import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../../base/canonical.ts";
import { writeFileAtomic } from "../../../base/files.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/** Beside the compiled code of a published package; a checkout has none. */
const SHIPPED = fileURLToPath(new URL("../../../agent.cjs", import.meta.url));
/** The oldest Node a supported distribution brings. */
const TARGET = "node18";

/**
 * The agent as one file. A published package carries it (`dist/agent.cjs`); a checkout builds it when its sources have
 * changed and keeps it under `.cache`.
 */
export function agentBundle(): Promise<string> {
  // Hosts are set up side by side, and one build serves them all.
  bundled ??= findBundle();
  return bundled;
}

let bundled: Promise<string> | null = null;

async function findBundle(): Promise<string> {
  if (existsSync(SHIPPED)) return readFile(SHIPPED, "utf8");
  const folder = join(ROOT, ".cache/agent");
  const built = join(folder, `${await digestOfSources()}.cjs`);
  if (existsSync(built)) return readFile(built, "utf8");
  const text = await buildAgent();
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(built, text);
  return text;
}

/** Bundles the agent from its sources; what the build of a package writes to `dist/agent.cjs`. */
export async function buildAgent(): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "src/agent/main.ts")],
    bundle: true,
    minifySyntax: true,
    platform: "node",
    format: "cjs",
    target: TARGET,
    write: false,
    logLevel: "error",
  });
  const text = outputFiles[0]?.text;
  if (text === undefined) throw new Error("esbuild gave no file");
  return text;
}

async function digestOfSources(): Promise<string> {
  const folders = ["src/agent", "src/urbit", "src/base"].map((folder) => join(ROOT, folder));
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder)).filter((name) => name.endsWith(".ts")).map((name) => join(folder, name)),
    ),
  );
  const texts = await Promise.all(
    files
      .flat()
      .sort()
      .map((file) => readFile(file, "utf8")),
  );
  return sha256([TARGET, ...texts].join("\0")).slice(0, 16);
}
