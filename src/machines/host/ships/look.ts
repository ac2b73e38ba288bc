import { shellQuote } from "../../../base/quote.ts";
import { FILTER_SED, LINE_LIMIT } from "../../../urbit/boot-log.ts";
import type { ShipPaths } from "../../../urbit/layout.ts";
import type { Fence, ShipState } from "../../ships.ts";

/**
 * Shell functions that see a ship and change nothing. `look` prints one fact per line; logs come filtered and every
 * line of them behind a word of ours, so nothing a ship prints can pass for a fact.
 *
 * The lock's holder is found in /proc/locks by inode, then among that process's open files: the PID inside the lock
 * file is stale after a crash, and device numbers in /proc/locks are not those of stat on every file system.
 */
export function lookFunctions(paths: ShipPaths): string {
  const q = shellQuote;
  return `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
LC_ALL=C; export LC_ALL
pier=${q(paths.pier)} boot=${q(paths.boot)} unit=${paths.unit} bootunit=${paths.bootUnit} fence=${q(paths.fence)} key=${q(paths.key)}
pier_state() {
  if [ ! -d "$pier" ]; then echo absent; return; fi
  size=$(stat -c %s "$pier/.urb/log/data.mdb" 2>/dev/null || echo 0)
  # A new LMDB file holds two empty pages and nothing else: no identity yet. Pages are the system's, 16 KB on some arm64.
  if [ "$size" -le $(( $(getconf PAGESIZE 2>/dev/null || echo 4096) * 2 )) ]; then echo never-began
  elif \${1:-booting}; then echo began
  elif [ -e "$pier/.run" ] || [ -s "$pier/.slipway-id" ]; then echo ready
  else echo began; fi
}
booting() { case $(systemctl is-active "$bootunit" 2>/dev/null) in active|activating|deactivating|reloading) return 0;; esac; return 1; }
running() { case $(systemctl is-active "$unit" 2>/dev/null) in active|activating|deactivating|reloading) return 0;; esac; return 1; }
lock_pid() {
  [ -e "$pier/.vere.lock" ] || return 0
  inode=$(stat -c %i "$pier/.vere.lock")
  while read -r _ _ _ _ pid where _; do
    [ "\${where##*:}" = "$inode" ] || continue
    for fd in /proc/"$pid"/fd/*; do
      if [ "$fd" -ef "$pier/.vere.lock" ]; then echo "$pid"; return 0; fi
    done
  done < /proc/locks
}
# The ship's own word since this start. Where the journal no longer goes back to it, what a ship wrote at that moment: its ports.
is_live() {
  told=$(journalctl -q -o cat -u "$unit" "_SYSTEMD_INVOCATION_ID=$invocation" 2>/dev/null | sed -n -e 's/^boot: home is .*/began/p' -e 's/^pier ([0-9.]*): live.*/live/p' | tail -n 1)
  case $told in live) return 0;; began) return 1;; esac
  [ -S "$pier/.urb/conn.sock" ] && [ -f "$pier/.http.ports" ] || return 1
  since=$(date -d "$(systemctl show -p ActiveEnterTimestamp --value "$unit")" +%s 2>/dev/null) || return 1
  [ "$(stat -c %Y "$pier/.http.ports")" -ge "$since" ]
}
clean() { sed -u -E ${q(FILTER_SED)} | cut -c 1-${LINE_LIMIT} | sed "s/^/$1 /"; }
attempt() { sed -n "s/^$1 //p" "$boot/attempt" 2>/dev/null | head -n 1; }
look() {
  # Asked once: a boot that ends between two questions would look half done.
  now=false; booting && now=true
  echo "pier $(pier_state $now)"
  [ -d "$pier" ] && echo "id $(stat -c %i "$pier"):$(head -c 64 "$pier/.slipway-id" 2>/dev/null | tr -cd 'a-z0-9-')"
  echo "lock $(lock_pid)"
  if $now; then echo 'boot running'
  elif [ -f "$boot/end" ]; then
    if grep -qx 'exit 0' "$boot/end" && grep -qx 'live yes' "$boot/end"; then echo 'boot done'; else echo 'boot failed'; fi
  elif [ -f "$boot/attempt" ]; then echo 'boot failed'; else echo 'boot none'; fi
  [ -f "$boot/log" ] && tail -n 40 "$boot/log" | clean bootlog
  active= sub= load= enabled= invocation=
  while IFS='=' read -r property value; do
    case $property in LoadState) load=$value;; ActiveState) active=$value;; SubState) sub=$value;; UnitFileState) enabled=$value;; InvocationID) invocation=$value;; esac
  done <<END
$(systemctl show -p LoadState -p ActiveState -p SubState -p UnitFileState -p InvocationID "$unit" 2>/dev/null)
END
  echo "unit $load $active $sub"
  echo "enabled $enabled"
  if [ "$load" != not-found ] && [ -n "$invocation" ]; then
    journalctl -q -o cat -n 60 -u "$unit" "_SYSTEMD_INVOCATION_ID=$invocation" 2>/dev/null | clean unitlog
    if [ "$active" = active ] && is_live; then echo 'live yes'; fi
  fi
  [ -f "$fence.hold" ] && echo 'hold yes'
  [ -f "$fence" ] && sed 's/^/fence /' "$fence"
  echo looked
}`;
}

/** Null when the output breaks off before its end. */
export function parseLook(stdout: string): ShipState | null {
  const one = new Map<string, string>();
  const bootLog: string[] = [];
  const unitLog: string[] = [];
  const record: string[] = [];
  let whole = false;
  for (const line of stdout.split("\n")) {
    const at = line.indexOf(" ");
    const word = at < 0 ? line : line.slice(0, at);
    const rest = at < 0 ? "" : line.slice(at + 1);
    if (word === "bootlog") bootLog.push(rest);
    else if (word === "unitlog") unitLog.push(rest);
    else if (word === "fence") record.push(rest);
    else if (word === "looked") whole = true;
    else one.set(word, rest);
  }
  if (!whole) return null;
  const pid = one.get("lock") ?? "";
  return {
    pier: oneOf(one.get("pier"), ["absent", "never-began", "began", "ready"]) ?? "absent",
    pierId: one.get("id") ?? "",
    lockPid: /^\d+$/.test(pid) ? Number(pid) : null,
    boot: oneOf(one.get("boot"), ["none", "running", "done", "failed"]) ?? "none",
    bootLog,
    // A ship on hold does not come up by itself: its unit rests, but that is no rest anybody wanted.
    unit: heldState(unitState(one.get("unit") ?? ""), one.has("hold")),
    unitEnabled: one.get("enabled") === "enabled",
    unitLog,
    fence: parseFence(record),
    live: one.get("live") === "yes",
  };
}

function oneOf<const T extends string>(text: string | undefined, known: readonly T[]): T | null {
  return known.find((word) => word === text) ?? null;
}

/** A unit that waits for its next try has failed; one on its way up or down still counts as running. */
function unitState(text: string): ShipState["unit"] {
  const [load, active, sub] = text.split(" ");
  if (load !== "loaded") return "absent";
  if (active === "failed" || sub === "auto-restart") return "failed";
  return active === "active" || active === "activating" || active === "deactivating" || active === "reloading"
    ? "active"
    : "inactive";
}

function heldState(unit: ShipState["unit"], hold: boolean): ShipState["unit"] {
  return hold && unit === "inactive" ? "failed" : unit;
}

/** The record of a ship that was given away is no fence. */
export function parseFence(lines: readonly string[]): Fence | null {
  const field = (name: string) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const token = field("token");
  if (field("held") !== "yes" || !/^\d{1,15}$/.test(token)) return null;
  return { ship: field("ship"), token: Number(token), machineId: field("machine"), run: field("run") };
}
