import type { Facts } from "../../machines/machine.ts";
import type { ShipTarget } from "../../plan/schema.ts";
import { gib } from "../lib.ts";

/** One fact held against what the ships need of the host. */
export interface Finding {
  readonly check: string;
  readonly verdict: "pass" | "warn" | "fail";
  readonly detail: string;
  /** Failure code when the verdict is "fail". */
  readonly code: string;
  readonly next: string;
}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/**
 * RAM with swap. A ship's king and its worker each map a loom of 2 GiB at once, which the kernel refuses on a host that
 * has less in all (`boot: mapping 2048MB failed`), however little of it a ship then touches. The documented comfort for
 * live ships is 4 GiB; a fresh fake ship peaks at 251 MB.
 */
const RAM_FLOOR = 2 * GIB;
const RAM_COMFORT_LIVE = 4 * GIB;
const RAM_FAKE = 256 * MIB;
/** Disk per ship: 10–40 GB documented for a live planet; a fresh fake pier is 84 MB and rolls image copies of 134 MB. */
const DISK_LIVE = 10 * GIB;
const DISK_COMFORT_LIVE = 40 * GIB;
const DISK_FAKE = GIB;
/** A live ship with room: a 2 GiB loom and one more for the rest, on four fifths of the memory. */
const RAM_EACH_LIVE = 3 * GIB;
const COMFORT_FILL = 0.8;
const INODES = 10_000;
/** A clock this far off breaks TLS and a ship's timers; a smaller one is reported. */
const CLOCK_FAIL_SECONDS = 300;
const CLOCK_WARN_SECONDS = 5;

const SUPPORTED: Readonly<Record<string, number>> = { debian: 11, ubuntu: 20.04 };

export const ASSESSED = [
  "operating system is supported",
  "architecture has a vere binary",
  "systemd runs the host",
  "memory with swap is enough",
  "disk is enough",
  "inodes are enough",
  "clock is right",
  "the ships' ports are free or theirs",
] as const;

/** How many ships of one sort fit on a host: at the least by `assess`, or with room to grow. Memory counts the ships that are there; free disk does not. */
export function shipsThatFit(
  { ramBytes, swapBytes, diskFreeBytes }: Pick<Facts, "ramBytes" | "swapBytes" | "diskFreeBytes">,
  fake: boolean,
  comfort: boolean,
): { readonly byMemory: number; readonly byDisk: number } {
  const memory = comfort ? ramBytes * COMFORT_FILL : ramBytes + swapBytes;
  const each = fake ? RAM_FAKE : comfort ? RAM_EACH_LIVE : GIB;
  const disk = fake ? DISK_FAKE : comfort ? DISK_COMFORT_LIVE : DISK_LIVE;
  return {
    byMemory: memory < RAM_FLOOR ? 0 : Math.floor(memory / each),
    byDisk: Math.floor(diskFreeBytes / disk),
  };
}

/** What of a ship counts for its host. */
export type Load = Pick<ShipTarget, "name" | "fake" | "amesPort" | "httpPort">;

/** Holds a host's facts against the ships it is to run. Those that lie there already have their disk and their ports. */
export function assess(facts: Facts, ships: readonly Load[]): readonly Finding[] {
  const live = count(ships, false);
  const fake = count(ships, true);
  const coming = ships.filter((ship) => !facts.ships.includes(ship.name));
  const [system, architecture, init, memory, disk, inodes, clock, ports] = ASSESSED;
  const least = SUPPORTED[facts.os];
  return [
    finding(
      system,
      least !== undefined && Number.parseFloat(facts.osVersion) >= least,
      `${facts.os} ${facts.osVersion}`,
      "unsupported-os",
      "use Debian 11 or newer, or Ubuntu 20.04 or newer",
    ),
    finding(
      architecture,
      facts.arch === "x86_64" || facts.arch === "aarch64",
      facts.arch,
      "unsupported-arch",
      "use an x86_64 or aarch64 host: vere is built for no other",
    ),
    finding(
      init,
      facts.init === "systemd",
      facts.init,
      "no-systemd",
      "use a host that systemd runs: ships are kept by its units",
    ),
    graded(
      memory,
      facts.ramBytes + facts.swapBytes,
      Math.max(ships.length > 0 ? RAM_FLOOR : 0, live * GIB + fake * RAM_FAKE),
      live > 0 ? RAM_COMFORT_LIVE : 0,
      "ram-too-small",
      "add memory or swap, or move ships to another host",
    ),
    graded(
      disk,
      facts.diskFreeBytes,
      count(coming, false) * DISK_LIVE + count(coming, true) * DISK_FAKE,
      count(coming, false) * DISK_COMFORT_LIVE,
      "disk-too-small",
      "free or add disk under /var/lib, or move ships to another host",
    ),
    finding(
      inodes,
      facts.inodesFree >= INODES * Math.max(1, coming.length),
      `${facts.inodesFree} free`,
      "inodes-too-few",
      "free inodes under /var/lib",
    ),
    clockFinding(clock, facts),
    portFinding(ports, facts, coming),
  ];
}

function count(ships: readonly Load[], fake: boolean): number {
  return ships.filter((ship) => ship.fake === fake).length;
}

function finding(check: string, passed: boolean, detail: string, code: string, next: string): Finding {
  return { check, verdict: passed ? "pass" : "fail", detail, code, next };
}

function graded(check: string, have: number, floor: number, comfort: number, code: string, next: string): Finding {
  const verdict = have < floor ? "fail" : have < comfort ? "warn" : "pass";
  return { check, verdict, detail: `${gib(have)}, at least ${gib(floor)} needed`, code, next };
}

function clockFinding(check: string, facts: Facts): Finding {
  const off = Math.abs(facts.clockSkewSeconds);
  const verdict =
    off >= CLOCK_FAIL_SECONDS ? "fail" : off >= CLOCK_WARN_SECONDS || facts.timeSync === "none" ? "warn" : "pass";
  const detail = `${facts.clockSkewSeconds.toFixed(1)} s off this machine, kept by ${facts.timeSync}`;
  return {
    check,
    verdict,
    detail,
    code: "clock-off",
    next: "set the host's clock (timedatectl set-ntp true), then approve",
  };
}

function portFinding(check: string, facts: Facts, coming: readonly Load[]): Finding {
  const bound = new Set(facts.ports);
  const taken = coming
    .flatMap((ship) => [`udp ${ship.amesPort}`, `tcp ${ship.httpPort}`])
    .filter((port) => bound.has(port));
  const detail = taken.length === 0 ? "free or already theirs" : `${taken.join(", ")} taken by another program`;
  return {
    check,
    verdict: taken.length === 0 ? "pass" : "fail",
    detail,
    code: "port-taken",
    next: "stop that program (ss -lntup on the host shows it)",
  };
}
