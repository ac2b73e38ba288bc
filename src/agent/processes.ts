import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";

export interface ShipProcess {
  readonly memory: Partial<Record<"king" | "worker", number>>;
  readonly loomLimitBytes: number | null;
}

const DEFAULT_LOOM = 31;

/** A process of a ship; null for any other. */
type Part = { readonly pier: string; readonly worker: boolean; readonly loomLimitBytes: number | null } | null;

/** How often a process is read before it is taken for none of ours: one that was just forked may yet become a ship. */
const READS = 2;

/**
 * Finds the processes of every pier, by its path: the king names it last, its worker after `--snap-dir`. One walk of
 * /proc for all ships; what a process is is remembered, so that a busy host is not read anew at every look.
 */
export function createProcessFinder(): (piers: readonly string[]) => Promise<ReadonlyMap<string, ShipProcess>> {
  let known = new Map<string, { readonly part: Part; readonly reads: number }>();
  return async (piers) => {
    const paths = new Set(piers);
    const found = new Map<string, ShipProcess>();
    const now: typeof known = new Map();
    for (const pid of await readdir("/proc").catch(() => [])) {
      if (!/^\d+$/.test(pid)) continue;
      const before = known.get(pid);
      const settled = before !== undefined && (before.part !== null || before.reads >= READS);
      const part = settled ? before.part : await partOf(pid, paths);
      now.set(pid, { part, reads: (before?.reads ?? 0) + (settled ? 0 : 1) });
      if (part === null) continue;
      const { memory, loomLimitBytes } = found.get(part.pier) ?? { memory: {}, loomLimitBytes: null };
      const resident = await residentBytes(pid);
      found.set(part.pier, {
        memory: resident === null ? memory : { ...memory, [part.worker ? "worker" : "king"]: resident },
        loomLimitBytes: part.worker ? loomLimitBytes : part.loomLimitBytes,
      });
    }
    known = now;
    return found;
  };
}

async function partOf(pid: string, piers: ReadonlySet<string>): Promise<Part> {
  const argv = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0").filter(Boolean);
  const [program = "", verb = "", ...rest] = argv.map((word) => word.replace(/\/+$/, ""));
  const pier = [verb, ...rest].find((word) => piers.has(word));
  if (pier === undefined || !/(^|\/)(urbit|\.run|vere[^/]*)$/.test(program)) return null;
  const at = argv.indexOf("--loom");
  const bits = at < 0 ? DEFAULT_LOOM : Number(argv[at + 1]);
  const loomLimitBytes = bits >= 20 && bits <= 34 ? 2 ** bits : null;
  return { pier, worker: verb === "work" || verb === "boot", loomLimitBytes };
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
