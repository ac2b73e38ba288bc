import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCli } from "../../../src/cli/cli.ts";
import type { EvidenceRecord } from "../../../src/evidence/schema.ts";
import { openWorld, type World } from "../../../src/machines/twin/world.ts";
import type { Plan } from "../../../src/plan/schema.ts";
import type { Command } from "../../../src/run/commands.ts";
import { type Engine, engineClient } from "../../../src/run/engine/client.ts";
import { down, type SiteStatus, siteStatus, up } from "../../../src/run/engine/site.ts";
import { type Home, runDirectory, slipwayHome } from "../../../src/run/home.ts";
import { isAtRest, type RunState } from "../../../src/run/state.ts";

const MAIN = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));
export const SENTENCE = "Deploy 3 fake ships to dev, staging and production on my own servers with standard hardening";
/** As long as anything of these tests may take before it counts as stuck. */
export const LONG = 180_000;

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Ground {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly engine: Engine;
  readonly world: World;
  /** Runs a command as the program would, without a process of its own. */
  slipway(...argv: readonly string[]): Promise<Ended>;
  /** Starts the program in a process of its own, as a user would, and returns at once. */
  begin(...argv: readonly string[]): Running;
  up(): Promise<SiteStatus>;
  status(): SiteStatus;
  /** Plans the sentence on the twin into plan.json, and gives the plan. */
  plan(sentence?: string): Promise<Plan>;
  /** Launches plan.json in the background and gives the run's name. */
  launch(...options: readonly string[]): Promise<string>;
  state(run: string): Promise<RunState>;
  /** Gives the run an order, which it must take. */
  order(run: string, order: Command): Promise<RunState>;
  /** Waits until the run rests; `meanwhile` is done again and again until then. */
  rest(run: string, meanwhile?: () => Promise<void>): Promise<RunState>;
  records(run: string): readonly EvidenceRecord[];
  directory(run: string): string;
  /** Forgets every ship and its fence on the twin, so that a run has everything to do again. */
  wipe(): void;
  /** Ends every process of the site and removes its state. */
  clear(): Promise<void>;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it has printed so far, both streams. */
  said(): string;
  signal(name: NodeJS.Signals): void;
}

/** A site of its own: state in a new directory, the real engine and worker, hosts on the twin. */
export function newGround(extra: NodeJS.ProcessEnv = {}): Ground {
  const root = mkdtempSync(join(tmpdir(), "slipway-run-"));
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1", SLIPWAY_HOME: root, ...extra };
  for (const name of ["SLIPWAY_ENGINE_URL", "SLIPWAY_ENGINE_ADMIN_URL", "SLIPWAY_ENGINE_IDENTITY", "SLIPWAY_VERE"])
    if (!(name in extra)) delete env[name];
  const home = slipwayHome(env);
  const engine = engineClient(home, env);
  let world: World | null = null;
  const begin = (...argv: readonly string[]) => started(argv, root, env);
  const slipway = async (...argv: readonly string[]): Promise<Ended> => {
    let [out, err] = ["", ""];
    const code = await runCli(argv, {
      env,
      cwd: root,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      terminal: false,
      color: false,
      confirm: async () => null,
      prompts: async () => null,
      onInterrupt: () => () => undefined,
    });
    return { code, out, err };
  };
  const state = async (run: string): Promise<RunState> => {
    const found = await until(async () => {
      const answer = await engine.status(run, 5_000);
      return answer.ok ? answer.value : null;
    }, `the state of ${run}`);
    return found;
  };
  return {
    home,
    env,
    engine,
    get world() {
      world ??= openWorld(home.twin);
      return world;
    },
    slipway,
    begin,
    up: async () => {
      const status = await up(home, env);
      if (!status.ok) throw new Error(`${status.failure.what}: ${status.failure.why}`);
      return status.value;
    },
    status: () => siteStatus(home, env),
    plan: async (sentence = SENTENCE) => {
      const { code, out, err } = await slipway("plan", sentence, "--twin", "--json");
      if (code !== 0) throw new Error(err);
      writeFileSync(join(root, "plan.json"), out);
      return (JSON.parse(out) as { plan: Plan }).plan;
    },
    launch: async (...options) => {
      const plan = ["launch", "--plan", join(root, "plan.json"), "--detach", "--json", "--by", "ada", ...options];
      const { out, err } = await slipway(...plan);
      const { run } = JSON.parse(out) as { run?: string };
      if (run === undefined) throw new Error(out + err);
      return run;
    },
    state,
    order: async (run, order) => {
      const answer = await engine.command(run, { ...order, at: new Date().toISOString() });
      if (!answer.ok) throw new Error(answer.failure.what);
      return answer.value;
    },
    rest: (run, meanwhile = async () => undefined) =>
      until(async () => {
        await meanwhile();
        const now = await engine.status(run, 5_000);
        return now.ok && now.value !== null && isAtRest(now.value.status) ? now.value : null;
      }, `${run} to come to rest`),
    records: (run) => {
      const file = join(runDirectory(home, run), "evidence.jsonl");
      if (!existsSync(file)) return [];
      // A last line without its end is still being written.
      const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
      return lines.map((line) => JSON.parse(line) as EvidenceRecord);
    },
    directory: (run) => runDirectory(home, run),
    wipe: () => {
      world ??= openWorld(home.twin);
      for (const { name, ships } of world.hosts())
        world.turn(name, ({ host, mutate }) => {
          for (const ship of Object.keys(ships)) {
            delete host.ships[ship];
            delete host.fences[ship];
          }
          mutate("wiped", name, "between tests");
        });
    },
    clear: async () => {
      world?.close();
      await down(home, env);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A test on a site of its own, which is cleared whatever happens. */
export function onGround(act: (ground: Ground) => Promise<void>): () => Promise<void> {
  return async () => {
    const ground = newGround();
    try {
      await act(ground);
    } finally {
      await ground.clear();
    }
  };
}

function started(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Running {
  const child = spawn(process.execPath, [MAIN, ...argv], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  return {
    pid: child.pid ?? 0,
    ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err }))),
    said: () => out + err,
    signal: (name) => void child.kill(name),
  };
}

/** Asks again and again until there is an answer. */
export async function until<T>(look: () => Promise<T | null> | T | null, what: string, pauseMs = 30): Promise<T> {
  const deadline = Date.now() + LONG;
  for (;;) {
    const answer = await look();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Kills one of the site's processes (-9) and waits until it is gone. */
export async function killed(pid: number | null): Promise<void> {
  if (pid === null) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return;
  }
  await until(
    () => {
      try {
        return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8")) ? true : null;
      } catch {
        return true;
      }
    },
    `${pid} to be gone`,
    5,
  );
}

/** What a world has come to: everything but tokens, PIDs and times, which may differ from one good run to the next. */
export function outcomeOf(world: World) {
  return world.hosts().map(({ name, things, ships }) => ({
    name,
    things,
    ships: Object.fromEntries(
      Object.entries(ships).map(([ship, model]) => [
        ship,
        {
          unit: model.unit,
          enabled: model.enabled,
          active: model.active,
          event: model.event,
          ports: [model.amesPort, model.httpPort],
          failures: [model.bootFailure, model.unitFailure],
        },
      ]),
    ),
  }));
}

/**
 * Every change the world took, leaving out its first `since`, in no order. A step that is begun again takes a new token, which is no second
 * application of it: those are left out.
 */
export function changesOf(world: World, since = 0): readonly string[] {
  const changes = world
    .mutations()
    .slice(since)
    .filter(({ operation }) => operation !== "fence");
  return changes.map(({ host, operation, subject }) => `${host} ${operation} ${subject}`).sort();
}
