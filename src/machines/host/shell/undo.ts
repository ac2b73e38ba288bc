import { FIREWALL, FIREWALL_FILES } from "../resources/firewall.ts";
import { effectCases, SETTLE } from "../resources/fragment.ts";
import { PRELUDE, RECORDS } from "./common.ts";
import { VOLUME_LIBRARY } from "./volume.ts";

/** Where a batch's undo journal lies on the host. Root's alone: it holds what files held before. */
export function journalPath(batch: string): string {
  return `/var/lib/slipway/undo/${batch}`;
}

/** What takes an unconfirmed batch back when the host went down before its timer fired. `batch` may be a shell variable. */
export function rescueUnit(batch: string): { readonly file: string; readonly link: string } {
  const name = `slipway-unconfirmed-${batch}.service`;
  return { file: `/etc/systemd/system/${name}`, link: `/etc/systemd/system/multi-user.target.wants/${name}` };
}

export const LOCK = "/run/slipway-converge.lock";

/**
 * The script that undoes a batch, stored on the host beside the journal: the host's own timer runs it when we are cut
 * off. Entries are undone newest first, and those numbered up to `$1` are left alone (they were confirmed earlier). An
 * entry is deleted only when it is undone, so a second run goes on where the first one stopped.
 */
export function undoScript(root: string, batch: string): string {
  return `#!/bin/sh
# Undoes what Slipway's batch ${batch} changed on this host, newest change first. Run it as root: sh undo.sh
${PRELUDE}
umask 077
export DEBIAN_FRONTEND=noninteractive
R='${root.replaceAll("'", `'\\''`)}' J="$R${journalPath(batch)}" SINCE=\${1:-0} EFFECTS= MARK=\${SLIPWAY_MARK:-undo}
[ -d "$J" ] || exit 0
{ true >&3; } 2>/dev/null || exec 3>&1
exec 9>"$R${LOCK}"
${TURN}
${RECORDS}
${VOLUME_LIBRARY}
${BODY}
settle 9>&-
[ "$FAILED" != 0 ] || rm -f -- "$J/since" "$J/confirmed" "$R${rescueUnit(batch).file}" "$R${rescueUnit(batch).link}"
left=$(find "$J" -maxdepth 1 -name 'e*' | head -n 1)
if [ -z "$left" ]; then
  rm -rf -- "$J"
  rmdir -- "$R/var/lib/slipway/undo" "$R/var/lib/slipway" "$R/etc/slipway" 2>/dev/null
fi
[ "$FAILED" = 0 ]
`;
}

/**
 * Waits for the batch to end as long as it gets on. One that hangs may hang because of what keeps us out, and one that
 * was killed can leave a part of itself at work: what of its session holds the lock is ended then, and nobody else's.
 * Installing and fetching may take long.
 */
const TURN = `newest() { ls -- "$J" | sed -n 's/^e\\([0-9]*\\)$/\\1/p' | sort -n | tail -n 1; }
end_batch() {
  for process in /proc/[0-9]*; do
    read -r line 2>/dev/null <"$process/stat" || continue
    set -- "$session" \${line##*) }
    [ "$5" = "$1" ] || continue
    for open in "$process"/fd/*; do [ ! "$open" -ef "$R${LOCK}" ] || kill -9 "\${process#/proc/}"; done
  done
}
turn() {
  flock -n 9 && return
  shell= session=none
  { read -r shell session <"$J/at-work"; } 2>/dev/null
  while kill -0 "$shell" 2>/dev/null; do
    at=$(newest)
    case $(sed -n 2p "$J/e$at/what" 2>/dev/null) in package | download) patience=900 ;; *) patience=60 ;; esac
    flock -w $patience 9 && return
    [ "$at" != "$(newest)" ] || break
  done
  end_batch
  flock -w 900 9
}
turn`;

const BODY = `mark_effect() {
  ${effectCases()}
}
restore_path() {
  if [ -e "$E/saved" ] || [ -L "$E/saved" ]; then
    cp -a -- "$E/saved" "$1.slipway-undo" && mv -fT -- "$1.slipway-undo" "$1"
  elif [ -d "$1" ] && [ ! -L "$1" ]; then :
  else rm -f -- "$1"; fi
}
remove_empty() {
  [ -e "$1" ] || return 0
  rmdir -- "$1" 2>/dev/null && return 0
  echo "$1 is left: it holds what Slipway did not put there ($(ls -A -- "$1" | head -n 3 | tr '\\n' ' '))"
  return 1
}
restore_directory() {
  if [ -f "$E/mode" ]; then read -r mode owner <"$E/mode"; chown "$owner" "$1" && chmod "0$mode" "$1"; else remove_empty "$1"; fi
}
restore_line() {
  if [ -f "$E/after" ] && [ "$(sha256sum <"$1")" = "$(cat "$E/after")" ]; then restore_path "$(readlink -f -- "$1")"; return; fi
  [ -e "$1" ] || return 0
  at=$(grep -n -m1 -xF -e "$2" -- "$1") || return 0
  at=\${at%%:*}
  new=$(mktemp -- "$1.XXXXXXXX") && cp -a -- "$1" "$new" &&
    { head -n $((at - 1)) -- "$1"; if [ -s "$E/old" ]; then cat "$E/old"; fi; tail -n +$((at + 1)) -- "$1"; } >"$new" && mv -fT -- "$new" "$1"
}
restore_sysctl() { if [ -f "$E/value" ]; then cat "$E/value" >"$1" 2>/dev/null || :; fi; }
restore_user() {
  old=$(cat "$E/user")
  if [ -n "$old" ]; then
    was=\${old%:*}
    usermod -d "\${was##*:}" -s "\${old##*:}" "$1" || return 1
  elif getent passwd "$1" >/dev/null; then
    # A login that just ended keeps its session's manager for a while; what runs as a service is not ended, and keeps the user.
    loginctl terminate-user "$1" 2>/dev/null
    for wait in 0 1 1 1 2 5; do sleep "$wait"; userdel "$1" 2>"$E/why" && break; done
    if getent passwd "$1" >/dev/null; then cat "$E/why"; return 1; fi
    ! getent group "$1" >/dev/null || groupdel "$1" || return 1
  fi
  if [ -e "$E/no-home" ]; then remove_empty "$2"; fi
}
restore_unit() {
  IFS='|' read -r load enabled active <"$E/state"
  case $load in
  loaded | masked) ;;
  *) systemctl -q disable --now "$1" 2>/dev/null; [ -z "$2" ] || restore_path "$2"; systemctl daemon-reload; systemctl -q reset-failed "$1" 2>/dev/null; return 0 ;;
  esac
  if [ "$enabled" = enabled ]; then :; else systemctl -q disable "$1" 2>/dev/null; fi
  [ -z "$2" ] || restore_path "$2"
  systemctl daemon-reload
  if [ "$enabled" = enabled ]; then systemctl -q enable "$1"; fi
  if [ "$active" = active ]; then if [ -z "$2" ]; then systemctl start "$1"; else systemctl restart "$1"; fi; else systemctl stop "$1"; fi
}
packages_list() { dpkg-query -W -f '\${db:Status-Status} \${binary:Package}\\n' | sed -n 's/^installed //p' | sort; }
restore_packages() {
  [ -f "$E/packages.1" ] || packages_list >"$E/packages.1"
  [ -f "$E/etc.1" ] || find /etc | sort >"$E/etc.1"
  comm -13 "$E/packages.0" "$E/packages.1" >"$E/added"
  if [ -s "$E/added" ]; then
    try=0
    until xargs -r dpkg --purge <"$E/added" >"$E/out" 2>&1; do
      try=$((try + 1))
      if [ $try -gt 30 ] || ! grep -q 'lock' "$E/out"; then cat "$E/out"; return 1; fi
      sleep 2
    done
  fi
  for what in users groups; do
    [ -f "$E/$what.1" ] || continue
    comm -13 "$E/$what.0" "$E/$what.1" | while read -r name; do
      if [ $what = users ]; then ! getent passwd "$name" >/dev/null || userdel "$name"; else ! getent group "$name" >/dev/null || groupdel "$name"; fi
    done
  done
  comm -13 "$E/etc.0" "$E/etc.1" | sort -r | while IFS= read -r path; do
    if [ -d "$path" ] && [ ! -L "$path" ]; then rmdir -- "$path" 2>/dev/null; else rm -f -- "$path"; fi
  done
  return 0
}
firewall_reload() {
  if [ -f ${FIREWALL.table} ]; then nft -f ${FIREWALL.table} && nft -s -t list table inet slipway >${FIREWALL.loaded}
  else nft delete table inet slipway 2>/dev/null || :; fi
}
ufw_delete() {
  grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf || return 0
  ufw delete allow from "$3" to any port "$2" proto "$1"
}
restore_firewall() {
  [ -e "$E/had-unit" ] || systemctl -q disable --now ${FIREWALL.unit} 2>/dev/null
  number=0
  for file in ${FIREWALL_FILES}; do
    number=$((number + 1))
    if [ -e "$E/fw.$number" ]; then cp -a -- "$E/fw.$number" "$file" || return 1
    else case $file in *slipway*) rm -f -- "$file" ;; esac; fi
  done
  systemctl daemon-reload
  systemctl -q reset-failed ${FIREWALL.unit} 2>/dev/null
  if grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then ufw reload; else firewall_reload; fi
}
settle() {
  case $EFFECTS in *sshd*)
    if systemctl -q is-active ssh.socket; then systemctl daemon-reload; systemctl restart ssh.socket; fi
    systemctl try-reload-or-restart ssh.service ;;
  esac
${SETTLE}
}
FAILED=0
for entry in $(ls -r -- "$J" | grep '^e[0-9]*$'); do
  E=$J/$entry
  [ "\${entry#e}" -gt "$SINCE" ] || continue
  if [ ! -f "$E/undo" ]; then rm -rf -- "$E"; continue; fi
  { read -r id; read -r kind; read -r path; read -r after; } <"$E/what"
  mark_effect "$path"
  if output=$( (. "$E/undo") 2>&1 3>&- 9>&-); then
    if [ -f "$E/made" ]; then sort -r "$E/made" | xargs -r -d '\\n' rmdir -- 2>/dev/null; fi
    rm -rf -- "$E"
    printf '%s undo changed\\n' "$MARK" >&3
    output=
  else
    FAILED=1
    printf '%s undo failed\\n' "$MARK" >&3
  fi
  field i "$id"; field k "$kind"; field b "$after"; field a 'as it was before'; field w "$output"
done`;
