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
f machineId "$(cat /etc/machine-id 2>/dev/null)"
f hostname "$(cat /proc/sys/kernel/hostname 2>/dev/null)"
if [ -r /etc/os-release ]; then (. /etc/os-release; f os "\${ID:-unknown}"; f osVersion "\${VERSION_ID:-}"); fi
f arch "$(uname -m)"
f kernel "$(uname -r)"
if have systemd-detect-virt; then f virtualization "$(systemd-detect-virt 2>/dev/null)"; else f virtualization unknown; fi
f init "$(cat /proc/1/comm 2>/dev/null)"
while read -r key value unit; do
  case $key in MemTotal:) f ramKb "$value" ;; SwapTotal:) f swapKb "$value" ;; esac
done <<END
$(cat /proc/meminfo 2>/dev/null)
END
f disk "$(df -Pk /var/lib 2>/dev/null | tail -n 1)"
f inodes "$(df -Pi /var/lib 2>/dev/null | tail -n 1)"
device=$(stat -c %d /var/lib 2>/dev/null || echo 0)
device=$(((device >> 8) & 4095)):$(((device & 255) | ((device >> 12) & 1048320)))
for flag in /sys/dev/block/$device/queue/rotational /sys/dev/block/$device/../queue/rotational; do
  if [ -r "$flag" ]; then read -r spin <"$flag"; f rotational "$spin"; break; fi
done
for pair in chrony:chronyd ntpd:ntpd ntpd:ntpsec timesyncd:systemd-timesyn; do
  if have pgrep && pgrep -x "\${pair#*:}" >/dev/null; then f timeSync "\${pair%%:*}"; break; fi
done
if have systemd-detect-virt && systemd-detect-virt -cq; then f container yes; fi
if have ss; then ss -Hltunp 2>/dev/null | while IFS= read -r line; do f socket "$line"; done; fi
for port in $(sshd -T 2>/dev/null | sed -n 's/^port //p'); do f sshd "$port"; done
if [ -r /etc/ufw/ufw.conf ] && grep -q '^ENABLED=yes' /etc/ufw/ufw.conf; then f firewall ufw
elif have nft && [ -n "$(nft list chains 2>/dev/null | grep 'hook input')" ]; then f firewall nftables
elif have iptables-save && iptables-save 2>/dev/null | grep -qE '^(-A INPUT|:INPUT (DROP|REJECT))'; then f firewall iptables; fi
if have apt-get && have dpkg; then f packageManager apt; fi
for pier in ${LAYOUT.home}/*/.urb; do if [ -d "$pier" ]; then pier=\${pier%/.urb}; f ship "~\${pier##*/}"; fi; done
f end yes`;
