import type { ChildProcess } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { scot } from "@urbit/aura";
import { jam } from "../../src/urbit/noun.ts";
import type { Options } from "./args.ts";
import { serveConn } from "./conn.ts";
import { firstBoot } from "./first-boot.ts";
import { failed, type Loaded, loadPier, preamble } from "./load.ts";
import { paths } from "./pier.ts";
import { bindAmes, bindHttp } from "./ports.ts";
import { scry } from "./scries.ts";
import { bailOut, complain, fault, START_MS, say, sleep } from "./settings.ts";
import { makeShip, order, type Ship } from "./ship.ts";
import { status } from "./status.ts";

/** Events a start runs before it is live, and soon after it, as recorded. */
const START_EVENTS = 13;
const LATER_EVENTS = 3;
const LATER_MS = 1500;

export async function runKing(options: Options, program: string): Promise<void> {
  const making = options.create !== null || options.name !== null || options.fake !== null;
  const bare = (options.name ?? options.fake ?? basename(options.create ?? "")).replace(/^~/, "");
  const shown = making ? newPier(options.create, bare) : resolve(options.pier ?? "");
  const pier = resolve(shown);
  const wrong = checkPier(pier, making, options, program);
  if (wrong !== null) {
    process.stderr.write(`${wrong}\n`);
    process.exit(1);
  }
  await preamble(shown, options.daemon, options.noTty);
  if (making) await firstBoot(pier, bare, options);
  await run(pier, options, making);
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

async function run(pier: string, options: Options, making: boolean): Promise<void> {
  let ship: Ship | null = null;
  let wantsOut = false;
  let leaving = false;
  let serving = false;
  let worker: ChildProcess | null = null;
  const leave = () => {
    wantsOut = true;
    if (ship === null || leaving || fault("no-exit") !== null) return;
    leaving = true;
    // What was begun is finished first.
    void ship.settle().then(() => worker !== null && order(worker, { kind: "exit" }));
  };
  const lost = () => {
    // Another king's files, on a pier that is locked, are not ours to take away.
    if (serving) tidy(pier);
    // Whatever became of the snapshot, a king that was asked to leave ends with 0 (OBSERVED 13).
    if (leaving) process.exit(0);
    failed("pier: serf unexpectedly shut down");
  };
  onSignals(pier, leave, () => ship?.event ?? 0);
  const loaded = await loadPier(pier, options, lost);
  worker = loaded.worker;
  const { identity, event } = loaded;
  say("vere: checking version compatibility");
  if (options.scry !== null) return scryOut(pier, loaded, options.scry);
  if (fault("double-boot") !== null && !making) {
    complain(`boot: failed: double-boot detected, refusing to boot ${identity.who}`);
    complain("this is an old version of the ship, resume the latest version or breach");
    process.exit(1);
  }
  const made = makeShip(pier, identity, event, worker, options.local, leave);
  if (!existsSync(paths(pier).dev)) {
    say(`lick: init mkdir ${paths(pier).dev}`);
    mkdirSync(paths(pier).dev, { mode: 0o700 });
  }
  say("mesa: forwarding enabled");
  await bindAmes(made, options.amesPort);
  process.chdir(pier);
  serving = true;
  if (!options.noConn) {
    await serveConn(made);
    say(`conn: listening on ${paths(pier).sock}`);
  }
  await sleep(START_MS / 4);
  await made.run(0, START_EVENTS);
  (options.daemon ? complain : say)("ames: unix-duct received on %born");
  await bindHttp(made, options.httpPort, options.httpIp);
  made.khan = fault("no-khan") === null;
  await sleep(START_MS / 4);
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

function onSignals(pier: string, leave: () => void, event: () => number): void {
  process.on("SIGTERM", leave);
  process.on("SIGINT", () => process.stdout.write("\r\ninterrupt\r\n"));
  process.on("SIGTSTP", () => {
    process.stderr.write("\r\n[received keyboard stop signal, exiting]\r\n");
    tidy(pier);
    process.exit(1);
  });
  process.on("SIGUSR1", () => process.stdout.write(status(event())));
}

/** `-X`: a scry costs an event when it succeeds, and a failed one ends with 0 all the same (OBSERVED 18). */
function scryOut(pier: string, { identity, event, worker }: Loaded, wish: NonNullable<Options["scry"]>): void {
  const { path, into, format } = wish;
  const [root, care = "", desk = "", ...spur] = path.split("/");
  worker.removeAllListeners("exit");
  if (root !== "") {
    // Words that are no path end the king, after the event is in the log.
    order(worker, { kind: "commit", id: 0, count: 1 });
    setTimeout(() => bailOut(), 20);
    return;
  }
  const found = scry(identity.who, care, desk, spur);
  say("pier: scry");
  say(`pier (${event + 1}): live`);
  say(`pier: scry ${found === null ? "failed" : "succeeded"}`);
  if (found !== null) {
    const text = typeof found.noun === "bigint" && format === "p" ? scot("p", found.noun) : null;
    const file = join(paths(pier).put, `${into}.${format === "jam" ? "jam" : "txt"}`);
    if (format !== "jam" && text === null) say(`pier: cannot export cell as ${format}`);
    else {
      writeFileSync(file, format === "jam" ? jam(found.noun) : (text ?? ""));
      say(`pier: scry result in ${file}`);
    }
    order(worker, { kind: "commit", id: 0, count: 1 });
  }
  say("pier: exit");
  worker.on("exit", () => process.exit(0));
  order(worker, { kind: "exit" });
}

function tidy(pier: string): void {
  if (!statSync(pier).isDirectory()) return;
  for (const file of [paths(pier).ports, paths(pier).sock]) rmSync(file, { force: true });
}
