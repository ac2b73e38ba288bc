import { shellQuote } from "../../../base/quote.ts";

/** What a resource wants looked at, so that one process answers for the whole batch. */
export interface Probes {
  readonly packages?: readonly string[];
  readonly users?: readonly string[];
  /** Type, mode and owner. */
  readonly paths?: readonly string[];
  /** SHA-256 of content. */
  readonly digests?: readonly string[];
  readonly units?: readonly string[];
  readonly firewall?: true;
}

/** What has to hear of a change: done once, before the next firewall resource and at the end. */
export type Effect = "" | "sshd" | "systemd" | "journald";

/**
 * One resource as POSIX sh. Each member is the body of a shell function; none may exit the shell. `holds` and `before`
 * read only what the probes left in shell variables (see `library.ts`), so a batch with nothing to do starts few
 * processes. `save` writes what is needed to undo into `$E` and names the undo; only then `apply` runs.
 */
export interface Fragment {
  readonly probes: Probes;
  readonly holds: string;
  /** Sets `before`. */
  readonly before: string;
  /** The wished state in words: literal text, never content. */
  readonly after: string;
  readonly save: string;
  readonly apply: string;
  /** Sets `why` in a dry run. */
  readonly diff: string;
  /** Extra functions the bodies call. */
  readonly define: string;
  readonly effect: Effect;
}

/** Numbers the functions of one resource and puts its paths under the batch's root. */
export interface Place {
  readonly index: number;
  /** "" on a real host; a directory in tests. */
  readonly root: string;
}

export const at = (place: Place, path: string): string => `${place.root}${path}`;

/** `st_mode` as `stat -c %f` prints it. */
export function rawMode(type: "file" | "directory", mode: string): string {
  return ((type === "file" ? 0o100000 : 0o040000) | Number.parseInt(mode, 8)).toString(16);
}

/** Five digits: GNU chmod keeps a directory's set-group-ID bit when it is given fewer. */
export function fullMode(mode: string): string {
  return Number.parseInt(mode, 8).toString(8).padStart(5, "0");
}

/** True when the batch's `stat` saw exactly this. */
export function statHolds(
  type: "file" | "directory",
  path: string,
  mode: string,
  owner: string,
  group: string,
): string {
  const line = `${rawMode(type, mode)} ${owner} ${group} ${path}`;
  return `case $STAT in *"$NL"${shellQuote(line)}"$NL"*) ;; *) return 1 ;; esac`;
}

/** True when the batch's `sha256sum` saw exactly this. */
export function digestHolds(path: string, digest: string): string {
  return `case $SUMS in *"$NL"${shellQuote(`${digest}  ${path}`)}"$NL"*) ;; *) return 1 ;; esac`;
}

/** Names the undo of this entry: a line of sh for `undo.sh` on the host, in force from here on. */
export function saveUndo(line: string): string {
  return `undo_with ${shellQuote(line)}`;
}

/** Settings that a running daemon reads from files. */
export function effectOf(path: string): Effect {
  if (path.startsWith("/etc/ssh/")) return "sshd";
  if (path.startsWith("/etc/systemd/system/")) return "systemd";
  if (path.startsWith("/etc/systemd/journald.conf")) return "journald";
  return "";
}
