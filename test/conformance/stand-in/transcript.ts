import { readFileSync } from "node:fs";

const RECORDED = new URL("../../urbit/recorded/", import.meta.url);

/** Something the recorder did while the runtime ran. */
export type Act =
  | { readonly kind: "signal"; readonly name: NodeJS.Signals; readonly group: boolean }
  /** The recorder saw that the king had ended by itself. */
  | { readonly kind: "ended" };

/** One call of the runtime, as it was recorded. */
export interface Recording {
  readonly title: string;
  readonly argv: readonly string[];
  readonly steps: readonly (
    | { readonly stream: "O" | "E"; readonly at: number; readonly text: string }
    | { readonly act: Act }
  )[];
  /** Exit status, or the number of the signal. Null when the recorder did not wait for it. */
  readonly end: { readonly code: number } | { readonly signal: number } | null;
  /** Files of the pier as they lay afterwards (`type mode size path`), when the recorder listed them. */
  readonly files: readonly string[] | null;
}

/** Every call of a recorded file, in order. */
export function recordings(file: string): readonly Recording[] {
  const found: Recording[] = [];
  let title = "";
  let now: { argv: readonly string[]; steps: Recording["steps"][number][]; end: Recording["end"] } | null = null;
  let files: string[] | null = null;
  const close = () => {
    if (now !== null) found.push({ title, ...now, files });
    now = null;
    files = null;
  };
  for (const line of readFileSync(new URL(file, RECORDED), "utf8").split("\n")) {
    if (line.startsWith("## ")) {
      // A list of files belongs to the call before it.
      if (now === null || !/^## (files|after|what is left)/.test(line)) {
        close();
        title = line.slice(3);
      }
    } else if (/^\$ (bash -c '.*' x )?\/srv\/urbit\/bin\/urbit/.test(line)) {
      close();
      now = { argv: words(line.slice(line.indexOf("/srv/urbit/bin"))), steps: [], end: null };
    } else if (now !== null) {
      if (line.startsWith("$ ")) files = /^\$ (ls -la \S+; )?find \S+ -printf/.test(line) ? [] : null;
      else if (/^[dfs] \d{3} \d+/.test(line)) files?.push(line.replace(/ \/srv\/urbit\/p\/[^/ ]+\/?/, " "));
      const timed = /^ +(\d+\.\d+) ([OE#])(?: (.*))?$/.exec(line);
      if (timed === null) continue;
      const [, at = "0", stream, text = ""] = timed;
      if (stream === "#") {
        now.end ??= endOf(text);
        const act = actOf(text);
        if (act !== null) now.steps.push({ act });
      } else if (!text.endsWith("<no newline>"))
        now.steps.push({ stream: stream === "O" ? "O" : "E", at: Number(at), text: text.replace(/\\r$/, "") });
    }
  }
  close();
  return found;
}

/** Words of a recorded command line; quotes hold blanks together. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

function endOf(note: string): Recording["end"] {
  const code = /^exit: returncode (\d+)$/.exec(note)?.[1];
  if (code !== undefined) return { code: Number(code) };
  const signal = /^exit: killed by signal (\d+)$/.exec(note)?.[1];
  return signal === undefined ? null : { signal: Number(signal) };
}

function actOf(note: string): Act | null {
  if (/^worker alive: .* king alive: False$/.test(note)) return { kind: "ended" };
  const one = /^send (SIG[A-Z]+) to launched pid$/.exec(note)?.[1];
  if (one !== undefined) return { kind: "signal", name: one as NodeJS.Signals, group: false };
  const all = /^killpg (SIG[A-Z]+)$/.exec(note)?.[1] ?? /^(SIGKILL) to king \d+ and worker/.exec(note)?.[1];
  return all === undefined ? null : { kind: "signal", name: all as NodeJS.Signals, group: true };
}

/**
 * What differs from one run to the next and means nothing: events, process ids, sizes, dates, the loopback port (the
 * first free one), where the program lies.
 */
export function masked(text: string): string {
  return text
    .replace(/^pier \(\d+\): live/, "pier (N): live")
    .replace(/^play \(\d+\): done .*/, "play (N): done")
    .replace(/events \d+-\d+/, "events A-B")
    .replace(/\b0i\d+/g, "0iN")
    .replace(/roc\/\d+/, "roc/N")
    .replace(/epoch \d+/, "epoch N")
    .replace(/at event \d+/, "at event N")
    .replace(/event=\d+/, "event=N")
    .replace(/state=\d+, log=\d+/, "state=N, log=N")
    .replace(/(already computed|rock saved at event|rock loaded at event) \d+/, "$1 N")
    .replace(/locked by PID \d+/, "locked by PID N")
    .replace(/(?:KB|MB|GB)\/[\d.]+/g, "MB/N")
    .replace(/(pages used|transaction ID|readers used|\(page\)|\(stat\)): \d+/, "$1: N")
    .replace(/localhost:123\d\d$/, "localhost:123NN")
    .replace(/\((\d+)\): MB/, "(N): MB")
    .replace(/^installed \d+ jets/, "installed N jets");
}

/** A line of a stack trace: where in that build, which is nobody else's. */
export const TRACE = /^\d+ +\S+ +\S+$/;

/** Sizes that mean something; the others grow with what the ship did. */
const TELLING = new Set(["0", "1", "3", "4", "8192", "45056"]);

/** A line of a file list, without what means nothing. */
export function maskedFile(line: string): string {
  const [type, mode, size = "", path = ""] = line.split(" ");
  const shown = type === "f" && TELLING.has(size) && !/lock(\.mdb)?$/.test(path) ? size : "N";
  return `${type} ${mode} ${shown} ${path.replace(/0i\d+/, "0iN").replace(/roc\/\d+/, "roc/N")}`.trimEnd();
}
