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

/**
 * What has to hear of a change: done once, before the next firewall resource and at the end. `reload:UNIT` reloads (or
 * restarts) a unit that runs, and leaves one that does not; `enabled` tells systemd what it starts with the host.
 */
export type Effect = "" | "sshd" | "systemd" | "enabled" | "journald" | "tmpfiles" | "apparmor" | `reload:${string}`;

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

/** Four digits, as the shell's `put` compares them. */
export function fileMode(mode: string): string {
  return Number.parseInt(mode, 8).toString(8).padStart(4, "0");
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

/** Settings that a running daemon reads from files, by where they lie; the first match holds. */
const EFFECTS: readonly (readonly [prefix: string, effect: Effect])[] = [
  ["/etc/ssh/", "sshd"],
  ["/etc/systemd/system/", "systemd"],
  ["/etc/systemd/journald.conf", "journald"],
  ["/etc/systemd/network/", "reload:systemd-networkd.service"],
  ["/etc/fail2ban/", "reload:fail2ban.service"],
  ["/etc/audit/", "reload:auditd.service"],
  ["/etc/apparmor.d/", "apparmor"],
  ["/etc/tmpfiles.d/", "tmpfiles"],
  ["/etc/caddy/", "reload:caddy.service"],
  ["/etc/slipway/monitoring/alertmanager/", "reload:slipway-alertmanager.service"],
  ["/etc/slipway/monitoring/blackbox/", "reload:slipway-blackbox-exporter.service"],
  ["/etc/slipway/monitoring/prometheus/", "reload:slipway-prometheus.service"],
];

export function effectOf(path: string): Effect {
  return EFFECTS.find(([prefix]) => path.startsWith(prefix))?.[1] ?? "";
}

/** The same table as a shell `case` over `$1`, under the root `$R`: for the undo, which knows only the path. */
export function effectCases(): string {
  const cases = EFFECTS.map(([prefix, effect]) => `"$R"${prefix}*) EFFECTS="$EFFECTS ${effect}" ;;`);
  return `case $1 in ${cases.join(" ")} esac`;
}

/** Tells whoever has to hear of a change; the same for a batch and for its undo. */
export const SETTLE = `  case $EFFECTS in *" systemd"* | *" enabled"*) systemctl daemon-reload ;; esac
  case $EFFECTS in *journald*) systemctl try-restart systemd-journald ;; esac
  case $EFFECTS in *tmpfiles*) systemd-tmpfiles --create --prefix=/run/slipway ;; esac
  case $EFFECTS in *apparmor*)
    # A profile of ours that lost its file is unloaded; the service would leave it in force.
    for profile in /etc/apparmor.d/slipway-*; do [ ! -f "$profile" ] || apparmor_parser -r "$profile"; done
    while read -r profile _; do
      case $profile in slipway-*) [ -f "/etc/apparmor.d/$profile" ] || printf %s "$profile" >/sys/kernel/security/apparmor/.remove ;; esac
    done 2>/dev/null </sys/kernel/security/apparmor/profiles ;;
  esac
  told=
  for effect in $EFFECTS; do
    case $effect in reload:*) case " $told " in *" $effect "*) ;; *) told="$told $effect"; systemctl try-reload-or-restart "\${effect#reload:}" ;; esac ;; esac
  done`;
