import { existsSync, readFileSync } from "node:fs";
import { parsePoint } from "../../src/urbit/point.ts";
import type { Options } from "./args.ts";
import { keyProblem } from "./keys.ts";
import { child, failed, installLines, kernelLines, unreachable } from "./load.ts";
import { dock, type Identity, paths } from "./pier.ts";
import { complain, fault, say, VERSION } from "./settings.ts";
import { order } from "./ship.ts";
import type { Word } from "./worker.ts";

/** Makes a new pier, up to its first snapshot and its copy of the binary. */
export async function firstBoot(pier: string, bare: string, options: Options): Promise<void> {
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
    const given =
      options.keyString ??
      (options.keyFile !== null && existsSync(options.keyFile) ? readFileSync(options.keyFile, "utf8") : null);
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

function bootLines(events: string): void {
  say("--------------- bootstrap starting ----------------");
  say(events);
  kernelLines();
}
