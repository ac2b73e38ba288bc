import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A first boot on a host runs with an empty environment: lines `NAME=value` of this file beside the executable reach it. */
const CONF = "stand-in.conf";

function fromFile(): ReadonlyMap<string, string> {
  try {
    const lines = readFileSync(join(dirname(process.execPath), CONF), "utf8").split("\n");
    return new Map(lines.map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]));
  } catch {
    return new Map();
  }
}

const file = fromFile();
const told = (name: string) => process.env[name] ?? file.get(name);

/** What it calls itself; another one makes it a newer or older runtime to a pier. */
export const VERSION = told("STAND_IN_VERSION") ?? "4.5";
/** Kelvin of the kernel its ships run: 408, or 417 for the older one that answers a few things differently. */
export const ZUSE = Number(told("STAND_IN_ZUSE") ?? 408);
export const ARCH = process.arch === "arm64" ? "linux-aarch64" : "linux-x86_64";

const faults = new Map(
  (told("STAND_IN_FAULTS") ?? "").split(",").flatMap((word) => {
    const [name = "", value = ""] = word.split("=");
    return name === "" ? [] : [[name, value] as const];
  }),
);

/** What can be asked to go wrong; README.md says what each does. */
export type Fault =
  | "boot-crash"
  | "boot-full"
  | "boot-hang"
  | "commit-fail"
  | "crash-after-live"
  | "double-boot"
  | "http-busy"
  | "loom-full"
  | "never-live"
  | "no-exit"
  | "no-khan"
  | "online"
  | "slow-peel"
  | "snapshot-fail"
  | "updates-wait";

/** The value of a fault on demand ("" for one without a value); null when it was not asked for. */
export function fault(name: Fault): string | null {
  return faults.get(name) ?? null;
}

function seconds(name: string, usual: number): number {
  const value = Number(told(name) ?? usual);
  return (Number.isFinite(value) && value >= 0 ? value : usual) * 1000;
}

/** How long a first boot and a start take, milliseconds. A real one takes about 75 s and 0.6 s. */
export const BOOT_MS = seconds("STAND_IN_BOOT_SECONDS", 1.5);
export const START_MS = seconds("STAND_IN_START_SECONDS", 0.2);
/** How long a try to reach the network takes before it fails. A real one takes some 4 s on average. */
export const OFFLINE_MS = seconds("STAND_IN_OFFLINE_SECONDS", 0.1);

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A line of stdout as the runtime prints it once its terminal driver is up: carriage return before the newline. */
export function say(line: string): void {
  process.stdout.write(`${line}\r\n`);
}

/** A line of stderr. Worker and utilities print nearly everything there. */
export function complain(line: string): void {
  process.stderr.write(`${line}\r\n`);
}

/** Ends as a failed assertion does: a trace is printed, the process aborts. */
export function bailOut(): never {
  for (const line of ["home: bailing out", "", "Stacktrace:", ""]) complain(line);
  // Not process.abort(), which would print about Node.
  process.kill(process.pid, "SIGABRT");
  throw new Error("aborted");
}
