/** What the stand-in can be told by its environment. See README.md. */
export const VERSION = "4.5";
export const ARCH = process.arch === "arm64" ? "linux-aarch64" : "linux-x86_64";

const faults = new Map(
  (process.env.STAND_IN_FAULTS ?? "")
    .split(",")
    .filter((word) => word !== "")
    .map((word) => {
      const [name = "", value = ""] = word.split("=");
      return [name, value] as const;
    }),
);

/** The value of a fault on demand ("" for one without a value); null when it was not asked for. */
export function fault(name: string): string | null {
  return faults.get(name) ?? null;
}

function seconds(name: string, usual: number): number {
  const value = Number(process.env[name] ?? usual);
  return Number.isFinite(value) && value >= 0 ? value * 1000 : usual * 1000;
}

/** How long a first boot and a start take, milliseconds. A real one takes about 75 s and 0.6 s. */
export const BOOT_MS = seconds("STAND_IN_BOOT_SECONDS", 1.5);
export const START_MS = seconds("STAND_IN_START_SECONDS", 0.2);

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A line as the runtime prints it: carriage return before the newline once the terminal driver is up. */
export function say(line: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(`${line}\r\n`);
}

export function complain(line: string): void {
  say(line, process.stderr);
}
