import { spawn } from "node:child_process";

/** Bytes kept of each output stream; what comes after is counted away, never held. */
export const OUTPUT_LIMIT = 8 * 1024 * 1024;

export interface ProcessOptions {
  readonly input: readonly (string | Uint8Array | AsyncIterable<Uint8Array>)[];
  readonly timeoutMs: number;
  /** Ends the whole process group: for a shell on this machine, whose children must not outlive it. */
  readonly killGroup: boolean;
  readonly onLine?: (line: string) => void;
}

export interface ProcessResult {
  /** Null when a signal ended it or it never started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** `ENOENT` and the like when it could not be started. */
  readonly startError: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  readonly timedOut: boolean;
  readonly ms: number;
}

/**
 * Runs one program to its end, bounded in time and output; never throws. It gets a session of its own, so that a
 * Ctrl-C at our terminal reaches us and not it: what we started is ended by us, by PID.
 */
export function runProcess(argv: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
  const started = performance.now();
  const [file = "", ...rest] = argv;
  return new Promise((resolve) => {
    const child = spawn(file, rest, { stdio: ["pipe", "pipe", "pipe"], detached: true });
    const stdout = collector(options.onLine);
    const stderr = collector();
    let startError: string | null = null;
    let timedOut = false;
    let settled = false;
    let forced: NodeJS.Timeout | undefined;
    let drain: NodeJS.Timeout | undefined;

    const end = (signal: NodeJS.Signals) => {
      try {
        if (options.killGroup && child.pid !== undefined) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // Already gone.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end("SIGTERM");
      forced = setTimeout(() => end("SIGKILL"), 2_000);
    }, options.timeoutMs);

    const settle = (code: number | null, signal: NodeJS.Signals | null) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      clearTimeout(forced);
      clearTimeout(drain);
      child.stdout.destroy();
      child.stderr.destroy();
      child.stdin.destroy();
      resolve({
        code,
        signal,
        startError,
        stdout: stdout.text(),
        stderr: stderr.text(),
        truncated: stdout.truncated() || stderr.truncated(),
        timedOut,
        ms: performance.now() - started,
      });
    };

    child.on("error", (error: NodeJS.ErrnoException) => {
      startError = error.code ?? "EUNKNOWN";
      if (child.pid === undefined) settle(null, null);
    });
    child.stdout.on("data", stdout.add);
    child.stderr.on("data", stderr.add);
    child.on("close", settle);
    // A background master may hold our pipes open: after the exit only what is already in them is waited for.
    child.on("exit", (code, signal) => {
      drain = setTimeout(() => settle(code, signal), 1_000);
    });
    void feed(child.stdin, options.input);
  });
}

async function feed(stdin: NodeJS.WritableStream, input: ProcessOptions["input"]): Promise<void> {
  // A program that ends before it has read everything closes the pipe: its exit status tells the story.
  stdin.on("error", () => undefined);
  try {
    for (const part of input) {
      if (typeof part === "string" || part instanceof Uint8Array) stdin.write(part);
      else for await (const chunk of part) if (!stdin.write(chunk)) await drained(stdin);
    }
  } catch {
    // The source broke off: the receiver sees a short stream and refuses it by its digest.
  }
  stdin.end();
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
  });
}

function collector(onLine?: (line: string) => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  let cut = false;
  let rest = "";
  const decoder = new TextDecoder();
  return {
    add: (chunk: Buffer) => {
      const room = OUTPUT_LIMIT - size;
      if (chunk.length > room) cut = true;
      if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      size += Math.min(chunk.length, Math.max(room, 0));
      if (onLine === undefined) return;
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    },
    text: () => Buffer.concat(chunks).toString("utf8"),
    truncated: () => cut,
  };
}
