import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freeTcp, freeUdp } from "../../../lab/ports.ts";
import { buildStandIn } from "../../../lab/stand-in-vere/build.ts";
import { exchange } from "../../../src/machines/host/ships/exchange.ts";
import { freshId } from "../../../src/machines/host/ships/life.ts";
import { connect } from "../../../src/machines/host/transport.ts";
import { evaluate } from "../../../src/urbit/conn.ts";
import { alive, lockHolder, parentOf, workerOf } from "../locks.ts";
import { finish, launch, pause, sweep } from "../vessel.ts";
import { expected, files, makeStage, replay, type Stage } from "./replay.ts";
import { maskedFile, type Recording, recordings } from "./transcript.ts";

/**
 * Every recorded life and utility of a real runtime, made again with the stand-in: the same lines in the same order on
 * the same stream, the same end, the same files. What may differ is in `masked`.
 */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let vere: string;
beforeAll(async () => {
  vere = await buildStandIn();
});

async function hold(stage: Stage, recording: Recording, hooks: Hooks): Promise<void> {
  expect(await replay(stage, recording, hooks.meanwhile?.(stage) ?? null)).toEqual(expected(recording));
  await hooks.afterwards?.(stage);
  if (recording.end !== null && "signal" in recording.end && recording.end.signal === 9) await unlocked(stage);
  const pier =
    recording.argv.find((word) => /^\/srv\/urbit\/p\/[^/]+$/.test(word))?.slice("/srv/urbit/p/".length) ?? "";
  if (recording.files !== null && recording.files.length > 0)
    expect(sorted(files(stage.pier(pier)))).toEqual(sorted(recording.files.map(maskedFile)));
}
/** A killed king leaves its worker for a moment. */
async function unlocked(stage: Stage): Promise<void> {
  for (const name of readdirSync(stage.pier("."))) {
    const lock = join(stage.pier(name), ".vere.lock");
    while (existsSync(lock) && lockHolder(lock) !== null) await pause(10);
  }
}
const sorted = (lines: readonly string[]) => lines.map((line) => line.trim()).sort();

const title = ({ title, argv }: Recording) => `${title} · ${argv.slice(1).join(" ").slice(0, 90)}`;

const EXIT = [
  "=/  m  (strand ,vase)",
  ";<  our=@p  bind:m  get-our",
  ";<  ~  bind:m  (poke [our %hood] %drum-exit !>(~))",
  "(pure:m !>('success'))",
].join("\n");
const LOOP = "=/  m  (strand ,vase)\n=/  i  0\n|-\n?:  =(i 200.000)  (pure:m !>(i))\n$(i +(i))";

/** Runs a thread on the ship of a pier, and takes its answer. */
async function thread(pier: string, hoon: string): Promise<void> {
  const here = connect({ name: "here", address: "local" });
  const requests = [evaluate(freshId(), hoon)];
  const done = await exchange(here, [{ to: { unix: pier }, requests }], { seconds: 20, asRoot: false });
  expect(done).toMatchObject({ ok: true, value: [{ timedOut: false }] });
}

const ENV = { STAND_IN_BOOT_SECONDS: "0.5", STAND_IN_START_SECONDS: "0.1" };

/** A pier that was booted, has run, and lies still: what most recordings begin with. */
async function settled(stage: Stage, name: string): Promise<void> {
  const words = ["-L", "-b", "127.0.0.1", "--http-port", String(await freeTcp()), "-p", String(await freeUdp()), "-t"];
  const first = ["-F", "zod", "-B", join(stage.folder, "bin/solid.pill"), "-c", stage.pier(name), ...words, "-x"];
  const options = { cwd: stage.folder, patience: 20_000, env: ENV };
  for (const argv of [first, [...words, "-x", stage.pier(name)], [...words, "-x", stage.pier(name)]])
    expect((await finish(launch([vere, ...argv], options))).code).toBe(0);
}

/** Starts the ship of a pier, and leaves it running. */
async function running(stage: Stage, name: string): Promise<{ readonly http: number; readonly ames: number }> {
  const [http, ames] = [await freeTcp(), await freeUdp()];
  const argv = ["-L", "-b", "127.0.0.1", "--http-port", String(http), "-p", String(ames), "-t", stage.pier(name)];
  await launch([vere, ...argv], { patience: 20_000, env: ENV }).until(LIVE);
  return { http, ames };
}

/** Kills the worker of the king that runs on a pier, or tells the king itself. */
function tell(stage: Stage, name: string, who: "king" | "worker", signal: NodeJS.Signals): number {
  const worker = workerOf(stage.pier(name));
  const pid = who === "worker" ? worker : parentOf(worker);
  process.kill(pid, signal);
  return pid;
}

/** What a recording only tells in words: done when a line of it appears, or when it is over. */
interface Hooks {
  readonly meanwhile?: (stage: Stage) => Parameters<typeof replay>[2];
  readonly afterwards?: (stage: Stage) => Promise<void>;
}
const LIVE = /^pier \(\d+\): live/;

interface Story {
  /** Makes what lay there before the first call. */
  readonly before?: (stage: Stage) => Promise<void>;
  /** By the title a recording stands under. */
  readonly hooks?: Readonly<Record<string, Hooks>>;
  /** Calls that need what this suite does not make. */
  readonly without?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
  /** Titles that were recorded after all others. */
  readonly last?: RegExp;
}

/** Recordings that happened one after the other, mostly to one pier. */
function story(names: readonly string[], { before, hooks = {}, env = {}, without, last }: Story = {}) {
  describe(names.join(", "), () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = makeStage(vere, env);
      await before?.(stage);
    });
    afterAll(async () => {
      await sweep();
      stage.remove();
    });
    const told = names
      .flatMap((name) => recordings(`${name}.txt`))
      .filter((one) => without?.test(title(one)) !== true)
      .sort((one, other) => Number(last?.test(one.title) === true) - Number(last?.test(other.title) === true));
    test.each(told.map((one) => [title(one), one] as const))("%s", async (_, recording) => {
      await hold(stage, recording, hooks[recording.title] ?? {});
    });
  });
}

const toWorker = (name: string, signal: NodeJS.Signals): Hooks => ({
  meanwhile: (stage) => ({ when: LIVE, act: async () => void tell(stage, name, "worker", signal) }),
});
const grown = (stage: Stage, name: string) => statSync(join(stage.pier(name), ".urb/log/0i0/data.mdb")).size > 8192;

story(["life/01-first-boot"]);
story(["life/02-restart-x-d", "life/03-signals-idle", "life/06-sigkill-recovery"], {
  before: (stage) => settled(stage, "zod3"),
  hooks: {
    "-d": {
      afterwards: async (stage) => {
        const king = tell(stage, "zod3", "king", "SIGTERM");
        while (alive(king)) await pause(10);
      },
    },
    "SIGKILL to the worker": toWorker("zod3", "SIGKILL"),
    // The recorder waited 20 s for an end that does not come.
    "SIGTERM to the worker": toWorker("zod3", "SIGTERM"),
    "|exit by conn.sock: hood %drum-exit": {
      meanwhile: (stage) => ({ when: LIVE, act: () => thread(stage.pier("zod3"), EXIT) }),
    },
    "SIGTERM during a long event (2 M iterations, about 4-8 s)": {
      meanwhile: (stage) => ({ when: LIVE, act: async () => void thread(stage.pier("zod3"), LOOP) }),
    },
  },
});
story(["life/05-sigterm-during-first-boot-5s"]);
story(["life/07-locked-pier"], {
  before: async (stage) => {
    await settled(stage, "zod3");
    await running(stage, "zod3");
  },
});
story(["life/08-ports-taken"], {
  before: async (stage) => {
    await settled(stage, "zod3");
    await settled(stage, "zod4");
    const { http, ames } = await running(stage, "zod3");
    stage.ports.set("18182", http).set("31412", ames);
  },
  // Port 80 and Ames' usual port may be anybody's here.
  without: /^no --http-port/,
});
story(["life/10-long-path-read-only"], {
  before: async (stage) => {
    await settled(stage, "zod");
    const long = stage.pier(`${"d".repeat(60)}/${"e".repeat(50)}`);
    mkdirSync(long, { recursive: true });
    renameSync(stage.pier("zod"), join(long, "zod"));
    mkdirSync(stage.pier("emptyd"));
    writeFileSync(stage.pier("afile"), "");
  },
  // A file system that cannot be written, which takes root to make; a pier that was killed before.
  without: /read-only|131 bytes/,
});
story(["life/11-memory-limit"], { before: (stage) => settled(stage, "zod4"), without: /ulimit|cgroup/ });
story(["life/13-sigkill-both-during-first-boot-12s"], {
  hooks: {
    "": {
      meanwhile: (stage) => ({
        when: /^boot: parsing/,
        act: async () => {
          while (!grown(stage, "busK12")) await pause(2);
        },
      }),
    },
  },
});
story(["life/13-sigkill-both-during-first-boot-3s"], {
  env: { STAND_IN_BOOT_SECONDS: "8" },
  hooks: {
    "": {
      meanwhile: (stage) => ({
        when: /^boot: installed/,
        act: async () => void tell(stage, "busK3", "worker", "SIGTERM"),
      }),
    },
  },
});
story(["utils/00-versions-help"], { without: /-R|--version/ });
story(
  ["01-info", "02-pack", "03-meld", "03b-melt", "04-roll-chop", "05-prep", "06-dock", "07-next-offline"]
    .concat(["08-vere-offline", "11-cram-queu", "12-play", "13-scry-X", "15-chop-with-3-epochs"])
    .map((name) => `utils/${name}`),
  {
    before: (stage) => settled(stage, "zodU"),
    hooks: {
      "start after chop": {
        meanwhile: (stage) => ({
          when: LIVE,
          act: async (vessel) => {
            tell(stage, "zodU", "king", "SIGUSR1");
            await vessel.until(/^ {2}lord:/);
            tell(stage, "zodU", "worker", "SIGUSR1");
          },
        }),
      },
    },
    last: /^(a third epoch|start after chop)/,
  },
);
