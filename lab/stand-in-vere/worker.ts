import { rmSync } from "node:fs";
import { takeLock } from "./lock.ts";
import { type EventLog, lastEvent, openLog } from "./log.ts";
import {
  epochs,
  type Identity,
  IMAGE_BOOT,
  IMAGE_RUN,
  makeSkeleton,
  paths,
  readMeta,
  sizeOf,
  sparse,
  writeMeta,
} from "./pier.ts";
import { BOOT_MS, complain, fault, sleep } from "./settings.ts";

/** What the king asks of its worker, and what it is told. */
export type Order =
  | { readonly kind: "boot"; readonly identity: Identity }
  | { readonly kind: "load" }
  | { readonly kind: "commit"; readonly id: number; readonly count: number }
  | { readonly kind: "exit" };
export type Word =
  | { readonly kind: "locked"; readonly holder: string }
  | { readonly kind: "bad"; readonly lines: readonly string[] }
  | { readonly kind: "installed" }
  | { readonly kind: "booted"; readonly event: number }
  | { readonly kind: "loaded"; readonly event: number; readonly identity: Identity; readonly replayed: number }
  | { readonly kind: "committed"; readonly id: number; readonly event: number }
  | { readonly kind: "failed" };

/** Events of a first boot from a solid pill, as recorded. */
const BOOT_EVENTS = 23;

/** The child process: holds the lock, the log and the snapshot. It lives as long as its king does. */
export function runWorker(pier: string, booting: boolean): void {
  // The running worker ignores TERM and INT (OBSERVED 10); the booting one dies of TERM.
  for (const name of booting ? (["SIGINT"] as const) : (["SIGINT", "SIGTERM"] as const))
    process.on(name, () => undefined);
  const tell = (word: Word) => process.connected && process.send?.(word);
  let log: EventLog | null = null;
  let orphaned = false;
  process.on("disconnect", () => {
    orphaned = true;
    // A boot that lost its king is finished all the same (OBSERVED, kill -9 king in a first boot).
    if (!booting) process.exit(1);
  });
  process.on("message", (order: Order) => {
    void obey(order);
  });

  const obey = async (order: Order): Promise<void> => {
    switch (order.kind) {
      case "boot":
        await boot(order.identity);
        break;
      case "load":
        load();
        break;
      case "commit":
        if (log === null || fault("commit-fail") !== null) {
          complain("lmdb: write failed: Input/output error");
          complain("mars: commit fail");
          tell({ kind: "failed" });
          return;
        }
        tell({ kind: "committed", id: order.id, event: log.append(order.count) });
        break;
      case "exit":
        leave();
        break;
    }
  };

  const boot = async (identity: Identity): Promise<void> => {
    makeSkeleton(pier);
    const held = takeLock(paths(pier).lock);
    if (held !== null) return void tell({ kind: "locked", holder: held.holder });
    openLog(pier).close();
    complain("disk: loaded epoch 0i0");
    complain("loom: mapped 2048MB");
    complain("boot: protected loom");
    complain("live: logical boot");
    complain("boot: installed 2178 jets");
    tell({ kind: "installed" });
    await sleep(BOOT_MS * 0.06);
    complain("boot: parsing %solid pill");
    // A boot cut off before this line leaves a pier without an identity (OBSERVED 12).
    await sleep(BOOT_MS * 0.04);
    writeMeta(pier, identity);
    await sleep(BOOT_MS * 0.9);
    log = openLog(pier);
    log.append(BOOT_EVENTS - log.last);
    sparse(paths(pier).image, IMAGE_BOOT);
    tell({ kind: "booted", event: log.last });
    if (orphaned) leave();
  };

  const load = (): void => {
    const held = takeLock(paths(pier).lock);
    if (held !== null) return void tell({ kind: "locked", holder: held.holder });
    const identity = readMeta(pier);
    if (identity === null)
      return void tell({
        kind: "bad",
        lines: ["disk: read meta: no identity", `disk: failed to load pier at ${pier}`, "mars: disk init fail"],
      });
    complain(`disk: loaded epoch 0i${epochs(pier).at(-1) ?? 0}`);
    complain("loom: mapped 2048MB");
    complain("boot: protected loom");
    complain(`live: mapped: MB/${dotted(Math.max(sizeOf(paths(pier).image), IMAGE_BOOT))}`);
    complain("boot: installed 2178 jets");
    log = openLog(pier);
    const unfinished = log.last < BOOT_EVENTS;
    const replayed = unfinished
      ? log.append(BOOT_EVENTS - log.last)
      : snapshotOf(pier) < log.last
        ? log.last - snapshotOf(pier)
        : 0;
    if (replayed > 0) {
      complain("---------------- playback starting ----------------");
      complain(`play: events ${log.last - replayed + 1}-${log.last} of ${log.last}`);
      complain("---------------- playback complete ----------------");
    }
    tell({ kind: "loaded", event: log.last, identity, replayed });
  };

  const leave = (): void => {
    if (log !== null) {
      sparse(paths(pier).image, IMAGE_RUN);
      snapshots.set(pier, lastEvent(pier));
      log.close();
    }
    rmSync(paths(pier).lock, { force: true });
    process.exit(0);
  };
}

/** Event the snapshot stands at. Only a clean exit writes one here, so a missing lock file means it is up to date. */
const snapshots = new Map<string, number>();
function snapshotOf(pier: string): number {
  return (
    snapshots.get(pier) ??
    (sizeOf(paths(pier).lock) > `${process.pid}\n`.length ? lastEvent(pier) - 1 : lastEvent(pier))
  );
}

/** 134283264 as the runtime prints it: 134.283.264. */
export function dotted(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ".");
}
