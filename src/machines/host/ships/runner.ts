import { LAYOUT } from "../../../urbit/layout.ts";

export function runnerFile(root = ""): string {
  return `${root}${LAYOUT.libDirectory}/boot`;
}

/** The filter of vere's output as the host keeps it (`FILTER_SED`). */
export function filterFile(root = ""): string {
  return `${root}${LAYOUT.libDirectory}/filter.sed`;
}

/**
 * Runs one first boot inside its transient unit, as root only to hand vere to the ship's user and to keep the log where
 * that user cannot touch it. The log sees vere's output only through the filter, since vere echoes a bad key whole.
 * What happened stands in `end`: `exit N` and `live yes|no`; without that file the attempt was cut off.
 */
export function runnerScript(root = ""): string {
  return String.raw`#!/bin/sh
# Written by slipway; changes are overwritten.
# usage: boot NAME
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
LC_ALL=C; export LC_ALL
name=$1
case $name in ''|*[!a-z-]*) exit 2;; esac
boot='${root}${LAYOUT.bootDirectory}'/$name
key='${root}${LAYOUT.runDirectory}'/$name.key
pier='${root}${LAYOUT.home}'/$name
trap '' TERM HUP INT
cd '${root}${LAYOUT.home}' || exit 2
set --
while IFS= read -r word; do set -- "$@" "$word"; done < "$boot/argv"
vere=$1
as_ship() { setpriv --reuid ${LAYOUT.user} --regid ${LAYOUT.group} --init-groups --inh-caps=-all --no-new-privs -- env -i PATH="$PATH" HOME='${root}${LAYOUT.home}' sh -c 'umask 077; exec "$@"' sh "$@"; }
{ as_ship "$@" 2>&1 </dev/null; echo $? > "$boot/status"; } | sed -u -E -f '${filterFile(root)}' >> "$boot/log"
rm -f "$key"
status=$(cat "$boot/status" 2>/dev/null || echo 1)
live=no
grep -q '^pier ([0-9.]*): live' "$boot/log" && live=yes
# A boot that was resumed has no copy of its binary in the pier.
if [ "$status" = 0 ] && [ $live = yes ] && [ ! -e "$pier/.run" ]; then
  as_ship "$vere" dock "$pier" 2>&1 </dev/null | sed -u -E -f '${filterFile(root)}' >> "$boot/log"
fi
printf 'exit %s\nlive %s\n' "$status" "$live" > "$boot/end.new" && mv -f "$boot/end.new" "$boot/end"
[ "$status" = 0 ]
`;
}
