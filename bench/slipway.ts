import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const PROGRAM = fileURLToPath(new URL("../bin/slipway.mjs", import.meta.url));
const PEAK = new URL("peak.mjs", import.meta.url).href;

/** Runs Node to its end and gives what it printed; throws unless it exits with 0. */
export function node(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => parts.push(part));
    child.on("error", reject);
    child.on("close", (code) => {
      const text = Buffer.concat(parts).toString("utf8");
      if (code === 0) resolve(text);
      else reject(new Error(`${argv.join(" ")} ended with ${code}: ${text.slice(-500)}`));
    });
  });
}

/** Most memory the process ever held, in MB, as the kernel counted it. */
export async function peakMb(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const file = join(folder, "peak");
  try {
    await node(["--import", PEAK, ...argv], { ...env, SLIPWAY_BENCH_PEAK: file });
    return Number(readFileSync(file, "utf8")) / 1024;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A site of its own for one measurement: its engine and worker are taken down and its state removed afterwards. */
export async function withHome<T>(
  act: (env: Readonly<Record<string, string>>, home: string) => Promise<T>,
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const env = { SLIPWAY_HOME: home };
  try {
    return await act(env, home);
  } finally {
    await node([PROGRAM, "down"], env);
    rmSync(home, { recursive: true, force: true });
  }
}

/** Process of the site's engine or worker. */
export function processOf(home: string, name: "engine" | "worker"): number {
  return (JSON.parse(readFileSync(join(home, `${name}.pid`), "utf8")) as { pid: number }).pid;
}

/** Memory of a live process in MB: what it holds now (`VmRSS`) or the most it ever held (`VmHWM`). */
export function memoryMb(pid: number, field: "VmRSS" | "VmHWM"): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1]) / 1024;
}
