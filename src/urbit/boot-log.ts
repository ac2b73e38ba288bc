import type { Failure, FailureKind } from "../base/outcome.ts";

/** Longest line kept, in characters. */
export const LINE_LIMIT = 400;

/**
 * Takes out of a line of vere's output what must not be kept: a bad key is echoed whole after `dawn: invalid private
 * keys:`, and any other @uw of twelve digits or more could be one. Also carriage returns and colours.
 */
export function filterLine(line: string): string {
  return RULES.reduce((text, [pattern, replacement]) => text.replace(new RegExp(pattern, "g"), replacement), line);
}

/** The same rules for GNU sed, which runs on the host between vere and the file: `LC_ALL=C sed -u -E -f FILE`. */
export const FILTER_SED = [
  ["\\x1b\\[[0-9;]*[A-Za-z]", "", "g"],
  ["\\r", "", "g"],
  ["(dawn: invalid private keys:).*", "\\1 [secret]", ""],
  ["0w[0-9a-zA-Z~.-]{12,}", "0w[secret]", "g"],
]
  .map(([pattern, replacement, flags]) => `s/${pattern}/${replacement}/${flags}\n`)
  .join("");

const RULES: readonly (readonly [string, string])[] = [
  ["\\x1b\\[[0-9;]*[A-Za-z]", ""],
  ["\\r", ""],
  ["(dawn: invalid private keys:)[^\\n]*", "$1 [secret]"],
  ["0w[0-9a-zA-Z~.-]{12,}", "0w[secret]"],
];

/** `pier (N): live`, with N as the ship prints it (dots between thousands). */
export const LIVE = /^pier \(([0-9.]+)\): live/;

interface Signature {
  readonly line: RegExp;
  readonly kind: FailureKind;
  readonly code: string;
  readonly what: string;
  readonly next: string;
}

/** Lines of vere that say why it ended, the most telling first. Literal texts as vere 4.5 prints them. */
const SIGNATURES: readonly Signature[] = [
  {
    line: /boot: failed: double-boot detected|double-boot detected, refusing to boot/,
    kind: "critical",
    code: "double-boot",
    what: "the network has seen a newer state of this ship than this pier",
    next: "Find the newest pier and resume that one; only when it is lost for good, breach in Bridge (factory reset).",
  },
  {
    line: /dawn: (invalid private keys|unable to cue keyfile|invalid ship specified|mismatch between)/,
    kind: "configuration",
    code: "bad-key",
    what: "vere does not accept the keyfile",
    next: "Download the keyfile again from Bridge, then: slipway key check SHIP FILE",
  },
  {
    line: /boot: invalid keys for /,
    kind: "configuration",
    code: "key-revoked",
    what: "the keyfile is not the one Azimuth knows: its key revision is old, or the ship was breached",
    next: "Download the keyfile of the current key revision from Bridge.",
  },
  {
    line: /boot: incorrect keyfile please use updated format/,
    kind: "configuration",
    code: "key-old-form",
    what: "a moon needs a keyfile of the new form",
    next: "On the moon's planet make a new one: |moon-cycle-keys MOON",
  },
  {
    line: /boot: must specify a key with -k or -G|keyfile .* not found/,
    kind: "transient",
    code: "key-gone",
    what: "the keyfile was no longer on the host when vere wanted to read it",
    next: "Boot again: the key is sent anew.",
  },
  {
    line: /boot: failed to retrieve public keys/,
    kind: "transient",
    code: "azimuth-unreachable",
    what: "vere could not ask Azimuth for the ship's public keys",
    next: "Check the host's way out: curl -sS https://roller.urbit.org/v1/azimuth",
  },
  {
    line: /tried to create pier .* but it already exists/,
    kind: "critical",
    code: "pier-exists",
    what: "there is a pier already where one was to be made",
    next: "Look at it before anything else: ls -la PIER; a pier is never overwritten.",
  },
  {
    line: /pier: locked by PID|pier: strange: locked by empty lockfile/,
    kind: "transient",
    code: "pier-locked",
    what: "another process still has the pier open",
    next: "Wait for it to end, or see who it is: fuser -v PIER/.vere.lock",
  },
  {
    line: /(mesa|ames): bind: /,
    kind: "configuration",
    code: "ames-port-taken",
    what: "the ship's Ames port is taken by another program",
    next: "See which: ss -lunp; stop it, or give the ship another port with --ames-port",
  },
  {
    line: /http: listen \(\d+\): |http: ip address not available/,
    kind: "configuration",
    code: "http-port-taken",
    what: "the ship's HTTP port is taken by another program",
    next: "See which: ss -ltnp; stop it, or give the ship another port with --http-port",
  },
  {
    line: /insufficient disk space|No space left on device|mars: commit fail|lmdb: write failed|MDB_MAP_FULL/i,
    kind: "configuration",
    code: "disk-full",
    what: "the disk under the pier is full",
    next: "Free space (df -h PIER), then start again: what was acknowledged is safe.",
  },
  {
    line: /boot: mapping \d+MB failed|Cannot allocate memory/,
    kind: "configuration",
    code: "no-memory",
    what: "the host has not enough memory for the loom",
    next: "Add memory or swap; look at: sysctl vm.overcommit_memory; free -m",
  },
  {
    line: /boot: snapshot too big for loom|error: --loom must be/,
    kind: "configuration",
    code: "loom-too-small",
    what: "the loom is too small for this ship",
    next: "Give it the loom it had before, or one more: --loom 32",
  },
  {
    line: /bail: %?meme|out of loom/,
    kind: "configuration",
    code: "out-of-loom",
    what: "the ship ran out of its own memory",
    next: "Run: urbit pack PIER, while it is stopped; then a larger --loom",
  },
  {
    line: /version negotation failed|upgrade runtime version|loom: downgrade detected|checkpoint version mismatch|unknown epoch version|stale snapshot, downgrade/,
    kind: "configuration",
    code: "wrong-version",
    what: "the pier belongs to another version of vere",
    next: "Run it once under the version named in PIER/.urb/log/0i*/vere.txt, stop it, then go to the new one.",
  },
  {
    line: /MDB_(INVALID|CORRUPTED|PAGE_NOTFOUND)|lmdb: read gap|only epoch is bad|multiple bad epochs|loom: (image corrupt|image checksum|patch .* checksum)|boot: image failed|corrupt pier/,
    kind: "critical",
    code: "pier-damaged",
    what: "the pier's log or snapshot is damaged",
    next: "Touch nothing in it; copy the pier away as it is, then look for the damage: urbit info PIER",
  },
  {
    line: /disk: read meta: no identity|mars: disk init fail|disk: failed to load/,
    kind: "configuration",
    code: "pier-unusable",
    what: "the directory holds no usable pier",
    next: "If it never began to boot, boot it again; otherwise keep it as it is and run: urbit info PIER",
  },
  {
    line: /recover: dig: term/,
    kind: "transient",
    code: "boot-interrupted",
    what: "the boot was told to end before it had begun",
    next: "Boot again.",
  },
  {
    line: /failed to fetch|error fetching|pill not found|failed to load pill|unable to parse pill/,
    kind: "configuration",
    code: "pill-missing",
    what: "the boot pill could not be fetched or read",
    next: "Give a pill by file and digest (SLIPWAY_PILL), so that the host needs no download.",
  },
  {
    line: /write permissions are required for|Permission denied|disk: failed to open\/create lock file/,
    kind: "configuration",
    code: "no-permission",
    what: "vere may not write its pier",
    next: "Give it back to its user: chown -R urbit:urbit PIER",
  },
  {
    line: /Read-only file system/,
    kind: "configuration",
    code: "read-only",
    what: "the file system under the pier cannot be written",
    next: "See why it is mounted so: findmnt -T PIER; journalctl -k | grep -i remount",
  },
  {
    line: /work exit: status \d+, signal 9|Out of memory|oom-kill/,
    kind: "configuration",
    code: "killed",
    what: "the ship's worker was killed, most likely for want of memory",
    next: "See: journalctl -k | grep -i oom; add memory or swap",
  },
  {
    line: /couldn't find pier/,
    kind: "configuration",
    code: "pier-gone",
    what: "the pier is not where it should be",
    next: "See: ls -la PIER",
  },
  {
    line: /home: bailing out|bail: oops/,
    kind: "configuration",
    code: "worker-crashed",
    what: "the ship's worker gave up on an error of its own",
    next: "Read what it printed before; what was acknowledged is in the log, and a start goes on from there.",
  },
  {
    // What the kernel's out-of-memory killer leaves, too: vere says no more than this.
    line: /pier: serf unexpectedly shut down/,
    kind: "configuration",
    code: "worker-lost",
    what: "the ship's worker was ended from outside, most likely for want of memory",
    next: "See: journalctl -k | grep -i oom; add memory or swap, then start again: what was acknowledged is safe.",
  },
];

/** Why vere ended, from its last lines; null when they say nothing known. `subject` begins the sentence. */
export function classify(lines: readonly string[], subject: string): Failure | null {
  for (const { line, kind, code, what, next } of SIGNATURES) {
    const told = lines.findLast((text) => line.test(text));
    if (told !== undefined)
      return { kind, code, what: `${subject}: ${what}.`, why: filterLine(told).slice(0, LINE_LIMIT), next };
  }
  return null;
}
