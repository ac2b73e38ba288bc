import { spawn } from "node:child_process";

/** One line a runtime printed: when (milliseconds since its start), where, and what, without its line ending. */
export interface Line {
  readonly at: number;
  readonly stream: "O" | "E";
  readonly text: string;
}

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running runtime: its king is the process we started, in a group of its own with its worker. */
export interface Vessel {
  readonly pid: number;
  readonly lines: readonly Line[];
  readonly end: Promise<End>;
  /** Null while it runs. */
  readonly ended: () => End | null;
  /** Waits for a line for as long as others keep coming; fails when it ends, or is silent longer than `patience`. */
  until(pattern: RegExp): Promise<Line>;
  signal(name: NodeJS.Signals): void;
  /** To king and worker at once. */
  signalAll(name: NodeJS.Signals): void;
}

export interface LaunchOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Longest silence, milliseconds, before a wait is given up. */
  readonly patience: number;
}

const launched = new Set<Vessel>();

/** Starts a runtime; `sweep` ends whatever a test left running. */
export function launch(argv: readonly string[], options: LaunchOptions): Vessel {
  const [program = "", ...rest] = argv;
  const child = spawn(program, rest, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const began = performance.now();
  const lines: Line[] = [];
  let heard = performance.now();
  const read = (stream: "O" | "E") => {
    let rest = "";
    return (part: Buffer) => {
      heard = performance.now();
      const texts = `${rest}${part.toString("latin1")}`.split("\n");
      rest = texts.pop() ?? "";
      for (const text of texts) lines.push({ at: heard - began, stream, text: text.replace(/\r$/, "") });
    };
  };
  child.stdout.on("data", read("O"));
  child.stderr.on("data", read("E"));
  let over: End | null = null;
  const end = new Promise<End>((done) => {
    child.on("exit", (code, signal) => {
      over = { code, signal };
      done(over);
    });
  });
  const pid = child.pid ?? 0;
  const vessel: Vessel = {
    pid,
    lines,
    end,
    ended: () => over,
    until: async (pattern) => {
      heard = performance.now();
      for (let seen = 0; ; ) {
        for (; seen < lines.length; seen += 1) {
          const line = lines[seen];
          if (line !== undefined && pattern.test(line.text)) return line;
        }
        if (over !== null) throw new Error(`ended (${JSON.stringify(over)}) before ${pattern}:\n${tail(lines)}`);
        if (performance.now() - heard > options.patience) throw new Error(`silent before ${pattern}:\n${tail(lines)}`);
        await pause(5);
      }
    },
    signal: (name) => child.kill(name),
    signalAll: (name) => {
      try {
        process.kill(-pid, name);
      } catch {
        // Nobody of the group is left.
      }
    },
  };
  launched.add(vessel);
  return vessel;
}

/** Runs to its end, with everything it printed. */
export async function finish(vessel: Vessel): Promise<End & { readonly lines: readonly Line[] }> {
  const end = await vessel.end;
  // The last output may come a moment after the end.
  await pause(20);
  return { ...end, lines: vessel.lines };
}

/** Ends, by process group, whatever this test started and left. */
export async function sweep(): Promise<void> {
  for (const vessel of launched) {
    vessel.signalAll("SIGKILL");
    await vessel.end;
  }
  launched.clear();
}

export function tail(lines: readonly Line[]): string {
  return lines
    .slice(-15)
    .map(({ stream, text }) => `${stream} ${text}`)
    .join("\n");
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
