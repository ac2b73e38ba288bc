import { SETTLE } from "../resources/fragment.ts";

/**
 * What every batch carries to the host, besides its resources. Everything a no-change run touches is built into the
 * shell (`case`, `${x%%y}`, `read`): each process more costs about a millisecond per host.
 */
export const LIBRARY = `fresh() {
  for family in $1; do
    case $STALE in *$family*) probe_$family; STALE=\${STALE%%$family*}\${STALE#*$family} ;; esac
  done
}
path_now() {
  before=\${STAT%%" $1$NL"*}
  if [ "$before" = "$STAT" ]; then before=absent; return; fi
  before=\${before##*"$NL"}
  raw=$((0x\${before%% *})) before=\${before#* }
  before="$(printf '%04o' $((raw & 07777))) \${before%% *}:\${before#* }"
  case $((raw >> 12)) in 4) before="directory $before" ;; 10) before="symbolic link" ;; 8) ;; *) before="special file" ;; esac
  sum=\${SUMS%%"  $1$NL"*}
  if [ "$sum" != "$SUMS" ]; then sum=\${sum##*"$NL"}; before="$before sha256 \${sum%"\${sum#????????????}"}"; fi
}
user_now() {
  now=\${USERS#*"$NL$1:"}
  if [ "$now" = "$USERS" ]; then now=; else now=\${now%%"$NL"*}; fi
}
unit_now() {
  now=\${UNITS#*"$NL$1|"}
  if [ "$now" = "$UNITS" ]; then now=unknown; else now=\${now%%"$NL"*}; fi
}
unit_holds() {
  unit_now "$1"
  case $2$now in yes*'|enabled|'*) ;; yes*) return 1 ;; no*'|enabled|'*) return 1 ;; esac
  case $3$now in yes*'|active' | yes*'|reloading') ;; yes*) return 1 ;; no*'|active' | no*'|reloading' | no*'|activating') return 1 ;; esac
}
sysctl_now() {
  now=
  { read -r now <"$1"; } 2>/dev/null
  set -f; set -- $now; set +f
  now=$*
}
line_holds() {
  if [ -n "$3" ] && first=$(grep -m1 -E -e "$3" -- "$1" 2>/dev/null); then [ "$first" = "$2" ]; else grep -qxF -e "$2" -- "$1" 2>/dev/null; fi
}
line_now() {
  before='no such line'
  if [ ! -e "$1" ]; then before='no such file'; elif [ -n "$3" ] && grep -q -E -e "$3" -- "$1"; then before='another line'; fi
}
file_diff() {
  raw=\${STAT%%" $1$NL"*}
  if [ "$raw" = "$STAT" ]; then why=$($2 | diff -u --label absent --label "$1" /dev/null - | head -n 60); return; fi
  raw=\${raw##*"$NL"}
  if [ $((0x\${raw%% *} & 4)) = 0 ]; then why='the content differs; not shown, the file is private'; return; fi
  why=$($2 | diff -u --label "$1 (now)" --label "$1 (wished)" -- "$1" - | head -n 60)
}
undo_with() { printf '%s\\n' "$1" >"$E/undo.new" && mv "$E/undo.new" "$E/undo"; }
save_path() { if [ -e "$1" ] || [ -L "$1" ]; then [ -d "$1" ] && [ ! -L "$1" ] || cp -a -- "$1" "$E/saved"; fi; }
save_directory() { if [ -d "$1" ]; then stat -c '%a %u:%g' -- "$1" >"$E/mode"; fi; }
save_unit() { unit_now "$1"; printf '%s\\n' "$now" >"$E/state"; }
save_sysctl() { if [ -e "$1" ]; then IFS= read -r now <"$1"; printf '%s\\n' "$now" >"$E/value"; fi; }
save_user() {
  user_now "$1"
  printf '%s\\n' "$now" >"$E/user"
  if [ -e "$2" ]; then :; else : >"$E/no-home"; fi
}
save_line() {
  [ ! -e "$1" ] || cp -a -- "$(readlink -f -- "$1")" "$E/saved" || return 1
  if [ -n "$3" ] && [ -e "$1" ]; then grep -m1 -E -e "$3" -- "$1" >"$E/old"; fi
  return 0
}
parents() {
  [ -n "\${1%/*}" ] && [ ! -d "\${1%/*}" ] || return 0
  parents "\${1%/*}" && printf '%s\\n' "\${1%/*}" >>"$E/made" && mkdir -m 0755 -- "\${1%/*}"
}
put() {
  if [ -d "$1" ] && [ ! -L "$1" ]; then echo "$1 is a directory"; return 1; fi
  new=$1.slipway-$$
  if [ -e "$new" ] || [ -L "$new" ]; then rm -f -- "$new"; fi
  # Made as it shall be where a new file can be: each process more costs about two milliseconds.
  case $3 in 0644) umask 022 ;; 0640) umask 027 ;; *) umask 077 ;; esac
  set -C; "$4" >"$new" && written=yes || written=no; set +C; umask 022
  if [ $written = yes ] && { [ -z "\${5:-}" ] || digest_is "$new" "$5"; } &&
    { [ "$2" = root:root ] && [ ! -g "\${1%/*}" ] || chown "$2" "$new"; } &&
    case $3 in 0644 | 0640 | 0600) ;; *) chmod "$3" "$new" ;; esac && mv -fT -- "$new" "$1"; then return 0; fi
  rm -f -- "$new"
  return 1
}
digest_is() {
  sum=$(sha256sum <"$1")
  [ "\${sum%% *}" = "$2" ] || { echo "other bytes than promised: SHA-256 \${sum%% *}"; return 1; }
}
fetch() {
  if command -v curl >/dev/null; then curl -fsSL --proto =https --connect-timeout 20 --max-time 900 -- "$1"
  elif command -v wget >/dev/null; then wget -q --https-only -T 60 -O - -- "$1"
  else echo 'neither curl nor wget is installed' >&2; return 1; fi
}
make_directory() {
  if [ -L "$1" ]; then echo "$1 is a symbolic link; left alone"; return 1; fi
  { [ -d "$1" ] || mkdir -m 0700 -- "$1"; } && chown "$2" "$1" && chmod "$3" "$1"
}
make_user() {
  if [ -s "$E/user" ] && [ -n "$(cat "$E/user")" ]; then usermod -d "$2" -s "$3" "$1" || return 1
  elif getent group "$1" >/dev/null; then useradd --system -g "$1" --no-create-home --home-dir "$2" --shell "$3" "$1" || return 1
  else useradd --system --user-group --no-create-home --home-dir "$2" --shell "$3" "$1" || return 1; fi
  [ -e "$2" ] || { parents "$2" && mkdir -m 0750 -- "$2" && chown "$1:" "$2"; }
}
# Exit 5: not known. Before systemd 246 a unit that others name stays so until a reload.
unit_start() {
  systemctl "$@" && return
  [ $? = 5 ] && systemctl daemon-reload && systemctl "$@"
}
unit_set() {
  verb=enable
  [ "$2" = yes ] || verb=disable
  unit_now "$1"
  # Enabling alone would reload all of systemd each time. It is told of what it has read in an older form, before that is
  # started; a unit it never saw it reads by itself.
  case $5$verb$now in
  noenable*'|enabled|'* | nodisable*'|disabled|'*) ;;
  *) systemctl -q --no-reload $verb "$1" || return 1 ;;
  esac
  case $4$now in yes'not-found|'*) older=no ;; yes*) older=yes ;; *) older=no ;; esac
  case $older$EFFECTS in yes* | *' systemd'*) systemctl daemon-reload || return 1 ;; esac
  # Also forgets how often it was started lately: our own restarts must not trip systemd's start limit.
  systemctl -q reset-failed "$1" 2>/dev/null
  case $3 in
  yes) if [ "$4" = yes ]; then unit_start restart "$1"; else unit_start start "$1"; fi ;;
  no) systemctl stop "$1" ;;
  *) if [ "$4" = yes ]; then systemctl try-restart "$1"; fi ;;
  esac
}
sysctl_set() {
  [ -e "$1" ] || { echo 'this kernel has no such setting'; return 1; }
  { printf '%s\\n' "$2" >"$1"; } 2>/dev/null || { echo 'the kernel refuses it (in a container this setting belongs to the machine below)'; return 1; }
}
line_set() {
  target=$(readlink -f -- "$1") || return 1
  new=$(mktemp -- "$target.XXXXXXXX") || return 1
  at=
  [ -z "$3" ] || [ ! -e "$target" ] || at=$(grep -n -m1 -E -e "$3" -- "$target") && at=\${at%%:*}
  if [ -e "$target" ]; then cp -a -- "$target" "$new"; else chmod 0644 "$new"; fi
  if [ -n "$at" ]; then
    { head -n $((at - 1)) -- "$target"; printf '%s\\n' "$2"; tail -n +$((at + 1)) -- "$target"; } >"$new"
  else
    { if [ -s "$target" ]; then cat -- "$target"; [ -z "$(tail -c1 -- "$target")" ] || echo; fi; printf '%s\\n' "$2"; } >"$new"
  fi && mv -fT -- "$new" "$target" && sha256sum <"$target" >"$E/after"
}
sshd_accepts() {
  command -v sshd >/dev/null || return 0
  mkdir -p /run/sshd
  sshd -t && return 0
  echo "sshd refuses $1; it was put back"
  if [ -e "$E/saved" ]; then cp -a -- "$E/saved" "$1"; else rm -f -- "$1"; fi
  return 1
}
settle() {
  case $EFFECTS in *sshd*) sshd_reload || return 1 ;; esac
${SETTLE}
  EFFECTS=
}
sshd_reload() {
  if systemctl -q is-active ssh.socket; then systemctl daemon-reload; systemctl restart ssh.socket; fi
  systemctl try-reload-or-restart ssh.service
}
packages_list() { dpkg-query -W -f '\${db:Status-Status} \${binary:Package}\\n' | sed -n 's/^installed //p' | sort; }
packages_note() {
  packages_list >"$E/packages.$1" && getent passwd | cut -d: -f1 | sort >"$E/users.$1" &&
    getent group | cut -d: -f1 | sort >"$E/groups.$1" && find /etc | sort >"$E/etc.$1"
}
apt_install() {
  command -v apt-get >/dev/null || { echo 'no apt-get: packages are installed on Debian and Ubuntu only'; return 1; }
  DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends -o Dpkg::Options::=--force-confdef \\
    -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=120 install -- "$@"
  result=$?
  packages_note 1
  return $result
}
apt_lists() {
  [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mmin -60 2>/dev/null | head -n 1)" ] ||
    apt-get -q -o Acquire::Retries=1 -o Acquire::http::Timeout=20 update >&2 || :
}`;
