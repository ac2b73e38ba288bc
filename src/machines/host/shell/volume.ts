import { LAYOUT } from "../../../urbit/layout.ts";
import { VOLUME } from "../resources/volume.ts";

/**
 * A LUKS2 volume under a directory, and the way there and back. What lies in the directory is never in two places where
 * a ship could start from both: it is renamed to where nothing starts it, copied, held digest against digest, and only
 * then is the volume mounted in its place and the former copy deleted. Each step can be cut off and gone on with.
 *
 * `former`: as it was before, until the volume holds a verified copy. `back`: on the way back, not verified yet.
 * `home`: on the way back, verified. `bound`: ships whose pier was the one their fence knows, so that the fence may
 * follow them. `uuid`: of the volume we made; what has another is not ours to wipe.
 */
export const VOLUME_LIBRARY = `V="$R${VOLUME.folder}" MAPPER=/dev/mapper/${VOLUME.name} PASSPHRASE=${VOLUME.passphrase} KEY="$R${VOLUME.key}"
volume_holds() {
  source=$(findmnt -n -o SOURCE --target "$1" 2>/dev/null) || return 1
  lsblk -nso TYPE -- "\${source%%\\[*}" 2>/dev/null | grep -q '^crypt' && [ ! -e "$V/former" ]
}
volume_mounted() { [ "$(findmnt -n -o SOURCE --mountpoint "$1" 2>/dev/null)" = "$MAPPER" ]; }
volume_idle() {
  unit=$(systemctl list-units --plain --no-legend --state=active,activating,deactivating 'urbit-*.service' 'slipway-boot-*.service' | head -n 1)
  [ -z "$unit" ] || { echo "\${unit%% *} runs: a pier is moved only while its ship is stopped"; return 1; }
  user=$(find /proc/[0-9]*/cwd /proc/[0-9]*/fd -maxdepth 1 \\( -lname "$1" -o -lname "$1/*" \\) 2>/dev/null | head -n 1)
  [ -z "$user" ] || { user=\${user#/proc/}; echo "process \${user%%/*} uses $1"; return 1; }
}
volume_identity() { printf '%s:%s' "$(stat -c %i "$1")" "$(head -c 64 "$1/.slipway-id" 2>/dev/null | tr -cd 'a-z0-9-')"; }
volume_note() {
  : >"$V/bound"
  for pier in "$1"/*/; do
    pier=\${pier%/} name=\${pier##*/}
    [ -f "$R${LAYOUT.fenceDirectory}/$name" ] && grep -qxF "pier=$(volume_identity "$pier")" "$R${LAYOUT.fenceDirectory}/$name" && echo "$name" >>"$V/bound"
  done
  sync "$V/bound"
}
volume_rebind() {
  while read -r name; do
    ( umask 077; exec 8>>"$R${LAYOUT.runDirectory}/$name.lock"; flock 8
      fence=$R${LAYOUT.fenceDirectory}/$name
      sed "s/^pier=.*/pier=$(volume_identity "$1/$name")/" "$fence" >"$fence.new" && sync "$fence.new" && mv -f "$fence.new" "$fence" ) || return 1
  done <"$V/bound"
}
volume_listing() {
  (cd "$1" && { find . ! -type d -printf '%y %m %U %G %n %l %p\\n' | sort; find . -type d -printf '%m %U %G %p\\n' | sort; find . -type f -print0 | sort -z | xargs -0 -r sha256sum --; }) | sha256sum
}
volume_copy() {
  find "$2" -mindepth 1 -delete && cp -a --sparse=always -- "$1/." "$2/" && sync -f "$2" || return 1
  echo 3 >/proc/sys/vm/drop_caches 2>/dev/null
  [ "$(volume_listing "$1")" = "$(volume_listing "$2")" ] || { echo "the copy of $1 differs from it; the copy is not used"; return 1; }
}
volume_secret() { if [ "$1" = key-file ]; then cat "$KEY"; else tr -d '\\n' <"$PASSPHRASE"; fi; }
volume_make() {
  source=\${2:-$V/piers.luks}
  if [ -s "$V/uuid" ] && [ "$(cryptsetup luksUUID "$source" 2>/dev/null)" = "$(cat "$V/uuid")" ]; then return 0; fi
  used=$(du -sm -- "$1" | cut -f1)
  if [ -n "$2" ]; then
    [ -b "$2" ] || { echo "$2 is no block device"; return 1; }
    if findmnt -n --source "$2" >/dev/null || [ "$(lsblk -nro NAME -- "$2" | wc -l)" != 1 ] || [ -n "$(wipefs -n -- "$2")" ]; then
      echo "$2 is not empty: left alone ($(lsblk -nro FSTYPE,MOUNTPOINT -- "$2" | tr '\\n' ' '))"; return 1
    fi
    size=$(($(blockdev --getsize64 "$2") / 1048576))
    [ $size -ge $((used * 12 / 10 + 64)) ] || { echo "$2 is too small for $used MiB of piers"; return 1; }
  else
    free=$(df -m --output=avail -- "$V" | tail -n 1)
    size=$((free * ${VOLUME.percentOfFree} / 100))
    [ $size -ge $((used * 12 / 10 + 64)) ] || { echo "$free MiB free: not room enough for a volume beside $used MiB of piers"; return 1; }
    [ -e "$source" ] || (umask 077; fallocate -l "\${size}M" -- "$source") || return 1
  fi
  cat /proc/sys/kernel/random/uuid >"$V/uuid" && sync "$V/uuid" || return 1
  # A key of 64 random bytes needs no slow derivation; a passphrase does.
  set -- "$3"
  [ "$1" != key-file ] || set -- "$1" --pbkdf pbkdf2 --pbkdf-force-iterations 1000
  unlock=$1; shift
  volume_secret "$unlock" | cryptsetup -q luksFormat --type luks2 --uuid "$(cat "$V/uuid")" "$@" --key-file=- -- "$source" || return 1
  [ "$unlock" != tpm2 ] || PASSWORD=$(volume_secret tpm2) systemd-cryptenroll --tpm2-device=auto -- "$source"
}
volume_open() {
  [ -e "$MAPPER" ] || volume_secret "$3" | cryptsetup open --key-file=- -- "\${2:-$V/piers.luks}" ${VOLUME.name}
}
volume_new() { mkdir -p "$V/new" && { volume_mounted "$V/new" || mount "$MAPPER" "$V/new"; }; }
volume_old() { ! volume_mounted "$V/new" || umount "$V/new"; [ ! -d "$V/new" ] || rmdir "$V/new"; }
volume_lines_out() {
  for file in /etc/crypttab /etc/fstab; do
    [ -f "$R$file" ] && grep -qE '^(${VOLUME.name}|/dev/mapper/${VOLUME.name}) ' "$R$file" || continue
    grep -vE '^(${VOLUME.name}|/dev/mapper/${VOLUME.name}) ' "$R$file" >"$R$file.slipway-new"
    chmod --reference="$R$file" "$R$file.slipway-new" && mv -f "$R$file.slipway-new" "$R$file"
  done
  [ ! -e "$V/no-crypttab" ] || [ -s "$R/etc/crypttab" ] || rm -f "$R/etc/crypttab"
  systemctl daemon-reload
}
volume_lines() {
  volume_lines_out
  [ -e "$R/etc/crypttab" ] || : >"$V/no-crypttab"
  source=\${2:+UUID=$(cat "$V/uuid")} how="$KEY luks,nofail"
  case $3 in
  person) how='none luks,nofail,tries=0' ;;
  tpm2) how='none luks,nofail,tpm2-device=auto' ;;
  esac
  printf '%s %s %s\\n' ${VOLUME.name} "\${source:-$V/piers.luks}" "$how" >>"$R/etc/crypttab" &&
    printf '%s %s ext4 nodev,nosuid,nofail,x-systemd.device-timeout=0 0 2\\n' "$MAPPER" "$1" >>"$R/etc/fstab" &&
    sync "$R/etc/crypttab" "$R/etc/fstab" && systemctl daemon-reload
}
volume_fill() {
  mkdir -p -m 0700 -- "$1" && volume_copy "$V/former" "$V/new" &&
    chown --reference="$V/former" "$V/new" && chmod --reference="$V/former" "$V/new" &&
    volume_rebind "$V/new" && volume_old && volume_lines "$@" && mount "$1"
}
# The former copy was the only one that could run, and is again.
volume_return() {
  volume_lines_out
  volume_old && rm -rf -- "$V/home" && mv -T -- "$V/former" "$1" || return 1
  [ ! -e "$V/bound" ] || volume_rebind "$1"
}
volume_set() {
  volume_idle "$1" && (umask 077; mkdir -p "$V" "$R${LAYOUT.runDirectory}") || return 1
  if ! volume_mounted "$1"; then
    if findmnt --mountpoint "$1" >/dev/null; then echo "$1 is a mount of its own that is not encrypted: left alone"; return 1; fi
    if [ "$3" = key-file ]; then
      [ -s "$KEY" ] || (umask 077; { [ -d "\${KEY%/*}" ] || { : >"$V/made-keys" && mkdir -p "\${KEY%/*}"; }; } && head -c 64 /dev/urandom >"$KEY.new" && sync "$KEY.new" && mv -f "$KEY.new" "$KEY") || return 1
    elif [ ! -e "$MAPPER" ] && [ ! -s "$PASSPHRASE" ]; then echo "the passphrase is not at $PASSPHRASE"; return 1; fi
    volume_make "$@" && volume_open "$@" || return 1
    [ -n "$(blkid -p -s TYPE -o value "$MAPPER")" ] || mkfs.ext4 -q -m 1 "$MAPPER" || return 1
    volume_new || return 1
    if [ ! -e "$V/former" ]; then volume_note "$1"; mv -T -- "$1" "$V/former" || return 1; fi
    volume_fill "$@" || { volume_return "$1"; return 1; }
  fi
  rm -rf -- "$V/former" "$V/bound" && rm -f -- "$PASSPHRASE"
}
restore_volume() {
  [ -d "$V" ] || return 0
  volume_idle "$1" || return 1
  volume_lines_out
  if volume_mounted "$1"; then rm -rf -- "$V/former" && umount "$1" || return 1; fi
  if [ -e "$V/former" ]; then volume_return "$1" || return 1
  elif [ ! -e "$V/home" ] && [ -e "$MAPPER" ]; then
    volume_new || return 1
    [ -e "$V/back" ] || volume_note "$V/new"
    mkdir -p "$V/back" && volume_copy "$V/new" "$V/back" && chown --reference="$V/new" "$V/back" &&
      chmod --reference="$V/new" "$V/back" && volume_rebind "$V/back" && mv -T "$V/back" "$V/home" || return 1
  fi
  if [ -e "$V/home" ]; then
    volume_old && mv -T -- "$V/home" "$1" || return 1
  elif [ ! -d "$1" ]; then echo "the volume is locked: open it first: cryptsetup open \${2:-$V/piers.luks} ${VOLUME.name}"; return 1; fi
  volume_old
  [ ! -e "$MAPPER" ] || cryptsetup close ${VOLUME.name} || return 1
  if [ -n "$2" ] && [ "$(cryptsetup luksUUID "$2" 2>/dev/null)" = "$(cat "$V/uuid" 2>/dev/null)" ]; then
    cryptsetup -q erase "$2"; wipefs -qa -- "$2" || return 1
  fi
  rm -f -- "$KEY"
  [ ! -e "$V/made-keys" ] || rmdir -- "\${KEY%/*}" "\${KEY%/*/*}" 2>/dev/null
  rm -rf -- "$V"
}`;
