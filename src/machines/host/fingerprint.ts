import { PRELUDE } from "./shell/common.ts";

/** Files of /etc that change by themselves, or keep what was there before as a copy. */
const VOLATILE = [
  "/etc/adjtime",
  "/etc/resolv.conf",
  "/etc/mtab",
  "/etc/ld.so.cache",
  "/etc/.pwd.lock",
  "/etc/.updated",
  "/etc/passwd-",
  "/etc/group-",
  "/etc/shadow-",
  "/etc/gshadow-",
  "/etc/subuid-",
  "/etc/subgid-",
  "/etc/machine-id",
  "/etc/audit/audit.rules.prev",
];

/** Each part of a host's state as a listing that is the same when nothing changed: no times, no counters, sorted. */
const PARTS: Readonly<Record<string, string>> = {
  packages: `dpkg-query -W -f '\${db:Status-Status} \${binary:Package} \${Version}\\n' 2>/dev/null | grep -v '^not-installed ' | sort`,
  users: "sort /etc/passwd",
  groups: "sort /etc/group",
  // What is enabled or masked is links of /etc; asking systemd for them takes longer than everything else together.
  units:
    "find /usr/lib/systemd/system /usr/local/lib/systemd/system -mindepth 1 -printf '%y %m %p %l\\n' | sort; echo --; systemctl list-units --all --no-legend --no-pager --plain --type=service,socket,timer --state=active 2>/dev/null | awk '{print $1}' | grep -E '^(slipway|ssh|nftables|ufw)' | grep -v @ | sort",
  etc: `{ find /etc -xdev \\( -type f -o -type l \\) ! -name '*.slipway-*' -print0; } | sort -z | xargs -0 -r stat -c '%f %U %G %N' -- | grep -vE "'(${VOLATILE.map((path) => path.replaceAll(".", "\\.")).join("|")})'"
find /etc -xdev -type d -print0 | sort -z | xargs -0 -r stat -c '%f %U %G %n' --
find /etc -xdev -type f -print0 | sort -z | xargs -0 -r sha256sum -- | grep -vE "  (${VOLATILE.map((path) => path.replaceAll(".", "\\.")).join("|")})$"`,
  firewall:
    "nft -s -t list ruleset 2>/dev/null; ! command -v ufw >/dev/null || grep -s '^ENABLED=' /etc/ufw/ufw.conf; cat /etc/ufw/user.rules /etc/ufw/user6.rules 2>/dev/null",
  sysctl:
    "find /proc/sys/kernel /proc/sys/vm /proc/sys/fs /proc/sys/net/core /proc/sys/net/ipv4 /proc/sys/net/ipv6/conf/all /proc/sys/net/ipv6/conf/default -type f -perm -u+w ! -name '*random*' ! -name 'ns_last_pid' ! -name '*flush*' ! -name 'drop_caches' ! -name 'compact_memory' ! -name 'stat_refresh' ! -name 'hostname' ! -path '*/conf/ve-*' ! -path '*/neigh/*' ! -name 'firmware_config' ! -path '/proc/sys/kernel/random/*' ! -path '/proc/sys/fs/*-nr' ! -path '/proc/sys/fs/binfmt_misc/*' 2>/dev/null | sort | xargs -r grep -sH '' 2>/dev/null",
  srv: "for top in /srv /opt; do [ ! -d $top ] || find $top -xdev -printf '%y %m %u %g %p\\n'; done | sort",
  // The lock of a ship stays until the host restarts: it remembers the newest token, so that no older one gets in.
  slipway:
    "[ ! -e /var/lib/slipway ] || find /var/lib/slipway ! -path '*/undo/*/confirmed' -printf '%y %m %p\\n' | sort; find /run/slipway* -type f ! -name '*.lock' 2>/dev/null | sort; ls -A /var/lib/urbit 2>/dev/null; find /dev/shm -name 'spin_stack_page_*' | sort",
};

/**
 * Prints `name digest` for each part; with `detail` the listings themselves, to see what differs. Equal before and after
 * means that the host was left as it was found.
 */
export function compileFingerprint(detail = false): string {
  const parts = Object.entries(PARTS).map(([name, listing]) =>
    detail
      ? `echo '== ${name}'; { ${listing}\n} 2>/dev/null`
      : `s=$({ ${listing}\n} 2>/dev/null | sha256sum); printf '%s %s\\n' ${name} "\${s%% *}"`,
  );
  return [PRELUDE, ...parts, "echo end"].join("\n");
}

/** Null when the answer is not whole. */
export function parseFingerprint(stdout: string): Readonly<Record<string, string>> | null {
  const lines = stdout.trimEnd().split("\n");
  if (lines.pop() !== "end") return null;
  const found = Object.fromEntries(
    lines.flatMap((line) => {
      const parts = /^([a-z]+) ([0-9a-f]{64})$/.exec(line);
      return parts === null ? [] : [[parts[1] ?? "", parts[2] ?? ""] as const];
    }),
  );
  return Object.keys(PARTS).every((name) => name in found) ? found : null;
}
