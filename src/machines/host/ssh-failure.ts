import type { Failure, FailureKind } from "../../base/outcome.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly kind: FailureKind;
  readonly code: string;
  readonly what: (host: string) => string;
  readonly next: (host: string, address: string) => string;
}

/** What the OpenSSH client prints (C locale has no other wording), first match wins. */
const CLIENT: readonly Rule[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/,
    kind: "configuration",
    code: "host-key-changed",
    what: (host) => `${host} answers with another host key than the one on record. Nothing was sent to it.`,
    next: (_, address) =>
      `Find out why (a rebuilt host, or somebody in between). If it was rebuilt: ssh-keygen -R ${plainHost(address)}, then ssh ${address} once and compare the fingerprint.`,
  },
  {
    pattern: /Host key verification failed|No .* host key is known for/,
    kind: "configuration",
    code: "host-key-unknown",
    what: (host) => `${host} is not in known_hosts, so its identity cannot be checked.`,
    next: (_, address) => `Run: ssh ${address} - compare the fingerprint with your provider's console and accept it.`,
  },
  {
    pattern: /Permission denied \(|Too many authentication failures|no mutual signature|sign_and_send_pubkey/,
    kind: "configuration",
    code: "login-refused",
    what: (host) => `${host} refused the login.`,
    next: (_, address) =>
      `Run: ssh -v ${address} - then load the right key (ssh-add) or install it there (ssh-copy-id ${address}).`,
  },
  {
    pattern:
      /Bad configuration option|terminating, \d+ bad configuration|Can't open user config file|Bad owner or permissions/,
    kind: "configuration",
    code: "ssh-config",
    what: (host) => `The SSH client does not accept its configuration, so ${host} was not asked.`,
    next: (_, address) => `Run: ssh -G ${address} - and mend the file it names.`,
  },
  {
    pattern: /Could not resolve hostname|Name or service not known|Temporary failure in name resolution/,
    kind: "transient",
    code: "host-unreachable",
    what: (host) => `The address of ${host} could not be resolved.`,
    next: (_, address) => `Check the name: ssh -G ${address} | grep ^hostname`,
  },
  {
    pattern:
      /Connection refused|timed out|No route to host|Network is unreachable|Host is down|banner exchange|Operation not permitted/i,
    kind: "transient",
    code: "host-unreachable",
    what: (host) => `${host} does not answer on its SSH port.`,
    next: (_, address) => `See that it is up and its SSH port open: ssh -v ${address}`,
  },
];

/** What the shell or sudo says when root cannot be had. */
const ROOT: readonly Rule[] = [
  {
    pattern: /^sudo: .*(password is required|terminal is required|no tty present)/m,
    kind: "configuration",
    code: "sudo-needs-password",
    what: (host) => `sudo on ${host} asks the login user for a password, and there is nobody to type it.`,
    next: (host, address) =>
      `Log in as root instead, or on ${host} run: echo "$USER ALL=(ALL) NOPASSWD: ALL" | sudo tee /etc/sudoers.d/slipway  (login: ssh ${address})`,
  },
  {
    pattern: /(is not in the sudoers file|is not allowed to (run|execute)|may not run sudo)/,
    kind: "configuration",
    code: "sudo-refused",
    what: (host) => `The login user of ${host} may not become root with sudo.`,
    next: (_, address) =>
      `Log in as root, or let this user use sudo without a password; look with: ssh ${address} sudo -l`,
  },
  {
    pattern: /(exec: sudo: not found|sudo: not found|sudo: command not found)/,
    kind: "configuration",
    code: "sudo-missing",
    what: (host) => `The login user of ${host} is not root and sudo is not installed there.`,
    next: (host) => `Log in as root, or on ${host} as root run: apt-get install sudo`,
  },
];

/** The failure behind an exit status 255 of `ssh` itself. */
export function sshFailure(host: string, address: string, stderr: string): Failure {
  return (
    match(CLIENT, host, address, stderr) ?? {
      kind: "transient",
      code: "connection-lost",
      what: `The connection to ${host} broke off.`,
      ...why(stderr),
      next: `Try again; if it stays so: ssh -v ${address}`,
    }
  );
}

/** The failure when the program never ran because root could not be had; null when it did run. */
export function rootFailure(
  host: string,
  address: string,
  exit: number,
  stdout: string,
  stderr: string,
): Failure | null {
  if (stdout !== "" || (exit !== 1 && exit !== 127)) return null;
  return match(ROOT, host, address, stderr) ?? null;
}

function match(rules: readonly Rule[], host: string, address: string, stderr: string): Failure | undefined {
  const rule = rules.find((candidate) => candidate.pattern.test(stderr));
  if (rule === undefined) return undefined;
  return { kind: rule.kind, code: rule.code, what: rule.what(host), ...why(stderr), next: rule.next(host, address) };
}

function why(stderr: string): { readonly why?: string } {
  const lines = stderr
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^[@*]+$/.test(line) && !/^\*\*/.test(line));
  const last = lines.slice(-2).join(" ");
  return last === "" ? {} : { why: last.slice(0, 400) };
}

/** The host part of a destination, as `ssh-keygen -R` wants it. */
function plainHost(address: string): string {
  const bare = address
    .replace(/^ssh:\/\//, "")
    .replace(/^.*@/, "")
    .replace(/\/.*$/, "");
  const port = /^(.*):(\d+)$/.exec(bare);
  return port === null || (port[1] ?? "").includes(":") ? bare : `"[${port[1]}]:${port[2]}"`;
}
