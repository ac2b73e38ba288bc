import { spawnSync } from "node:child_process";
import { cpSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "../src/base/files.ts";
import { buildAgent } from "../src/specialists/performance-engineer/monitoring/bundle.ts";

/** The compiled code of a published package, in `dist/`: the source's own layout, with its data files. A checkout needs none. */
const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

rmSync(path("dist"), { recursive: true, force: true });
const compiler = path("node_modules/typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", path("tsconfig.build.json")], { stdio: "inherit" });
cpSync(path("src"), path("dist"), {
  recursive: true,
  filter: (file) => statSync(file).isDirectory() || !file.endsWith(".ts"),
});
await writeFileAtomic(path("dist/agent.cjs"), await buildAgent());
process.exitCode = status ?? 1;
