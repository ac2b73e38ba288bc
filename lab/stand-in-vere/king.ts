import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { isSea } from "node:sea";
import { fileURLToPath } from "node:url";
import { parsePoint } from "../../src/urbit/point.ts";
import { type Options, USAGE } from "./args.ts";
import { serveConn } from "./conn.ts";
import { serveHttp } from "./http.ts";
import { keyProblem } from "./keys.ts";
import { dock, type Identity, paths } from "./pier.ts";
import { complain, fault, START_MS, say, sleep, VERSION } from "./settings.ts";
import type { Ship } from "./ship.ts";
import type { Order, Word } from "./worker.ts";

const FIRST_LOOPBACK = 12_321;

/** Events a start runs before it is live, as recorded. */
const START_EVENTS = 14;

export async function runKing(options: Options): Promise<void> {
  const created = options.create ?? options.name ?? options.fake;
  if (options.pier === null && created === null) {
    process.stdout.write(USAGE);
    process.exit(1);
  }
  const making = created !== null;
  const bare = (options.name ?? options.fake ?? basename(options.create ?? "")).replace(/^~/, "");
  const pier = resolve(making ? (options.create ?? bare) : (options.pier ?? ""));
  const usable = checkPier(pier, making, options);
  if (usable !== null) {
    process.stderr.write(`${usable}\n`);
    process.exit(1);
  }
  process.stdout.write(`~\nurbit ${VERSION}\nboot: home is ${pier}\n`);
  say("loom: mapped 2048MB");
  for (const line of ["lite: arvo formula 2a2274c9", "lite: core 4bb376f0", "lite: final state 4bb376f0"]) say(line);
  if (!options.noTty && (process.stdin.isTTY !== true || process.stdout.isTTY !== true)) {
    complain("vere: unable to initialize terminal (not a tty)");
    complain("      use -t to disable interactivity");
    process.exit(1);
  }
  if (making) await firstBoot(pier, bare, options);
  await run(pier, making, options);
}

/** What is wrong with the pier before anything is started; null when nothing is. */
function checkPier(pier: string, making: boolean, options: Options): string | null {
  if (making && existsSync(pier)) return `tried to create pier ${pier} but it already exists`;
  if (!making && !existsSync(pier)) return `couldn't find pier ${pier}`;
  if (!making && options.keyFile !== null) return "-k only makes sense when creating a new ship";
  if (!making && options.pill !== null) return "-B only makes sense when creating a new ship";
  try {
    if (!making) accessSync(pier, constants.W_OK);
  } catch {
    return `urbit: write permissions are required for ${pier}`;
  }
  return null;
}

async function firstBoot(pier: string, bare: string, options: Options): Promise<void> {
  const who = `~${bare}`;
  const end = (line: string) => {
    complain(line);
    process.exit(1);
  };
  if (!parsePoint(who).ok) end(`dawn: invalid ship specified with -w ${who}`);
  if (options.fake === null) {
    if (options.keyFile === null && options.keyString === null) return end("boot: must specify a key with -k or -G");
    if (options.keyFile !== null && !existsSync(options.keyFile)) return end(`keyfile ${options.keyFile} not found`);
    const text = options.keyString ?? readFileSync(options.keyFile ?? "", "utf8");
    const problem = await keyProblem(text, who);
    if (problem !== null) return end(problem.replace("CONTENTS", text.trim()));
  }
  if (options.pill !== null && !existsSync(options.pill)) return end(`boot: failed to load pill ${options.pill}`);
  if (options.pill === null && fault("online") === null) {
    for (let tries = 0; tries < 5; tries++) {
      say(`curl: failed to fetch https://bootstrap.urbit.org/urbit-v${VERSION}.pill: Couldn't resolve host name`);
      await sleep(200);
    }
    return end("king: boot failed");
  }
  if (options.pill !== null) say(`boot: loading pill ${options.pill}`);
  // TERM in a first boot is ignored and forgotten (OBSERVED 11).
  const ignore = () => undefined;
  process.on("SIGTERM", ignore);
  const worker = child("boot", pier, options);
  const identity: Identity = { who, fake: options.fake !== null };
  await new Promise<void>((done) => {
    worker.on("message", (word: Word) => {
      if (word.kind === "locked") return refused(word.holder);
      if (word.kind === "installed") bootLines();
      if (word.kind === "booted") done();
    });
    worker.on("exit", () => lostWorker());
    order(worker, { kind: "boot", identity });
  });
  for (const agent of ["acme", "azimuth", "dbug", "dojo", "eth-watcher", "hood"]) say(`gall: installing %${agent}`);
  say(`drum: link [${who} %dojo]`);
  say("kiln: boot");
  say("--------------- bootstrap complete ----------------");
  worker.removeAllListeners("exit");
  await new Promise<void>((done) => {
    worker.on("exit", () => done());
    order(worker, { kind: "exit" });
  });
  process.off("SIGTERM", ignore);
  if (!options.noDock) {
    dock(pier);
    say(`dock: pace (live): configured at ${paths(pier).bin}/pace`);
    say("vere: binary copy succeeded");
  }
}

function bootLines(): void {
  if (fault("boot-crash") !== null) {
    complain("home: bailing out");
    process.exit(1);
  }
  say("--------------- bootstrap starting ----------------");
  for (const line of [
    "boot: 1-10",
    "arvo: metamorphosis",
    "clay: kernel updated",
    "clay: rebuilding %base after kernel update",
  ])
    say(line);
}

async function run(pier: string, making: boolean, options: Options): Promise<void> {
  const worker = child("work", pier, options);
  let leaving = false;
  const loaded = new Promise<Extract<Word, { kind: "loaded" }>>((done) => {
    worker.on("message", (word: Word) => {
      if (word.kind === "locked") refused(word.holder);
      if (word.kind === "bad") {
        for (const line of word.lines) complain(line);
        complain("pier: serf unexpectedly shut down");
        process.exit(1);
      }
      if (word.kind === "loaded") done(word);
      if (word.kind === "failed") process.exit(1);
    });
  });
  worker.on("exit", () => {
    if (leaving) return;
    lostWorker();
  });
  let wantsOut = false;
  process.on("SIGINT", () => say("interrupt"));
  process.on("SIGTERM", () => {
    wantsOut = true;
    leave();
  });
  let ready = false;
  const leave = () => {
    if (!ready || leaving) return;
    leaving = true;
    worker.on("exit", () => {
      for (const file of [paths(pier).ports, paths(pier).sock]) rmSync(file, { force: true });
      process.exit(0);
    });
    order(worker, { kind: "exit" });
  };
  order(worker, { kind: "load" });
  const { event, identity } = await loaded;
  say("vere: checking version compatibility");
  if (fault("double-boot") !== null && !making) {
    complain(`boot: failed: double-boot detected, refusing to boot ${identity.who}`);
    complain("this is an old version of the ship, resume the latest version or breach");
    process.exit(1);
  }
  await sleep(START_MS);
  const ship = shipOf(pier, identity, event, worker, leave);
  process.chdir(pier);
  say("mesa: forwarding enabled");
  await bindAmes(ship, options);
  say("mdns: init failed, install avahi on this system for mdns support");
  say(`mesa: live on ${ship.amesPort}${identity.fake || options.local ? " (localhost only)" : ""}`);
  if (!options.noConn) {
    await serveConn(ship);
    say(`conn: listening on ${paths(pier).sock}`);
  }
  await ship.commit(START_EVENTS);
  say("ames: unix-duct received on %born");
  await bindHttp(ship, options);
  if (fault("never-live") !== null) return;
  ship.live = true;
  ship.khan = fault("no-khan") === null;
  ready = true;
  say(`pier (${ship.event}): live`);
  if (options.exit || wantsOut) leave();
  const crash = fault("crash-after-live");
  if (crash !== null) setTimeout(() => process.kill(process.pid, "SIGSEGV"), Number(crash) * 1000);
}

function shipOf(pier: string, identity: Identity, event: number, worker: ChildProcess, leave: () => void): Ship {
  let next = 0;
  const point = parsePoint(identity.who);
  const waiting = new Map<number, () => void>();
  const ship: Ship = {
    who: identity.who,
    number: point.ok ? point.value.number : 0n,
    fake: identity.fake,
    pier,
    live: false,
    khan: false,
    event,
    amesPort: 0,
    httpPort: 0,
    loopbackPort: 0,
    commit: (count) =>
      new Promise((done) => {
        next++;
        waiting.set(next, done);
        order(worker, { kind: "commit", id: next, count });
      }),
    leave,
  };
  worker.on("message", (word: Word) => {
    if (word.kind !== "committed") return;
    ship.event = word.event;
    waiting.get(word.id)?.();
    waiting.delete(word.id);
  });
  return ship;
}

async function bindAmes(ship: Ship, options: Options): Promise<void> {
  const galaxy = ship.number < 256n;
  const usual = galaxy ? Number(ship.number) + (ship.fake ? 31_337 : 13_337) : 0;
  const port = options.amesPort ?? usual;
  if (galaxy && options.amesPort !== null && options.amesPort !== usual) {
    say(`ames: czar: overriding port ${usual} with -p ${port}`);
    say(`ames: czar: WARNING: ${usual} required for discoverability`);
  }
  const socket = createSocket("udp4");
  try {
    await new Promise<void>((done, reject) => {
      socket.once("error", reject);
      socket.bind({ port, address: ship.fake || options.local ? "127.0.0.1" : "0.0.0.0", exclusive: true }, done);
    });
  } catch {
    complain("mesa: bind: address already in use");
    process.exit(1);
  }
  ship.amesPort = socket.address().port;
}

async function bindHttp(ship: Ship, options: Options): Promise<void> {
  const ip = options.httpIp ?? "0.0.0.0";
  for (let port = options.httpPort ?? 8080; ; port++) {
    try {
      await serveHttp(ship, ip, port);
      ship.httpPort = port;
      break;
    } catch {
      if (options.httpPort === null && port < 8180) continue;
      complain(`http: listen (${port}): address already in use`);
      process.exit(1);
    }
  }
  for (let port = FIRST_LOOPBACK; ship.loopbackPort === 0; port++) {
    await serveHttp(ship, "127.0.0.1", port).then(
      () => {
        ship.loopbackPort = port;
      },
      () => undefined,
    );
  }
  writeFileSync(paths(ship.pier).ports, `${ship.loopbackPort} insecure loopback\n${ship.httpPort} insecure public\n`);
  say(`http: web interface live on http://localhost:${ship.httpPort}`);
  say(`http: loopback live on http://localhost:${ship.loopbackPort}`);
}

function child(verb: "work" | "boot", pier: string, options: Options): ChildProcess {
  const main = isSea() ? [] : [...process.execArgv, fileURLToPath(new URL("main.ts", import.meta.url))];
  const argv = [
    ...main,
    verb,
    "--snap-dir",
    pier,
    "--runtime-config",
    "128",
    "--temporary-cache-size",
    "50000",
    "--loom",
    String(options.loom),
    "--toss",
    "0",
  ];
  return spawn(process.execPath, argv, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

function order(worker: ChildProcess, what: Order): void {
  if (worker.connected) worker.send(what, () => undefined);
}

function refused(holder: string): never {
  complain(holder === "" ? "pier: strange: locked by empty lockfile" : `pier: locked by PID ${holder}`);
  complain("pier: serf unexpectedly shut down");
  process.exit(1);
}

function lostWorker(): never {
  complain("pier: serf unexpectedly shut down");
  process.exit(1);
}
