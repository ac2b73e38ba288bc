import { homedir } from "node:os";
import { join } from "node:path";
import { configuration } from "../base/outcome.ts";

/** Where everything of one site lies: `$SLIPWAY_HOME`, or the XDG state directory. Workers of one site share it. */
export interface Home {
  readonly root: string;
  readonly hosts: string;
  /** Where each ship was put. */
  readonly placements: string;
  readonly runtime: string;
  /** What each host was last converged to. */
  readonly desired: string;
  /** Persons' words for controls, a chain of its own. */
  readonly attestations: string;
  /** Which host watches the others, and who is told. */
  readonly monitor: string;
  /** What `slipway check` saw, each time in a folder of its own. */
  readonly checks: string;
  /** Reports other tools gave in an audit, by digest. */
  readonly audits: string;
  readonly cache: string;
  readonly plans: string;
  readonly runs: string;
  readonly engine: string;
  readonly twin: string;
  readonly log: string;
}

export function slipwayHome(env: Readonly<Record<string, string | undefined>> = process.env): Home {
  const state = env.XDG_STATE_HOME || join(homedir(), ".local", "state");
  const root = env.SLIPWAY_HOME || join(state, "slipway");
  return {
    root,
    hosts: join(root, "hosts.json"),
    placements: join(root, "placements.json"),
    runtime: join(root, "runtime.json"),
    desired: join(root, "desired"),
    attestations: join(root, "attestations.jsonl"),
    monitor: join(root, "monitor.json"),
    checks: join(root, "checks"),
    audits: join(root, "audits"),
    cache: join(root, "cache"),
    plans: join(root, "plans"),
    runs: join(root, "runs"),
    engine: join(root, "engine"),
    twin: join(root, "twin.db"),
    log: join(root, "log"),
  };
}

/** The evidence and reports of one run. */
export function runDirectory(home: Home, run: string): string {
  return join(home.runs, run);
}

/** What a state directory that cannot be written means; anything that is no fault of the system's is thrown on. */
export function unwritableHome(home: Home, error: NodeJS.ErrnoException) {
  if (error.code === undefined || (error.code.startsWith("ERR_") && error.code !== "ERR_SQLITE_ERROR")) throw error;
  const full = error.code === "ENOSPC" || error.code === "EDQUOT";
  return configuration(
    full ? "home-full" : "home-unwritable",
    `Slipway cannot write its state under ${home.root}`,
    full ? "free some space there" : "set SLIPWAY_HOME to a directory you own",
    error.message,
  );
}
