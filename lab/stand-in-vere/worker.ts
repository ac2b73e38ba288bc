import { rmSync } from "node:fs";
import { lockedBy, openDisk, roll } from "./disk.ts";
import { saveImage } from "./image.ts";
import { takeLock } from "./lock.ts";
import { BOOT_EVENTS, type EventLog, openLog } from "./log.ts";
import { type Identity, makeSkeleton, paths, writeMeta } from "./pier.ts";
import { BOOT_MS, bailOut, complain, fault, say, sleep } from "./settings.ts";

/** What the king asks of its worker, and what it is told. */
export type Order =
  | { readonly kind: "boot"; readonly identity: Identity }
  | { readonly kind: "load" }
  /** The king has printed its part of a replay. */
  | { readonly kind: "go-on" }
  | { readonly kind: "commit"; readonly id: number; readonly count: number }
  | { readonly kind: "exit" };
export type Word =
  | { readonly kind: "booting" }
  | { readonly kind: "booted" }
  /** Events that have to be run again; `whole` when the boot itself was cut off. */
  | {
      readonly kind: "replay";
      readonly from: number;
      readonly to: number;
      readonly whole: boolean;
      readonly who: string;
    }
  | { readonly kind: "loaded"; readonly event: number; readonly identity: Identity }
  | { readonly kind: "committed"; readonly id: number; readonly event: number };

/** Exit status of a worker that has said why it ends. */
const TOLD = 1;

/** The child process: holds the lock, the log and the snapshot, and lives as long as its king does. */
export function runWorker(pier: string, loom: number, snapMinutes: number, booting: boolean): void {
  // A king may die between the question and the word: the channel's end is then told by "disconnect", not thrown.
  const tell = (word: Word) => process.connected && process.send?.(word, undefined, undefined, () => undefined);
  let log: EventLog | null = null;
  let saved = 0;
  let orphaned = false;
  let goOn: (() => void) | null = null;
  process.on("SIGINT", () => undefined);
  // The running worker ignores TERM (OBSERVED 10); the booting one dies of it.
  process.on("SIGUSR1", () => {
    for (const line of [`  disk: live=&, event=${log?.last ?? 0}`, "    batch:", "      1: 6", "      8: 1"]) say(line);
  });
  process.on("SIGTERM", () => {
    if (booting) say("mot: %term");
    if (booting) quit("", "recover: dig: term", "boot: failed: unable to parse pill", "boot: preparation failed");
  });
  process.on("disconnect", () => {
    orphaned = true;
    // A boot that lost its king is finished all the same (OBSERVED, kill -9 king in a first boot).
    if (!booting) setTimeout(() => process.exit(1), 150);
  });
  process.on("message", (order: Order) => {
    switch (order.kind) {
      case "boot":
        void boot(order.identity);
        break;
      case "load":
        void load();
        break;
      case "go-on":
        goOn?.();
        break;
      case "commit":
        commit(order.id, order.count);
        break;
      case "exit":
        leave();
        break;
    }
  });

  const boot = async (identity: Identity): Promise<void> => {
    try {
      makeSkeleton(pier);
    } catch (error) {
      const why = error instanceof Error && "code" in error ? String(error.code) : "";
      const text = why === "EROFS" ? "Read-only file system" : why === "EACCES" ? "Permission denied" : why;
      quit(`disk: failed to make pier at ${pier}: ${text}`, "boot: disk make fail", "newt: write failed broken pipe");
    }
    const lock = takeLock(paths(pier).lock);
    if (lock.kind !== "taken") quit(lock.kind === "held" ? lockedBy(lock.holder) : "");
    complain("disk: loaded epoch 0i0");
    complain(`loom: mapped ${2 ** (loom - 20)}MB`);
    complain("boot: protected loom");
    complain("live: logical boot");
    complain("boot: installed 2178 jets");
    await sleep(BOOT_MS * 0.03);
    complain("boot: parsing %solid pill");
    // A boot cut off before this line leaves a pier without an identity, one cut off right after it one without an
    // event, which no start gets over (OBSERVED 12; recorded on a full disk).
    await sleep(BOOT_MS * 0.03);
    writeMeta(pier, identity);
    await sleep(BOOT_MS * 0.02);
    if (fault("boot-full") !== null) quit("lmdb: write failed: Input/output error");
    log = openLog(pier);
    log?.append(BOOT_EVENTS);
    await sleep(BOOT_MS * 0.02);
    tell({ kind: "booting" });
    if (fault("boot-crash") !== null) bailOut();
    if (fault("boot-hang") !== null) return;
    await sleep(BOOT_MS * 0.9);
    tell({ kind: "booted" });
    if (orphaned) leave();
  };

  const load = async (): Promise<void> => {
    const opened = openDisk(pier, loom);
    if (opened.kind === "locked") quit(opened.complaint);
    if (opened.kind === "bad") quit(...opened.lines, ...(opened.where === "log" ? ["mars: disk init fail"] : []));
    // An identity and no event: the boot was cut off in between, and there is nothing to run again.
    if (opened.log.last === 0) bailOut();
    log = opened.log;
    saved = opened.image.event;
    if (saved < log.last) {
      tell({ kind: "replay", from: saved + 1, to: log.last, whole: saved === 0, who: opened.identity.who });
      await new Promise<void>((done) => {
        goOn = done;
      });
      if (fault("snapshot-fail") !== null) bailOut();
      save();
      // The first replay of a pier's life starts a new epoch (OBSERVED 15), another version's start does too.
      if (log.epoch === 0) rollNow(log.last);
    }
    if (opened.stranger) rollNow(log.last);
    setInterval(save, snapMinutes * 60_000).unref();
    tell({ kind: "loaded", event: log.last, identity: opened.identity });
  };

  const rollNow = (event: number): void => {
    if (event > (log?.epoch ?? 0)) roll(pier, event);
    log = openLog(pier);
  };

  const commit = (id: number, count: number): void => {
    if (log === null) return;
    const full = fault("commit-fail");
    if (full !== null && log.last >= Number(full)) quit("lmdb: write failed: Input/output error", "mars: commit fail");
    tell({ kind: "committed", id, event: log.append(count) });
  };

  const save = (): void => {
    if (log === null || log.last === saved) return;
    saveImage(pier, log.last);
    saved = log.last;
  };

  const leave = (): void => {
    if (log !== null && log.last > saved && fault("snapshot-fail") !== null) {
      complain("loom: patch partial write: 12288");
      process.stderr.write(
        "info: you probably have insufficient disk space\rAssertion '0' failed\r\n\r\nbail: oops\r\n",
      );
      bailOut();
    }
    save();
    rmSync(paths(pier).lock, { force: true });
    process.exit(0);
  };
}

function quit(...lines: readonly string[]): never {
  for (const line of lines) complain(line);
  process.exit(TOLD);
}
