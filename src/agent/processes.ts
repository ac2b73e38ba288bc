import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";

export interface ShipProcess {
  readonly memory: Partial<Record<"king" | "worker", number>>;
  readonly loomLimitBytes: number | null;
}

const DEFAULT_LOOM = 31;

/** The processes of every pier, by its path: the king names it last, its worker after `--snap-dir`. One walk of /proc for all ships. */
export async function shipProcesses(piers: readonly string[]): Promise<ReadonlyMap<string, ShipProcess>> {
  const found = new Map<string, ShipProcess>();
  for (const pid of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue;
    const argv = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0").filter(Boolean);
    const words = argv.map((word) => word.replace(/\/+$/, ""));
    const pier = piers.find((path) => words.includes(path));
    if (pier === undefined || !/(^|\/)(urbit|\.run|vere[^/]*)$/.test(words[0] ?? "")) continue;
    const worker = words[1] === "work" || words[1] === "boot";
    const known = found.get(pier) ?? { memory: {}, loomLimitBytes: null };
    const at = argv.indexOf("--loom");
    const bits = at < 0 ? DEFAULT_LOOM : Number(argv[at + 1]);
    const loom = worker ? known.loomLimitBytes : bits >= 20 && bits <= 34 ? 2 ** bits : null;
    const resident = await residentBytes(pid);
    const memory = resident === null ? known.memory : { ...known.memory, [worker ? "worker" : "king"]: resident };
    found.set(pier, { memory, loomLimitBytes: loom });
  }
  return found;
}

async function residentBytes(pid: string): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

export interface UnitState {
  readonly active: boolean;
  readonly restarts: number;
  readonly startRefused: boolean;
}

/** What systemd says of the ships' units, all in one call; empty where there is no systemd. */
export function unitStates(names: readonly string[]): Promise<ReadonlyMap<string, UnitState>> {
  const units = names.map((name) => `urbit-${name}.service`);
  const properties = "LoadState,ActiveState,NRestarts,Result,ConditionResult";
  return new Promise((resolve) => {
    if (units.length === 0) return resolve(new Map());
    execFile("systemctl", ["show", "-p", properties, "--", ...units], { timeout: 5_000 }, (error, stdout) => {
      if (error !== null) return resolve(new Map());
      resolve(
        new Map(
          stdout
            .trim()
            .split("\n\n")
            .flatMap((block, index) => stateOf(names[index], block)),
        ),
      );
    });
  });
}

function stateOf(name: string | undefined, block: string): [string, UnitState][] {
  const said = new Map(block.split("\n").map((line) => line.split("=", 2) as [string, string]));
  if (name === undefined || said.get("LoadState") !== "loaded") return [];
  return [
    [
      name,
      {
        active: said.get("ActiveState") === "active",
        restarts: Number(said.get("NRestarts") ?? 0),
        startRefused: said.get("Result") === "exec-condition",
      },
    ],
  ];
}
