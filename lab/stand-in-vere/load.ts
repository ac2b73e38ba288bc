import { type ChildProcess, spawn } from "node:child_process";
import { isSea } from "node:sea";
import { fileURLToPath } from "node:url";
import type { Options } from "./args.ts";
import type { Identity } from "./pier.ts";
import { BOOT_MS, complain, OFFLINE_MS, START_MS, say, sleep, VERSION } from "./settings.ts";
import { date, order } from "./ship.ts";
import type { Word } from "./worker.ts";

const AGENTS = ["acme", "azimuth", "dbug", "dojo", "eth-watcher", "hood"];
const MORE_AGENTS = ["herm", "lens", "ping", "spider"];

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

/** Five tries without a network. */
export async function unreachable(url: string, print: (line: string) => void): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    await sleep(OFFLINE_MS);
    print(`curl: failed to fetch ${url}: Couldn't resolve host name`);
  }
}

export function kernelLines(): void {
  for (const line of ["arvo: metamorphosis", "ames: metamorphosis on %call"]) say(line);
  for (const line of ["clay: kernel updated", "clay: rebuilding %base after kernel update"]) say(line);
}

export function installLines(who: string): void {
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
export function loadPier(
  pier: string,
  options: Pick<Options, "loom" | "snapMinutes">,
  lost: () => void,
): Promise<Loaded> {
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

async function replay(
  { from, to, whole, who }: Extract<Word, { kind: "replay" }>,
  worker: ChildProcess,
): Promise<void> {
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
    installLines(who);
  } else if (to - from >= 10) say("ames: unix-duct received on %born");
  say(`play (${to}): done (${then}, now=${date()})`);
  say("---------------- playback complete ----------------");
  order(worker, { kind: "go-on" });
}

export function child(
  verb: "work" | "boot",
  pier: string,
  options: Pick<Options, "loom" | "snapMinutes">,
): ChildProcess {
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
