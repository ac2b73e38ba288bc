import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages } from "../lab/hosts/packages.ts";
import { agentBundle } from "../src/specialists/performance-engineer/monitoring/bundle.ts";
import { agentUnit } from "../src/specialists/performance-engineer/monitoring/units.ts";
import { type Measured, median, timed } from "./measured.ts";

const EVERY_SECONDS = 15;
const SCRAPES = 40;
const [WEB, LISTEN] = [18_620, 19_620];
const LIGHT = fileURLToPath(new URL("light-ships.ts", import.meta.url));

/** The agent runs on the distribution's Node, so that is what it is measured on; without root, on the project's own. */
const NODE = process.getuid?.() === 0 ? "/usr/bin/nodejs" : process.execPath;

/** The exporter beside ten and fifty light doubles of ships: its memory, its share of a core, the time of a scrape. */
export async function bench(): Promise<readonly Measured[]> {
  if (NODE !== process.execPath) installPackages(["nodejs"]);
  const version = execFileSync(NODE, ["--version"], { encoding: "utf8" }).trim();
  const ten = await beside(10);
  const fifty = await beside(50);
  const share = (100 * ten.cpuSeconds) / EVERY_SECONDS;
  return [
    {
      name: "agent, resident memory with ten ships",
      value: ten.residentMb,
      unit: "MB",
      goal: { most: 60 },
      detail: `VmRSS after ${SCRAPES} scrapes, on Node ${version}; its ${ten.keepers} keepers of connections share ${ten.keepersMb.toFixed(0)} MB (Pss)`,
    },
    {
      name: "agent, share of a core for ten ships scraped every 15 s",
      value: share,
      unit: "%",
      goal: { most: 1 },
      detail: `${(1000 * ten.cpuSeconds).toFixed(1)} ms of processor a scrape, keepers included`,
    },
    {
      name: "scrape of fifty ships",
      value: fifty.scrapeMs / 1000,
      unit: "s",
      goal: { most: 0.2 },
      detail: `median of ${SCRAPES}, ${(1000 * fifty.cpuSeconds).toFixed(0)} ms of it processor; light doubles answer at once`,
    },
  ];
}

interface Seen {
  readonly residentMb: number;
  readonly cpuSeconds: number;
  readonly scrapeMs: number;
  readonly keepers: number;
  readonly keepersMb: number;
}

async function beside(ships: number): Promise<Seen> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-agent-"));
  const bundle = join(folder, "agent.cjs");
  writeFileSync(bundle, await agentBundle());
  const double = spawn(process.execPath, [LIGHT, join(folder, "piers"), String(ships), String(WEB)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await said(double, /up/);
  // The very flags of the unit.
  const flags = /--max\S+(?: --max\S+)*/.exec(agentUnit("node", ""))?.[0].split(" ") ?? [];
  const options = ["--home", join(folder, "piers"), "--listen", `127.0.0.1:${LISTEN}`];
  const agent = spawn(NODE, [...flags, bundle, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await said(agent, /metrics/);
    for (let warm = 0; warm < 3; warm += 1) await scrape(ships);
    const pids = [agent.pid ?? 0, ...childrenOf(agent.pid ?? 0)];
    const before = cpuSeconds(pids);
    const times: number[] = [];
    for (let round = 0; round < SCRAPES; round += 1) times.push(await timed(() => scrape(ships)));
    const [, ...keepers] = pids;
    return {
      residentMb: kib(agent.pid ?? 0, "status", "VmRSS") / 1024,
      cpuSeconds: (cpuSeconds(pids) - before) / SCRAPES,
      scrapeMs: median(times),
      keepers: keepers.length,
      keepersMb: keepers.reduce((sum, pid) => sum + kib(pid, "smaps_rollup", "Pss"), 0) / 1024,
    };
  } finally {
    agent.kill("SIGTERM");
    double.kill("SIGTERM");
    await Promise.all(
      [agent, double].map(
        (child) => new Promise((resolve) => (child.exitCode === null ? child.on("exit", resolve) : resolve(0))),
      ),
    );
    rmSync(folder, { recursive: true, force: true });
  }
}

function said(child: ChildProcess, wanted: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (part: Buffer) => wanted.test(part.toString()) && resolve());
    child.on("exit", (code) => reject(new Error(`it ended with ${code}`)));
  });
}

/** One scrape; fails when a ship is missing from it, so that no empty answer is timed. */
function scrape(ships: number): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port: LISTEN, path: "/metrics" }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => {
        text += part.toString();
      });
      response.on("end", () => {
        const up = text.match(/^urbit_ship_up\{[^}]*\} 1$/gm)?.length ?? 0;
        if (up === ships) resolve();
        else reject(new Error(`${up} of ${ships} ships are up`));
      });
    }).on("error", reject);
  });
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      return Number(fields[1]) === pid ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

const TICKS = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS;
  }, 0);
}

function kib(pid: number, file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/${file}`, "utf8"))?.[1] ?? 0);
}
