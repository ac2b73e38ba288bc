import { LAYOUT } from "../../urbit/layout.ts";
import { PRELUDE } from "./shell/common.ts";

/**
 * Asks everything about a host in one round trip: `key=value` lines, some keys more than once. It works on any Linux
 * with a POSIX shell: what a host lacks (apt, systemd) is a fact, not an error.
 */
export const FACTS_PROGRAM = `${PRELUDE}
f() { printf '%s=%s\\n' "$1" "$2"; }
have() { command -v "$1" >/dev/null 2>&1; }
f clock "$(date +%s.%N)"
line() { text=; { read -r text <"$1"; } 2>/dev/null; }
line /etc/machine-id; f machineId "$text"
line /proc/sys/kernel/hostname; f hostname "$text"
if [ -r /etc/os-release ]; then (. /etc/os-release; f os "\${ID:-unknown}"; f osVersion "\${VERSION_ID:-}"); fi
set -- $(uname -rm)
f kernel "\${1:-}"
f arch "\${2:-}"
if have systemd-detect-virt; then f virtualization "$(systemd-detect-virt 2>/dev/null)"; else f virtualization unknown; fi
line /proc/1/comm; f init "$text"
[ ! -r /proc/meminfo ] || while read -r key value unit; do
  case $key in MemTotal:) f ramKb "$value" ;; SwapTotal:) f swapKb "$value" ;; esac
done </proc/meminfo
f disk "$(df -Pk /var/lib 2>/dev/null | tail -n 1)"
f inodes "$(df -Pi /var/lib 2>/dev/null | tail -n 1)"
device=$(stat -c %d /var/lib 2>/dev/null || echo 0)
device=$(((device >> 8) & 4095)):$(((device & 255) | ((device >> 12) & 1048320)))
for flag in /sys/dev/block/$device/queue/rotational /sys/dev/block/$device/../queue/rotational; do
  if [ -r "$flag" ]; then read -r spin <"$flag"; f rotational "$spin"; break; fi
done
have pgrep && clocks=$(pgrep -lx 'chronyd|ntpd|ntpsec|systemd-timesyn') || clocks=
case $clocks in
*chronyd*) f timeSync chrony ;;
*ntp*) f timeSync ntpd ;;
*timesyn*) f timeSync timesyncd ;;
esac
if have systemd-detect-virt && systemd-detect-virt -cq; then f container yes; fi
if have ss; then ss -Hltunp 2>/dev/null | while IFS= read -r line; do f socket "$line"; done; fi
for port in $(sshd -T 2>/dev/null | sed -n 's/^port //p'); do f sshd "$port"; done
if [ -r /etc/ufw/ufw.conf ] && grep -q '^ENABLED=yes' /etc/ufw/ufw.conf; then f firewall ufw
elif have nft && [ -n "$(nft list chains 2>/dev/null | grep 'hook input')" ]; then f firewall nftables
elif have iptables-save && iptables-save 2>/dev/null | grep -qE '^(-A INPUT|:INPUT (DROP|REJECT))'; then f firewall iptables; fi
if have apt-get && have dpkg; then f packageManager apt; fi
for pier in ${LAYOUT.home}/*/.urb; do if [ -d "$pier" ]; then pier=\${pier%/.urb}; f ship "~\${pier##*/}"; fi; done
f end yes`;
