import { FIREWALL, FIREWALL_FILES } from "../resources/firewall.ts";

/** Only in batches with a firewall resource. `$R` is the batch's root. */
export const FIREWALL_LIBRARY = `probe_f() {
  UFW=no TABLE= LOADED=no FILED=no SSHNOW= SSHFILE=
  if [ -r "$R/etc/ufw/ufw.conf" ]; then
    while read -r setting; do case $setting in ENABLED=yes*) UFW=yes ;; esac; done <"$R/etc/ufw/ufw.conf"
  fi
  [ "$UFW" = no ] || return 0
  [ ! -f "$R${FIREWALL.table}" ] || FILED=yes
  [ ! -f "$R${FIREWALL.ssh}" ] || read -r SSHFILE <"$R${FIREWALL.ssh}"
  TABLE=$(nft -s -t list table inet slipway 2>/dev/null) || return 0
  [ ! -f "$R${FIREWALL.loaded}" ] || [ "$TABLE" != "$(cat "$R${FIREWALL.loaded}")" ] || LOADED=yes
  while read -r state r s local rest; do
    case $rest in *'"sshd"'*) SSHNOW="$SSHNOW \${local##*:}" ;; esac
  done <<END
$(ss -Hltnp 2>/dev/null)
END
}
ssh_kept() {
  for port in $SSHNOW; do case $SSHFILE in *" $port,"* | *" $port }"*) ;; *) return 1 ;; esac; done
}
ssh_ports() {
  ports=$(
    ss -Hltnp 2>/dev/null | sed -n '/"sshd"/s/^[^ ]* *[^ ]* *[^ ]* *[^ ]*:\\([0-9]*\\) .*/\\1/p'
    sshd -T 2>/dev/null | sed -n 's/^port //p'
    if systemctl -q is-active ssh.socket 2>/dev/null; then systemctl show -p Listen --value ssh.socket | sed -n 's/.*[]:]\\([0-9][0-9]*\\) (Stream).*/\\1/p'; fi
    set -- \${SSH_CONNECTION:-}; echo "\${4:-}"
  )
  ports=$(printf '%s\\n' "$ports" | grep -E '^[0-9]+$' | sort -nu)
  if [ -n "$ports" ]; then printf '%s\\n' "$ports"; elif command -v sshd >/dev/null; then echo 22; fi
}
save_firewall() {
  number=0
  for file in ${FIREWALL_FILES}; do
    number=$((number + 1))
    [ ! -e "$file" ] || cp -a -- "$file" "$E/fw.$number" || return 1
  done
  if [ -e ${FIREWALL.unitFile} ]; then : >"$E/had-unit"; fi
}
fw_ssh() { printf '%s\\n' "$ports"; }
firewall_set() {
  if [ "$UFW" = yes ]; then
    for port in $(ssh_ports); do ufw allow "$port/tcp" comment 'SSH, kept by Slipway' || return 1; done
    ufw default deny incoming
    return
  fi
  command -v nft >/dev/null || { echo 'nft is not installed: the package nftables has to come first'; return 1; }
  parents ${FIREWALL.rules}/x && parents ${FIREWALL.unitFile} || return 1
  ports=$(ssh_ports | tr '\\n' ',' | sed 's/,$//; s/,/, /g')
  if [ -n "$ports" ]; then ports="tcp dport { $ports } accept comment \\"ssh\\""; else ports='# no SSH server here'; fi
  put ${FIREWALL.ssh} root:root 0644 fw_ssh &&
    put ${FIREWALL.table} root:root 0644 fw_table && put ${FIREWALL.unitFile} root:root 0644 fw_unit &&
    firewall_load && systemctl -q --no-reload enable ${FIREWALL.unit} &&
    { [ ! -e "$E/had-unit" ] || systemctl daemon-reload; } && unit_start restart ${FIREWALL.unit}
}
firewall_load() {
  [ -f ${FIREWALL.table} ] || return 0
  nft -f ${FIREWALL.table} && nft -s -t list table inet slipway >${FIREWALL.loaded}
}
ufw_holds() { grep -qE '^DEFAULT_INPUT_POLICY="?(DROP|REJECT)' /etc/default/ufw; }
ufw_match() {
  case $3 in any) match="$1 $2 0.0.0.0/0 any 0.0.0.0/0 in" ;; *:*) match="$1 $2 ::/0 any $3 in" ;; *) match="$1 $2 0.0.0.0/0 any $3 in" ;; esac
}
ufw_has() { ufw_match "$@"; grep -qsF "### tuple ### allow $match" /etc/ufw/user.rules /etc/ufw/user6.rules; }
ufw_other() { ufw_match "$@"; grep -qsF " $match" /etc/ufw/user.rules /etc/ufw/user6.rules; }
ufw_allow() { ufw allow from "$3" to any port "$2" proto "$1" comment "Slipway: $4"; }`;
