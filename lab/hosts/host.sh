#!/bin/sh
# Runs one host of the lab until it is powered off, through its reboots.
#   host.sh NETNS NAME ROOT [OPTION OF NSPAWN]…
# Runs in a mount namespace of its own: the container needs a cgroup tree it may write to.
set -u
netns=$1 name=$2 root=$3
shift 3
umount -R /sys/fs/cgroup 2>/dev/null
mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit 1
group=/sys/fs/cgroup/slipway-lab-$netns-$name
mkdir -p "$group" && echo $$ > "$group/cgroup.procs" || exit 1
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
child=
trap 'stop=1; [ -n "$child" ] && kill -TERM "$child" 2>/dev/null' TERM
stop=
while :; do
  nsenter --net="/run/netns/$netns" systemd-nspawn -q --register=no --keep-unit -D "$root" -M "$name" \
    --boot --network-bridge=br0 --console=read-only --kill-signal=SIGRTMIN+4 "$@" </dev/null >"$root.console" 2>&1 &
  child=$!
  echo "$child" > "$root.pid"
  wait "$child"; code=$?
  # A signal interrupts wait: the container is still ending.
  while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
  [ -n "$stop" ] && break
  [ "$code" = 133 ] || break
done
rm -f "$root.pid"
