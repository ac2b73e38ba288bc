import { createHash } from "node:crypto";

export interface SshSettings {
  /** Extra configuration file (`ssh -F`), null for the user's own. */
  readonly config: string | null;
  /** Socket of the shared master, null for a connection of its own. */
  readonly controlPath: string | null;
}

/** An OpenSSH destination may not look like an option, and holds no blanks. */
export function isDestination(address: string): boolean {
  return /^[^\s-][^\s]*$/.test(address) && !address.includes("\0");
}

/**
 * What a user's configuration may say for their own sessions and must not say for ours: a command or a terminal of its
 * own, forwards, and a quiet log, in which the reason of a failure would be lost.
 */
const OURS = [
  "RequestTTY=no",
  "RemoteCommand=none",
  "ForwardX11=no",
  "ForwardAgent=no",
  "ClearAllForwardings=yes",
  "LogLevel=ERROR",
];

/**
 * The client's options. Host keys, users, jump hosts and agents stay the user's business (`~/.ssh/config`); nothing
 * here loosens them. BatchMode: a question nobody can answer becomes an error at once.
 */
export function sshArguments(settings: SshSettings): readonly string[] {
  const shared =
    settings.controlPath === null
      ? ["-o", "ControlMaster=no", "-o", "ControlPath=none"]
      : ["-o", "ControlMaster=auto", "-o", `ControlPath=${settings.controlPath}`, "-o", "ControlPersist=60"];
  return [
    "ssh",
    ...(settings.config === null ? [] : ["-F", settings.config]),
    "-T",
    ...["-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"],
    ...OURS.flatMap((option) => ["-o", option]),
    ...shared,
  ];
}

/** Name of a master's socket: short and without meaning, since `sun_path` ends at 108 bytes and ssh adds 17 while binding. */
export function controlName(address: string, config: string | null): string {
  return createHash("sha256")
    .update(`${address}\0${config ?? ""}`)
    .digest("hex")
    .slice(0, 16);
}

/** `[ -O / ]`: "is `/` mine?" asks for root without starting a process, in dash and bash alike. */
const AS_ROOT = "[ -O / ] && exec sh; LC_ALL=C; export LC_ALL; exec sudo -n sh";

/**
 * The remote command line for a program that comes on standard input. It has to survive every login shell (sh, bash,
 * fish, csh), so it is one word in single quotes. With data behind the program, the shell must not read ahead: `head -c`
 * takes exactly the program's bytes and leaves the rest.
 */
export function remoteCommand(programBytes: number, withInput: boolean, asRoot: boolean): string {
  if (!withInput) return asRoot ? `exec sh -c '${AS_ROOT}'` : "exec sh";
  const read = `b="eval \\"\\$(head -c ${programBytes})\\""`;
  if (!asRoot) return `exec sh -c '${read}; exec sh -c "$b"'`;
  return `exec sh -c '${read}; [ -O / ] && exec sh -c "$b"; LC_ALL=C; export LC_ALL; exec sudo -n sh -c "$b"'`;
}

/** The braces make the shell read to the end before it begins, so a cut program does not run at all. */
export function wrapProgram(program: string, withInput: boolean): string {
  return `{\n${program}\n}${withInput ? "" : " </dev/null"}\n`;
}
