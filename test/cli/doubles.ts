import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "../../src/cli/io.ts";
import type { Option, Prompts } from "../../src/cli/prompts.ts";

/** What was asked, with the choices that were shown. */
export interface Asked {
  readonly message: string;
  readonly options: readonly Option[];
}

/** Stands in for somebody at a terminal: gives the answers of a list in order, then goes away (as by Ctrl-C). */
export function promptsDouble(
  answers: readonly (string | readonly string[] | null)[],
): Prompts & { readonly asked: Asked[] } {
  const left = [...answers];
  const asked: Asked[] = [];
  const next = (message: string, options: readonly Option[]) => {
    asked.push({ message, options });
    return left.shift() ?? null;
  };
  return {
    asked,
    select: async (message, options) => next(message, options) as string | null,
    several: async (message, options) => next(message, options) as readonly string[] | null,
    text: async (message, _, check) => {
      const typed = next(message, []) as string | null;
      // A terminal asks again until the text is right; the double's next answer is the next try.
      if (typed === null) return null;
      return check(typed) === null ? typed : ((left.shift() ?? null) as string | null);
    },
    say: () => {},
  };
}

/** Stands in for a process: its output in strings, its state in a directory of its own. */
export function ioDouble(more: { readonly prompts?: Prompts; readonly env?: Readonly<Record<string, string>> } = {}) {
  const written = { out: "", err: "" };
  const home = mkdtempSync(join(tmpdir(), "slipway-test-"));
  const io: Io = {
    env: { SLIPWAY_HOME: join(home, "state"), ...more.env },
    cwd: home,
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    terminal: more.prompts !== undefined,
    color: false,
    confirm: async () => null,
    prompts: async () => more.prompts ?? null,
    onInterrupt: () => () => {},
  };
  return { io, written, home };
}
