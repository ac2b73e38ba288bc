import type { Prompts } from "./prompts.ts";

/** What a command may touch of its process: given by the caller, so that every door can be tested without one. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  out(text: string): void;
  err(text: string): void;
  /** Standard output is a terminal. */
  readonly terminal: boolean;
  readonly color: boolean;
  /** Columns of the terminal; left out where there is none. */
  readonly columns?: number;
  /** Asks a yes/no question. `left`: Ctrl-C or a closed terminal was the answer. Null: there is nobody to ask. */
  confirm(question: string): Promise<"yes" | "no" | "left" | null>;
  /** Somebody who can be asked questions; null when there is nobody. */
  prompts(): Promise<Prompts | null>;
  /** Called when the user wants to stop (Ctrl-C, a closed terminal). */
  onInterrupt(act: () => void): () => void;
}

export function processIo(): Io {
  const terminal = process.stdout.isTTY === true;
  return {
    env: process.env,
    cwd: process.cwd(),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    terminal,
    color: terminal && !process.env.NO_COLOR && process.env.TERM !== "dumb",
    ...(terminal && process.stdout.columns > 0 ? { columns: process.stdout.columns } : {}),
    confirm: async (question) => {
      if (!terminal || process.stdin.isTTY !== true) return null;
      const { createInterface } = await import("node:readline/promises");
      const lines = createInterface({ input: process.stdin, output: process.stdout });
      try {
        const closed = new Promise<null>((resolve) => lines.once("close", () => resolve(null)));
        const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
        if (answer === null) return "left";
        return /^y(es)?$/i.test(answer.trim()) ? "yes" : "no";
      } catch {
        return "left";
      } finally {
        lines.close();
      }
    },
    prompts: async () => {
      if (!terminal || process.stdin.isTTY !== true || process.env.TERM === "dumb") return null;
      const { terminalPrompts } = await import("./prompts.ts");
      return terminalPrompts();
    },
    onInterrupt: (act) => {
      const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
      for (const name of signals) process.on(name, act);
      return () => {
        for (const name of signals) process.off(name, act);
      };
    },
  };
}

/** A signal that aborts when the user wants to stop, until it is released. */
export function interruption(io: Pick<Io, "onInterrupt">): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, release: io.onInterrupt(() => controller.abort()) };
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** `text` in a colour, on a terminal that wants one. */
export function paint(io: Pick<Io, "color">, style: keyof typeof CODES, text: string): string {
  return io.color ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}
