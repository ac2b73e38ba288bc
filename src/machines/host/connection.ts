import type { Outcome } from "../../base/outcome.ts";
import type { WebAnswer } from "../machine.ts";

/** How one program is run on the host. */
export interface RunOptions {
  /** What the program finds on its standard input; empty when left out. The program itself never shares it. */
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Whole time allowed, milliseconds; default 120 000. After it the local process is ended by PID. */
  readonly timeoutMs?: number;
  /** Runs as root: directly when the login user is root, through `sudo -n` otherwise. Default true. */
  readonly asRoot?: boolean;
  /** Opens a connection of its own instead of sharing the master: what proves that a *new* login still works. */
  readonly fresh?: boolean;
  /** Called for every whole line of stdout as it arrives. */
  readonly onLine?: (line: string) => void;
}

/** What a program printed and how it ended. Output is cut at 8 MiB per stream (`truncated`). */
export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status of the program; 128 + signal number when a signal ended it. */
  readonly exit: number;
  /** Wall time on this machine, milliseconds. */
  readonly ms: number;
  readonly truncated: boolean;
}

/** Where an uploaded file goes; `mode` is octal as `chmod` takes it. */
export interface UploadTarget {
  readonly path: string;
  readonly sha256: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
}

/**
 * A host one can run POSIX-sh programs on: over OpenSSH, or this machine. A program travels on standard input, never
 * in argv, and is parsed whole before its first command runs: a cut connection runs all of it or none of it.
 * An outcome fails only when the host could not be asked; a program's own non-zero exit is a `RunResult`.
 */
export interface HostConnection {
  /** The host's name in the inventory. */
  readonly name: string;
  /** How it is reached, as a person would type it: `ssh root@10.77.0.11`, or `local`. */
  readonly address: string;
  run(program: string, options?: RunOptions): Promise<Outcome<RunResult>>;
  /** Puts a local file in place, whole or not at all; `sent` is false when the host had these bytes already. */
  upload(localFile: string, target: UploadTarget): Promise<Outcome<{ readonly sent: boolean }>>;
  /**
   * Asks a port of the host's loopback over HTTP from this machine, `times` after one that opens the way and is not
   * counted: through a connection forwarded by SSH, or directly where the host is this machine.
   */
  probe(port: number, path: string, times: number): Promise<Outcome<readonly WebAnswer[]>>;
  close(): Promise<void>;
}
