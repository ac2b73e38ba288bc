import { spawn } from "node:child_process";
import { basename, dirname } from "node:path";
import { parse } from "./args.ts";
import { runKing } from "./king.ts";
import { VERSION } from "./settings.ts";
import { usage } from "./usage.ts";
import { runUtility, UTILITIES } from "./utilities.ts";
import { runWorker } from "./worker.ts";

/** Entry of the stand-in: a test double of the Urbit runtime, which says so in its versions. */
async function main(argv: readonly string[]): Promise<void> {
  const [first = "", ...rest] = argv;
  const program = process.argv0;
  if (first === "work" || first === "boot") {
    const after = (name: string, usual: string) =>
      rest.includes(name) ? (rest[rest.indexOf(name) + 1] ?? usual) : usual;
    const minutes = Number(after("--snap-time", "120")) / 60;
    return runWorker(after("--snap-dir", ""), Number(after("--loom", "31")), minutes, first === "boot");
  }
  const utility = UTILITIES.find((name) => name === first);
  if (utility !== undefined) {
    process.exitCode = await runUtility(utility, rest, program);
    return;
  }
  const options = parse(argv, program);
  if ("wrong" in options) return refuse(options.wrong, program);
  if (options.versions) {
    const libraries =
      "gmp: 6.2.1\nsigsegv: 2.14\nopenssl: OpenSSL 3.0.22 25 Aug 2026\nlibuv: 1.44.2\nlibh2o: 0.13.6\nlmdb: 0.9.24\ncurl: 7.88.1\n";
    process.stdout.write(`urbit ${VERSION}\n${libraries}stand-in: a test double, not the real runtime\n`);
    return;
  }
  // Run as PIER/.run, the pier goes without saying.
  const docked = basename(process.execPath) === ".run" ? dirname(process.execPath) : null;
  const pier = options.pier ?? (options.create === null ? docked : null);
  if (pier === null && options.create === null && options.name === null && options.fake === null)
    return refuse("no pier provided", program);
  if (options.daemon && process.env.STAND_IN_DAEMON === undefined) return daemon(argv);
  await runKing({ ...options, pier }, program);
}

function refuse(line: string, program: string): void {
  process.stderr.write(`${line === "" ? "" : `${line}\n`}${usage(program)}`);
  process.exitCode = 1;
}

/** `-d`: the parent returns once the ship is live, or with the child's status if it ends before; with `-x` when it ends. */
function daemon(argv: readonly string[]): void {
  const child = spawn(process.execPath, argv, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, STAND_IN_DAEMON: "1" },
    argv0: process.argv0,
  });
  const waits = argv.some((word) => word === "-x" || word === "--exit");
  child.stdout?.on("data", (part: Buffer) => {
    process.stdout.write(part);
    if (!waits && /pier \(\d+\): live/.test(part.toString())) process.exit(0);
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}

void main(process.argv.slice(2));
