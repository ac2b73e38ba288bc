import { LAYOUT } from "../../../urbit/layout.ts";

/** Exit statuses of the guard, beside 0 and 1 (`check` refuses: the unit stays inactive and is not tried again). */
export const GUARD = { stale: 41, foreign: 42, refused: 43, missing: 44 } as const;

/** Where the host keeps the guard. */
export function guardFile(root = ""): string {
  return `${root}${LAYOUT.libDirectory}/fence`;
}

/**
 * The script on the host that guards a ship's starts. It belongs to the host, not to us: a worker that stalled and
 * wakes up later, a pier copied elsewhere, a cloned disk and a plain `systemctl start` all meet it.
 *
 *   raise NAME TOKEN MACHINE RUN   takes a higher token (the same one again only for the same run); another run ends a hold
 *   drop NAME TOKEN                gives the ship away; its token stays the highest this host has seen
 *   require NAME TOKEN             0 when the token is the current one
 *   bind NAME TOKEN                notes which directory is the ship's pier
 *   check NAME                     may the unit start? (ExecCondition)
 *   start NAME TOKEN UNIT          require, check, and `systemctl start --no-block`, as one
 *   ended NAME                     after every end: a refused double boot puts the ship on hold (ExecStopPost)
 *
 * The record is read line by line and never run. The pier is known by its inode and an id of ours inside: a copy on the
 * same host has another inode, one on another host has no record. Not by device number, which may change at any boot.
 */
export function guardScript(root = ""): string {
  return String.raw`#!/bin/sh
# Written by slipway; changes are overwritten.
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
LC_ALL=C; export LC_ALL
root='${root}'
verb=$1 name=$2
case $name in ''|*[!a-z-]*) echo "slipway: bad name" >&2; exit 2;; esac
file=$root${LAYOUT.fenceDirectory}/$name
pier=$root${LAYOUT.home}/$name
machine=$(cat "$root/etc/machine-id" 2>/dev/null)
lock=$root${LAYOUT.runDirectory}/$name.lock
umask 077
mkdir -p "$root${LAYOUT.runDirectory}"
# One at a time per ship. The caller may hold the lock already: then it says so. The end of a ship takes no lock: who
# stops a ship may hold it until the ship has ended.
if [ "$verb" != ended ] && [ "$${"{"}SLIPWAY_LOCKED:-}" != "$name" ]; then exec 9>>"$lock"; flock 9; fi

field() { sed -n "s/^$1=//p" "$file" 2>/dev/null | head -n 1; }
token=$(field token); held=$(field held); holder=$(field machine); run=$(field run); known=$(field pier)
case $token in ''|*[!0-9]*) token=0;; esac
# The lock file remembers the highest token after the record of a ship without a pier is gone (until the host restarts):
# a rollback leaves nothing on the disk, and a worker that stalled before it still comes too late.
past=$(head -c 20 "$lock" 2>/dev/null)
case $past in ''|*[!0-9]*) past=0;; esac
if [ "$past" -gt "$token" ]; then token=$past; fi

write() {
  mkdir -p "$root${LAYOUT.fenceDirectory}"
  printf '%s' "$token" > "$lock"
  printf 'ship=~%s\ntoken=%s\nheld=%s\nmachine=%s\nrun=%s\npier=%s\n' "$name" "$token" "$held" "$holder" "$run" "$known" > "$file.new" &&
  sync "$file.new" 2>/dev/null; mv -f "$file.new" "$file" && sync "$root${LAYOUT.fenceDirectory}" 2>/dev/null; return 0
}
# Also to the host's journal: the worker that is turned away may not live to tell. What a unit is told stands there anyway.
say() { echo "slipway: refused: $1"; [ -n "$root" ] || [ "$verb" = check ] || logger -t slipway "refused: $1" 2>/dev/null || :; }
number() { case $1 in ''|*[!0-9]*|???????????????*) echo "slipway: bad token" >&2; exit 2;; esac; }
current() {
  number "$1"
  if [ "$1" != "$token" ] || [ "$held" != yes ]; then say "token $1 of ~$name is not the current one ($token, held: $${"{"}held:-no})"; exit ${GUARD.stale}; fi
  if [ "$holder" != "$machine" ]; then say "~$name belongs to machine $holder, this is $machine"; exit ${GUARD.foreign}; fi
}
identity() { [ -d "$pier" ] && printf '%s:%s' "$(stat -c %i "$pier")" "$(head -c 64 "$pier/.slipway-id" 2>/dev/null | tr -cd 'a-z0-9-')"; }
may() {
  if [ ! -f "$file" ] || [ "$held" != yes ]; then say "~$name has no lease on this machine"; return 1; fi
  if [ "$holder" != "$machine" ]; then say "~$name belongs to machine $holder, this is $machine"; return 1; fi
  if [ -f "$file.hold" ]; then say "~$name is on hold: $(head -n 1 "$file.hold")"; return 1; fi
  if [ -n "$known" ] && [ "$known" != "$(identity)" ]; then say "this pier of ~$name is not the one that was booted here"; return 1; fi
  return 0
}
bind() {
  [ -d "$pier" ] || return 0
  if [ ! -s "$pier/.slipway-id" ]; then
    # The pier belongs to the ship's user: never write through a link it may have put there.
    rm -f "$pier/.slipway-id"
    id=$(cat /proc/sys/kernel/random/uuid) && (set -C; printf '%s\n' "$id" > "$pier/.slipway-id") && chmod 0644 "$pier/.slipway-id"
  fi
  [ -n "$known" ] || { known=$(identity); write; }
}

case $verb in
raise)
  number "$3"
  case $4 in *[!0-9a-f]*|'') echo "slipway: bad machine id" >&2; exit 2;; esac
  if [ "$4" != "$machine" ]; then say "the fence of ~$name names machine $4, this is $machine"; exit ${GUARD.foreign}; fi
  # A record of another machine came here with a copied disk: only its token is worth something.
  if [ -n "$holder" ] && [ "$holder" != "$machine" ]; then held=no known=; fi
  if [ "$3" -lt "$token" ]; then say "token $3 of ~$name is older than $token"; exit ${GUARD.stale}; fi
  if [ "$3" -eq "$token" ]; then
    if [ "$held" = yes ] && [ "$run" = "$5" ]; then exit 0; fi
    say "token $3 of ~$name was used before"; exit ${GUARD.stale}
  fi
  [ "$held" = yes ] || known=
  # The same run may not talk itself out of a hold: that takes somebody's decision, which is another run.
  [ "$run" = "$5" ] || rm -f "$file.hold"
  token=$3 held=yes holder=$4 run=$5
  write;;
drop)
  number "$3"
  if [ "$3" = "$token" ] && [ "$held" != yes ]; then exit 0; fi
  current "$3"
  held=no known=
  write
  # While a pier is left, the record is: an old token must not start it, after a restart of the host either.
  if [ ! -d "$pier" ]; then rm -f "$file" "$file.hold"; fi;;
require) current "$3";;
bind) current "$3"; bind;;
check) may || exit 1;;
start)
  current "$3"
  [ -d "$pier" ] || { say "~$name has no pier here"; exit ${GUARD.missing}; }
  may || exit ${GUARD.refused}
  bind
  exec systemctl start --no-block "$4" 9>&-;;
ended)
  [ "$${"{"}SERVICE_RESULT:-success}" = success ] && exit 0
  # Refused by us, or on hold already: nothing new.
  if [ "$SERVICE_RESULT" = exec-condition ] || [ -f "$file.hold" ]; then exit 0; fi
  journalctl --sync >/dev/null 2>&1
  if journalctl -q -o cat -u "urbit-$name.service" "_SYSTEMD_INVOCATION_ID=$${"{"}INVOCATION_ID:-none}" 2>/dev/null | grep -m 1 'boot: failed: double-boot detected' > "$file.hold.new"; then
    mv -f "$file.hold.new" "$file.hold"
  else rm -f "$file.hold.new"; fi;;
*) echo "slipway: unknown verb" >&2; exit 2;;
esac
exit 0
`;
}
