import { dirname } from "node:path/posix";
import { shellQuote } from "../../../base/quote.ts";
import { journalPath, LOCK, rescueUnit } from "./undo.ts";

/**
 * Walks the resources. The probes are asked again only after a change (`STALE` names the kinds that may have become
 * old). Hang-ups are ignored: once begun, a batch ends, whether we are still there or not.
 */
export function driver(undo: string): string {
  const rescue = rescueUnit("$BATCH");
  return `exec 3>&1 1>&2
trap '' HUP PIPE
STALE=pusdnf PKGS=$NL USERS=$NL STAT=$NL SUMS=$NL UNITS=$NL FAILED= EFFECTS= SEQ=0 JOURNAL=no INSTALLED= BROKEN= ARMED=no
step() {
  fresh "$4"
  if h_$1; then
    case " $INSTALLED " in *" $1 "*) rec "$1" changed 'not installed' "$6" '' ;; *) rec "$1" ok "$6" "$6" '' ;; esac
    return
  fi
  before=; b_$1
  case $5 in ?*)
    while IFS= read -r need; do
      case " $FAILED " in *" \${need%%:*} "*) FAILED="$FAILED $1"; rec "$1" failed "$before" "$before" "not tried, because \${need#*:} failed"; return ;; esac
    done <<END
$5
END
  esac
  why=
  if [ "$DRY" = yes ]; then d_$1; rec "$1" changed "$before" "$6" "$why"; return; fi
  [ "$3" != firewall ] || settle
  if ! journal; then FAILED="$FAILED $1"; rec "$1" failed "$before" "$before" "$BROKEN"; return; fi
  entry "$2" "$3" "$8" "$6"
  why=$( { s_$1 && durable && a_$1; } 2>&1 3>&- 9>&-) && done=yes || done=no
  STALE=pusdnf
  if [ $done = yes ]; then
    EFFECTS="$EFFECTS $7"
    case $3$before in unit*'|active' | unit*'|reloading') ;; unit*) started "reload:\${8##*/}" ;; esac
    fresh "$4"
    if h_$1; then rec "$1" changed "$before" "$6" ''; return; fi
    why="still not as wished after the change\${why:+: $why}"
  fi
  FAILED="$FAILED $1"
  fresh "$4"; was=$before; b_$1
  rec "$1" failed "$was" "$before" "$(printf '%s\\n' "$why" | tail -n 12 | cut -c 1-400)"
}
# What was started now has read its settings already.
started() {
  while :; do
    case "$EFFECTS " in *" $1 "*) EFFECTS="\${EFFECTS%%" $1"*}\${EFFECTS#*" $1"}" ;; *) return ;; esac
  done
}
packages() {
  group=$1 index=$2; shift 2
  fresh p
  missing= indexes=
  for name in "$@"; do
    case $PKGS in *"$NL$name installed$NL"*) ;; *) missing="$missing $name" indexes="$indexes $index" ;; esac
    index=$((index + 1))
  done
  [ -n "$missing" ] && [ "$DRY" = no ] && journal || return 0
  apt_lists 9>&-
  set -- $missing
  [ $# -gt 1 ] || return 0
  entry "$group" package '' "$*"
  STALE=pusdnf
  if packages_note 0 && undo_with restore_packages && durable && apt_install "$@" 9>&-; then INSTALLED="$INSTALLED$indexes"; fi
}
entry() {
  SEQ=$((SEQ + 1)) E=$J/e$SEQ
  mkdir "$E" && printf '%s\\n%s\\n%s\\n%s\\n' "$1" "$2" "$3" "$4" >"$E/what"
}
bring() {
  [ -n "$wanted" ] && [ "$DRY" = no ] || return 0
  printf '%s bring%s\\n' "$MARK" "$wanted" >&3
  exit 0
}
refuse() { BROKEN=$1; return 1; }
J=$R/var/lib/slipway/undo/$BATCH
journal() {
  [ "$JOURNAL" = no ] || { [ "$JOURNAL" = yes ]; return; }
  JOURNAL=broken
  { exec 9>"$R${LOCK}"; } 2>/dev/null || { refuse 'this needs root'; return; }
  flock -n 9 || flock -w 300 9 || { refuse 'another batch has been changing this host for five minutes'; return; }
  (umask 077; mkdir -p "$J") && (umask 077; printf %s ${shellQuote(undo)} >"$J/undo.sh.new") && mv "$J/undo.sh.new" "$J/undo.sh" ||
    { refuse 'the undo journal cannot be written'; return; }
  at_work >"$J/at-work"
  SEQ=100000
  for found in "$J"/e*; do
    found=\${found##*/e}
    case $found in *[!0-9]*) ;; *) [ "$found" -le $SEQ ] || SEQ=$found ;; esac
  done
  SINCE=$SEQ
  # What an earlier attempt changed and nobody confirmed is taken back, or confirmed, with this one.
  [ ! -f "$J/since" ] || read -r SINCE <"$J/since"
  if [ "$REVERT" != 0 ]; then arm || { refuse 'the timer that would undo this batch could not be set (systemd-run)'; return; }; fi
  JOURNAL=yes
}
# Who we are, for an undo that finds the lock taken: this shell and its session.
at_work() {
  read -r line </proc/$$/stat
  set -- \${line##*) }
  echo "$$ $4"
}
arm() {
  earlier=no
  [ ! -f "$J/since" ] || earlier=yes
  printf '%s\\n' "$SINCE" >"$J/since" && rm -f "$J/confirmed" && on_next_boot || return 1
  if [ $earlier = yes ]; then
    systemctl -q stop "slipway-revert-$BATCH.timer" "slipway-revert-$BATCH.service" 2>/dev/null
    systemctl -q reset-failed "slipway-revert-$BATCH.timer" "slipway-revert-$BATCH.service" 2>/dev/null
  fi
  systemd-run -q --unit="slipway-revert-$BATCH" --on-active="\${REVERT}s" --timer-property=AccuracySec=100ms \\
    -p TimeoutStartSec=1800 /bin/sh "$J/undo.sh" "$SINCE" 3>&- 9>&-
}
# A host that goes down meanwhile forgets the timer and keeps what was changed: then its next boot takes it back.
on_next_boot() {
  printf '%s\\n' '[Unit]' "Description=Takes back Slipway's batch $BATCH, which nobody confirmed" '[Service]' Type=oneshot \\
    TimeoutStartSec=1800 "ExecStart=/bin/sh $J/undo.sh $SINCE" >"$R${rescue.file}.new" && sync "$R${rescue.file}.new" &&
    mv -f "$R${rescue.file}.new" "$R${rescue.file}" && mkdir -p "$R${dirname(rescue.link)}" && ln -sfn "${rescue.file}" "$R${rescue.link}"
}
durable() { [ "$REVERT" = 0 ] || sync "$E"/* "$E" 2>/dev/null || :; }
finish() {
  settle 3>&- 9>&-
  [ "$DRY" = yes ] || unstage
  if [ "$JOURNAL" = yes ] && [ "$REVERT" != 0 ]; then
    # The countdown starts again now that everything is in place: what counts is whether a new login works.
    arm && ARMED=yes && printf '%s armed %s\\n' "$MARK" "$REVERT" >&3
  fi
  [ "$JOURNAL" != yes ] || rm -f "$J/at-work"
  printf '%s end %s\\n' "$MARK" "$1" >&3
}
# Whoever should have confirmed an earlier attempt may be dead, and a countdown that ends later would undo what is found
# to be right now: this batch's own is stopped before anything is compared, another's is waited for.
outlast() {
  waited=0
  for found in "$R"/var/lib/slipway/undo/*/since; do
    found=\${found%/since}
    [ "$found" != "$J" ] || continue
    while systemctl -q is-active "slipway-revert-\${found##*/}.timer" "slipway-revert-\${found##*/}.service" && [ $waited -lt 300 ]; do
      waited=$((waited + 1)); sleep 1
    done
  done
}
if [ "$DRY" = no ] && [ "$REVERT" != 0 ]; then
  outlast 2>/dev/null
  [ ! -f "$J/since" ] || journal || :
fi`;
}

/**
 * A new connection says that we are still let in: stops the timer unless it has fired already. Of two attempts at one
 * batch the first to get in confirms for both.
 */
export function disarmProgram(batch: string): string {
  const unit = `slipway-revert-${batch}`;
  const journal = journalPath(batch);
  const rescue = rescueUnit(batch);
  return `if systemctl -q is-active ${unit}.timer && systemctl stop ${unit}.timer && ! systemctl -q is-active ${unit}.service &&
  [ -d ${journal} ] && true >${journal}/confirmed && rm -f ${rescue.file} ${rescue.link} ${journal}/since || [ -f ${journal}/confirmed ]; then
  echo confirmed
else echo reverted; fi`;
}
