import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isSea } from "node:sea";
import { fileURLToPath } from "node:url";
import { jam, tuple } from "../../src/urbit/noun.ts";
import { parsePoint } from "../../src/urbit/point.ts";
import type { Options } from "./args.ts";
import { serveConn } from "./conn.ts";
import { keyProblem } from "./keys.ts";
import { dock, type Identity, paths } from "./pier.ts";
import { bindAmes, bindHttp } from "./ports.ts";
import { BOOT_MS, complain, fault, OFFLINE_MS, START_MS, say, sleep, VERSION } from "./settings.ts";
import { codeOf, date, makeShip, order, type Ship } from "./ship.ts";
import { STATUS } from "./status.ts";
import type { Word } from "./worker.ts";

/** Events a start runs before it is live, and soon after it, as recorded. */
const START_EVENTS = 13;
const LATER_EVENTS = 3;
const LATER_MS = 1500;

const AGENTS = ["acme", "azimuth", "dbug", "dojo", "eth-watcher", "hood"];
const MORE_AGENTS = ["herm", "lens", "ping", "spider"];

/** Why the king ended with its work undone. */
export type End = "locked" | "failed";

export async function runKing(options: Options, program: string): Promise<void> {
  const making = options.create !== null || options.name !== null || options.fake !== null;
  const bare = (options.name ?? options.fake ?? basename(options.create ?? "")).replace(/^~/, "");
  const pier = making ? newPier(options.create, bare) : resolve(options.pier ?? "");
  const wrong = checkPier(pier, making, options, program);
  if (wrong !== null) {
    process.stderr.write(`${wrong}\n`);
    process.exit(1);
  }
  await preamble(pier, options.daemon, options.noTty);
  if (making) await firstBoot(pier, bare, options);
  await run(pier, options);
}

/** With a missing parent the runtime takes the ship's name in its working directory, and says so only here. */
function newPier(wished: string | null, bare: string): string {
  if (wished === null) return bare;
  return existsSync(dirname(resolve(wished))) ? resolve(wished) : bare;
}

/** What is wrong with the pier before anything is started; null when nothing is. */
function checkPier(pier: string, making: boolean, options: Options, program: string): string | null {
  if (making && existsSync(pier))
    return `tried to create pier ${pier} but it already exists\nnormal usage: ${program} ${pier}`;
  if (making) return null;
  if (!existsSync(pier)) return `couldn't find pier ${pier}`;
  if (options.keyFile !== null) return "-k only makes sense when creating a new ship";
  if (options.keyString !== null) return "-G only makes sense when creating a new ship";
  if (options.pill !== null) return "-B only makes sense when creating a new ship";
  try {
    accessSync(pier, constants.W_OK);
    return null;
  } catch {
    return `urbit: write permissions are required for ${pier}`;
  }
}

/** The first lines of every king, before it has a pier: until their end a TERM kills it as it would any program. */
export async function preamble(pier: string, daemon: boolean, noTty: boolean): Promise<void> {
  process.stdout.write(`~\nurbit ${VERSION}\nboot: home is ${pier}\n${daemon ? "boot: running as daemon\n" : ""}`);
  await sleep(START_MS / 2);
  say("loom: mapped 2048MB");
  for (const line of ["lite: arvo formula 2a2274c9", "lite: core 4bb376f0", "lite: final state 4bb376f0"]) say(line);
  if (noTty || (process.stdin.isTTY === true && process.stdout.isTTY === true)) return;
  complain("vere: unable to initialize terminal (not a tty)");
  complain("      use -t to disable interactivity");
  process.exit(1);
}

async function firstBoot(pier: string, bare: string, options: Options): Promise<void> {
  const who = `~${bare}`;
  const refusal = await bootProblem(who, options);
  if (refusal !== null) {
    complain(refusal);
    say("king: boot failed");
    process.exit(1);
  }
  if (options.pill !== null) say(`boot: loading pill ${options.pill}`);
  // TERM in a first boot is ignored and forgotten (OBSERVED 11).
  const ignore = () => undefined;
  process.on("SIGTERM", ignore);
  const worker = child("boot", pier, options);
  const lost = (code: number | null, signal: string | null) => {
    if (signal === null && code === 1 && !existsSync(pier)) say("boot: error: broken pipe\r\n");
    failed("king: boot failed");
  };
  worker.on("exit", lost);
  const identity: Identity = { who, fake: options.fake !== null };
  await new Promise<void>((done) => {
    worker.on("message", (word: Word) => {
      if (word.kind === "booting") bootLines("boot: 1-10");
      if (word.kind === "booted") done();
    });
    order(worker, { kind: "boot", identity });
  });
  installLines(who);
  worker.off("exit", lost);
  await new Promise<void>((done) => {
    worker.on("exit", (code) => (code === 0 ? done() : failed("king: boot failed")));
    order(worker, { kind: "exit" });
  });
  say("--------------- bootstrap complete ----------------");
  process.off("SIGTERM", ignore);
  if (options.noDock) return;
  if (dock(pier)) say(`dock: pace (live): configured at ${paths(pier).pace}`);
  say("vere: binary copy succeeded");
}

async function bootProblem(who: string, options: Options): Promise<string | null> {
  if (!parsePoint(who).ok) return `dawn: invalid ship specified with -w ${who}`;
  if (options.fake !== null && who.length > 28) return "fake comets are forbidden";
  if (options.fake === null) {
    const given = options.keyString ?? (options.keyFile !== null && existsSync(options.keyFile) ? readFileSync(options.keyFile, "utf8") : null);
    if (given === null) return "boot: must specify a key with -k or -G";
    const text = given.trim();
    const problem = keyProblem(text, who);
    // A bad key is echoed whole (OBSERVED): whoever keeps this output has to take it out.
    if (problem !== null) return problem === "bad" ? `dawn: invalid private keys: ${text}` : problem;
  }
  if (options.pill !== null) return existsSync(options.pill) ? null : `boot: failed to load pill ${options.pill}`;
  if (fault("online") !== null) return null;
  await unreachable(`https://bootstrap.urbit.org/urbit-v${VERSION}.pill`, say);
  return "boot: failed to fetch pill";
}

/** Five tries without a network. */
export async function unreachable(url: string, print: (line: string) => void): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    await sleep(OFFLINE_MS);
    print(`curl: failed to fetch ${url}: Couldn't resolve host name`);
  }
}

function bootLines(events: string): void {
  say("--------------- bootstrap starting ----------------");
  say(events);
  kernelLines();
}

function kernelLines(): void {
  for (const line of ["arvo: metamorphosis", "ames: metamorphosis on %call"]) say(line);
  for (const line of ["clay: kernel updated", "clay: rebuilding %base after kernel update"]) say(line);
}

function installLines(who: string): void {
  for (const agent of AGENTS) say(`gall: installing %${agent}`);
  say(`drum: link [${who} %dojo]`);
  say("kiln: boot");
  for (const agent of MORE_AGENTS) say(`gall: installing %${agent}`);
  say("clay: base is always essential");
}

/** A pier that is loaded and up to date, with no driver started yet. */
export interface Loaded {
  readonly worker: ChildProcess;
  readonly identity: Identity;
  readonly event: number;
}

/** Starts the worker and runs again what its snapshot lacks. `lost` is called when it ends unasked. */
export function loadPier(pier: string, options: Pick<Options, "loom" | "snapMinutes">, lost: () => void): Promise<Loaded> {
  const worker = child("work", pier, options);
  worker.on("exit", lost);
  return new Promise((done) => {
    worker.on("message", (word: Word) => {
      if (word.kind === "replay") void replay(word, worker);
      if (word.kind === "loaded") done({ worker, identity: word.identity, event: word.event });
    });
    order(worker, { kind: "load" });
  });
}

async function replay({ from, to, whole }: Extract<Word, { kind: "replay" }>, worker: ChildProcess): Promise<void> {
  const then = date();
  if (whole) {
    say("--------------- bootstrap starting ----------------");
    say("boot: 1-3");
    say("--------------- bootstrap complete ----------------");
  }
  say("---------------- playback starting ----------------");
  say(`play: events ${whole ? 4 : from}-${to}`);
  if (whole) {
    kernelLines();
    await sleep(BOOT_MS * 0.9);
    installLines("~zod");
  } else if (to - from >= 10) say("ames: unix-duct received on %born");
  say(`play (${to}): done (${then}, now=${date()})`);
  say("---------------- playback complete ----------------");
  order(worker, { kind: "go-on" });
}

async function run(pier: string, options: Options): Promise<void> {
  let ship: Ship | null = null;
  let wantsOut = false;
  let leaving = false;
  let worker: ChildProcess | null = null;
  const leave = () => {
    wantsOut = true;
    if (ship === null || leaving || fault("no-exit") !== null) return;
    leaving = true;
    // What was begun is finished first.
    void ship.settle().then(() => worker !== null && order(worker, { kind: "exit" }));
  };
  const lost = () => {
    // Whatever became of the snapshot, a king that was asked to leave ends with 0 (OBSERVED 13).
    tidy(pier);
    if (leaving) process.exit(0);
    failed("pier: serf unexpectedly shut down");
  };
  onSignals(pier, leave, () => worker);
  const loaded = await loadPier(pier, options, lost);
  worker = loaded.worker;
  const { identity, event } = loaded;
  say("vere: checking version compatibility");
  if (options.scry !== null) return scry(pier, identity, event, worker, options.scry);
  if (fault("double-boot") !== null && options.create === null) {
    complain(`boot: failed: double-boot detected, refusing to boot ${identity.who}`);
    complain("this is an old version of the ship, resume the latest version or breach");
    process.exit(1);
  }
  await sleep(START_MS / 2);
  const made = makeShip(pier, identity, event, worker, options.local, leave);
  if (!existsSync(paths(pier).dev)) {
    say(`lick: init mkdir ${paths(pier).dev}`);
    mkdirSync(paths(pier).dev, { mode: 0o700 });
  }
  say("mesa: forwarding enabled");
  await bindAmes(made, options.amesPort);
  process.chdir(pier);
  if (!options.noConn) {
    await serveConn(made);
    say(`conn: listening on ${paths(pier).sock}`);
  }
  await made.run(0, START_EVENTS);
  (options.daemon ? complain : say)("ames: unix-duct received on %born");
  await bindHttp(made, options.httpPort, options.httpIp);
  made.khan = fault("no-khan") === null;
  ship = made;
  if (wantsOut) return leave();
  if (fault("never-live") !== null) return;
  made.live = true;
  say(`pier (${made.event}): live`);
  void made.run();
  if (options.exit) return leave();
  setTimeout(() => void made.run(0, LATER_EVENTS), LATER_MS).unref();
  const crash = fault("crash-after-live");
  if (crash !== null) setTimeout(() => process.kill(process.pid, "SIGSEGV"), Number(crash) * 1000);
}

function onSignals(pier: string, leave: () => void, worker: () => ChildProcess | null): void {
  process.on("SIGTERM", leave);
  process.on("SIGINT", () => process.stdout.write("\r\ninterrupt\r\n"));
  process.on("SIGTSTP", () => {
    process.stderr.write("\r\n[received keyboard stop signal, exiting]\r\n");
    tidy(pier);
    process.exit(1);
  });
  process.on("SIGUSR1", () => {
    process.stdout.write(STATUS);
    const child = worker();
    if (child !== null) order(child, { kind: "status" });
  });
}

/** `-X`: a scry costs an event when it succeeds, and a failed one ends with 0 all the same (OBSERVED 18). */
function scry(pier: string, identity: Identity, event: number, worker: ChildProcess, wish: NonNullable<Options["scry"]>): void {
  const { path, into, format } = wish;
  const known: Readonly<Record<string, string>> = { [`/j/code/${identity.who}`]: `~${codeOf(identity.who)}` };
  const found = known[path];
  say("pier: scry");
  say(`pier (${event + 1}): live`);
  say(`pier: scry ${found === undefined ? "failed" : "succeeded"}`);
  if (found !== undefined) {
    const file = join(paths(pier).put, `${into}.${format === "jam" ? "jam" : "txt"}`);
    writeFileSync(file, format === "jam" ? jam(tuple(found)) : found);
    say(`pier: scry result in ${file}`);
  }
  say("pier: exit");
  worker.removeAllListeners("exit");
  worker.on("exit", () => process.exit(0));
  if (found !== undefined) order(worker, { kind: "commit", id: 0, count: 1 });
  order(worker, { kind: "exit" });
}

function tidy(pier: string): void {
  for (const file of [paths(pier).ports, paths(pier).sock]) rmSync(file, { force: true });
}

export function child(verb: "work" | "boot", pier: string, options: Pick<Options, "loom" | "snapMinutes">): ChildProcess {
  const main = isSea() ? [] : [...process.execArgv, fileURLToPath(new URL("main.ts", import.meta.url))];
  const caches = ["--temporary-cache-size", "50000", "--loom", String(options.loom), "--toss", "0"];
  const argv = [...main, verb, "--snap-dir", pier, "--runtime-config", "128", ...caches];
  argv.push("--persistent-cache-size", "50000");
  if (verb === "work") argv.push("--snap-time", String(options.snapMinutes * 60));
  argv.push("--lmdb-map-size", "1099511627776");
  return spawn(process.execPath, argv, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

export function failed(line: string): never {
  say(line);
  say("");
  process.exit(1);
}
