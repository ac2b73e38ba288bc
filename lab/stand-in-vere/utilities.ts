import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Disk, openDisk, roll } from "./disk.ts";
import { saveImage } from "./image.ts";
import { loadPier, preamble, unreachable } from "./load.ts";
import { dock, epochFolder, epochs, paths, sizeOf } from "./pier.ts";
import { complain, say, sleep, VERSION } from "./settings.ts";
import { order } from "./ship.ts";

/** The offline subcommands, as recorded: output on stderr, exit 0 even where there is nothing to do. */
export const UTILITIES = [
  "chop",
  "cram",
  "dock",
  "grab",
  "info",
  "mass",
  "meld",
  "melt",
  "next",
  "pack",
  "play",
  "prep",
  "queu",
  "roll",
  "upgrade",
  "vere",
  "vile",
] as const;
export type Utility = (typeof UTILITIES)[number];

/** Options a subcommand takes; those of them with a value take the next word. */
const VALUED = [
  "--loom",
  "-r",
  "--replay-from",
  "-n",
  "--replay-to",
  "-s",
  "--snap-at",
  "-a",
  "--arch",
  "-p",
  "--pace",
  "-v",
  "--version",
  "--lmdb-map-size",
  "--swap-to",
];
const FLAGS = [
  "--no-demand",
  "--swap",
  "--gc-early",
  "--yolo",
  "-y",
  "-f",
  "--full",
  "-g",
  "--memo-drop",
  "--ford-drop",
];

interface Call {
  readonly pier: string;
  readonly values: ReadonlyMap<string, string>;
}

export async function runUtility(name: Utility, argv: readonly string[], program: string): Promise<number> {
  const call = read(name, argv, program);
  if (typeof call === "number") return call;
  const { pier } = call;
  if (name === "vere") {
    await unreachable("https://bootstrap.urbit.org/vere/live/last", complain);
    process.stderr.write("vere: unable to check for next version\n");
    return 1;
  }
  if (name === "dock") {
    if (dock(pier)) complain(`dock: pace (live): configured at ${paths(pier).pace}`);
    complain("vere: binary copy succeeded");
    return 0;
  }
  if (name === "prep" || name === "next" || name === "upgrade") return upgrade(name, pier);
  const exclusive = name !== "grab" && name !== "mass" && name !== "vile";
  const full = name === "play" && (call.values.has("-f") || call.values.has("--full"));
  const opened = openDisk(pier, Number(call.values.get("--loom") ?? 31), { exclusive, full });
  if (opened.kind === "locked") {
    complain(opened.complaint);
    // The runtime ends itself with TERM here, so a shell sees 143.
    process.kill(process.pid, "SIGTERM");
    await sleep(1000);
    return 1;
  }
  if (opened.kind === "bad") {
    for (const line of opened.lines) complain(line);
    if (opened.where === "log") process.stderr.write("unable to open event log\n");
    return 1;
  }
  const code = work(name, call, opened);
  // A chop with nothing to do leaves the lock file (OBSERVED 17).
  const idle = name === "chop" && code.idle;
  if (exclusive && !idle) rmSync(paths(pier).lock, { force: true });
  return code.exit;
}

/** The pier and its options, or the status after what is wrong with them was said. */
function read(name: Utility, argv: readonly string[], program: string): Call | number {
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (VALUED.includes(word)) values.set(word, argv[++at] ?? "");
    else if (FLAGS.includes(word)) values.set(word, "");
    else if (word.startsWith("-")) {
      process.stderr.write(
        `${program}: ${word.startsWith("--") ? `unrecognized option '${word}'` : `invalid option -- '${word.slice(1, 2)}'`}\n`,
      );
      if (name !== "vere") complain("invalid argument");
      return 1;
    } else words.push(word);
  }
  const [pier] = words;
  if (name === "queu" && !values.has("-r")) complain("invalid command, -r $EVENT required");
  else if (pier === undefined) complain("invalid command, pier required");
  else if (words.length > 1) complain("invalid command");
  else return { pier, values };
  return 1;
}

interface Done {
  readonly exit: number;
  readonly idle?: boolean;
}

function work(name: Utility, { pier, values }: Call, disk: Disk): Done {
  const { log, image } = disk;
  const print = (...lines: readonly string[]): Done => {
    for (const line of lines) complain(line);
    return { exit: 0 };
  };
  const cells = ["atoms (7440): KB/65.536", "cells (2788215): MB/16.777.216"];
  switch (name) {
    case "info":
      info(pier, disk);
      return { exit: 0 };
    case "pack":
      saveImage(pier, image.event, Math.min(image.bytes, 80_445_440));
      return print(
        "palloc: off-heap: used: KB/953.452",
        "palloc: off-heap: total: MB/1.569.128",
        "urbit: pack: gained: MB/53.837.824",
      );
    case "meld":
      saveImage(pier, image.event, Math.min(image.bytes, 50_479_104));
      return print(
        ...cells,
        "palloc: off-heap: used: MB/1.719.400",
        "palloc: off-heap: total: MB/2.091.056",
        "urbit: meld: gained: MB/29.966.336",
      );
    case "melt":
      return print(...cells);
    case "roll":
      if (log.epoch === log.last) return print("roll: latest epoch is empty");
      roll(pier, log.last);
      return { exit: 0 };
    case "chop":
      return chop(pier, print);
    case "cram":
      mkdirSync(paths(pier).roc, { recursive: true, mode: 0o700 });
      writeFileSync(join(paths(pier).roc, `${log.last}.jam`), "stand-in rock");
      return print("urbit: cram: preparing", ...ARENA, `urbit: cram: rock saved at event ${log.last}`);
    case "queu":
      return queu(pier, values.get("-r") ?? "", print);
    case "play":
      return play(pier, values, disk, print);
    case "vile":
      // A stand-in has no key: this one is nobody's.
      process.stdout.write(`0w${"~".repeat(115)}\n`);
      return { exit: 0 };
    default:
      return print(
        "",
        "arvo: ",
        "  hoon: ",
        "  --MB/2.931.392",
        "total marked: MB/51.376.992",
        "free lists: MB/1.461.408",
        "sweep: MB/51.376.992",
        "loom: GB/2.147.483.648",
      );
  }
}

const ARENA = [
  "hash-cons arena:",
  "  root: B/160",
  "  atoms (5324):",
  ...["refs", "data", "dict"].map((name) => `    ${name}: KB/206.720`),
  "  total: MB/4.631.236",
  "  cells (2643493):",
  ...["refs", "dict"].map((name) => `    ${name}: MB/70.491.560`),
  "  total: MB/244.756.280",
  "total: MB/249.387.676",
  "",
];

type Print = (...lines: readonly string[]) => Done;

function info(pier: string, { log, image }: Disk): void {
  const lines = [
    "",
    `urbit: ${pier} at event ${image.event}`,
    `  disk: live=&, event=${log.last}`,
    "    batch:",
    "epocs:",
  ];
  for (const line of [...lines, ...epochs(pier).map((epoch) => `  0i${epoch}`), ""]) complain(line);
  const bytes = sizeOf(join(epochFolder(pier, log.epoch), "data.mdb"));
  const facts = [
    "map size: 1099511627776",
    "page size: 4096",
    "max pages: 268435456",
    `number of pages used: ${bytes / 4096}`,
    `last transaction ID: ${log.last - log.epoch + 4}`,
    "max readers: 126",
    "number of readers used: 0",
    `file size (page): ${bytes}`,
    `file size (stat): ${bytes}`,
  ];
  process.stdout.write(`\nlmdb info:\n${facts.map((fact) => `  ${fact}\n`).join("")}`);
}

function chop(pier: string, print: Print): Done {
  const old = epochs(pier).slice(0, -2);
  if (old.length === 0) {
    print(
      "chop: nothing to do, try running roll first",
      "chop: for more info see https://docs.urbit.org/user-manual/running/vere#chop",
    );
    return { exit: 0, idle: true };
  }
  for (const epoch of old) {
    print(`chop: deleting epoch 0i${epoch}`);
    rmSync(epochFolder(pier, epoch), { recursive: true, force: true });
  }
  return print("chop: event log truncation complete");
}

function queu(pier: string, event: string, print: Print): Done {
  print("urbit: queu: preparing");
  const rock = join(paths(pier).roc, `${event}.jam`);
  if (existsSync(rock)) return print(`urbit: queu: rock loaded at event ${event}`);
  print(`rock: c3_open failed (${rock}): No such file or directory`, "urbit: queu: failed");
  return { exit: 1 };
}

function play(pier: string, values: Call["values"], { log, image }: Disk, print: Print): Done {
  const wished = values.get("-n") ?? values.get("--replay-to");
  if (wished !== undefined && Number(wished) <= image.event) {
    return print(`mars: already computed ${wished}`, `      state=${image.event}, log=${log.last}`);
  } else if (image.event < log.last) print(`play: events ${image.event + 1}-${log.last}`, `play (${log.last}): done`);
  saveImage(pier, log.last);
  return { exit: 0 };
}

/** `prep` and `next`: the pier is loaded, brought up to date and closed; then the network is asked. */
async function upgrade(name: "prep" | "next" | "upgrade", pier: string): Promise<number> {
  if (!existsSync(pier)) {
    process.stderr.write(`couldn't find pier ${pier}\n`);
    return 1;
  }
  await preamble(pier, false, true);
  const bad = name === "prep" ? "vere: prep for upgrade failed" : "vere: upgrade failed";
  const loaded = await loadPier(pier, { loom: 31, snapMinutes: 2 }, () => {
    say("pier: serf unexpectedly shut down");
    say("");
    say(bad);
    process.exit(1);
  });
  loaded.worker.removeAllListeners("exit");
  await new Promise<void>((done) => {
    loaded.worker.on("exit", () => done());
    order(loaded.worker, { kind: "exit" });
  });
  if (name === "prep") {
    say("vere: ready for upgrade");
    return 0;
  }
  const pace = existsSync(paths(pier).pace) ? readFileSync(paths(pier).pace, "utf8").trim() : "live";
  if (pace === "once") {
    say("vere: pace is once, skipping upgrade");
    return 0;
  }
  await unreachable(`https://bootstrap.urbit.org/vere/${pace}/${pace === "live" ? "last" : VERSION}`, say);
  say("vere: unable to check for next version");
  return 0;
}
