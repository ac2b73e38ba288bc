import { sha256 } from "../../../base/canonical.ts";
import { shellQuote } from "../../../base/quote.ts";
import { at, digestHolds, type Fragment, type Place, saveUndo, statHolds } from "./fragment.ts";

export const FIREWALL = {
  directory: "/etc/slipway",
  table: "/etc/slipway/firewall.nft",
  ssh: "/etc/slipway/firewall-ssh.nft",
  rules: "/etc/slipway/firewall.d",
  /** Read before anything is accepted. */
  limits: "/etc/slipway/firewall-limits.d",
  /** The table as the kernel listed it when we last loaded it: what tells a later look that somebody changed it. */
  loaded: "/etc/slipway/firewall.loaded",
  unit: "slipway-firewall.service",
  unitFile: "/etc/systemd/system/slipway-firewall.service",
} as const;

/** Every file a firewall batch may change, ufw's own included: kept by number, in this order, for the undo. */
export const FIREWALL_FILES = [
  FIREWALL.table,
  FIREWALL.ssh,
  FIREWALL.loaded,
  FIREWALL.unitFile,
  "/etc/ufw/user.rules",
  "/etc/ufw/user6.rules",
  "/etc/default/ufw",
].join(" ");

/**
 * Our own table. An `accept` here does not override another table's `drop`, and nobody's `accept` overrides ours.
 * ICMPv6 is whole because neighbour discovery and path MTU need it; DHCP answers come from addresses not yet known.
 */
const TABLE = `# Written by Slipway; a change here is undone by the next converge. Rules: ${FIREWALL.rules}
table inet slipway
delete table inet slipway
table inet slipway {
	chain input {
		type filter hook input priority -5; policy drop;
		ct state established,related accept
		ct state invalid drop
		iif "lo" accept
		ip protocol icmp icmp type { echo-request, destination-unreachable, time-exceeded, parameter-problem } accept
		meta l4proto ipv6-icmp accept
		udp sport 67 udp dport 68 accept
		udp sport 547 udp dport 546 accept
		include "${FIREWALL.limits}/*.nft"
		include "${FIREWALL.ssh}"
		include "${FIREWALL.rules}/*.nft"
	}
}
`;

/** PartOf: Debian's nftables.service flushes every table when it restarts, ours included. */
const UNIT = `[Unit]
Description=Slipway's inbound firewall
Documentation=man:nft(8)
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
After=nftables.service local-fs.target
PartOf=nftables.service
Conflicts=shutdown.target
StartLimitIntervalSec=0

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${FIREWALL.table}
ExecReload=/usr/sbin/nft -f ${FIREWALL.table}

[Install]
WantedBy=sysinit.target
`;

/** Default deny inbound. Where ufw runs the host already, ufw gets the wish instead of a second firewall. */
export function compileFirewall(place: Place): Fragment {
  const [table, unit] = [at(place, FIREWALL.table), at(place, FIREWALL.unitFile)];
  const index = place.index;
  return {
    probes: { firewall: true, paths: [table, unit], digests: [table, unit], units: [FIREWALL.unit] },
    holds: [
      'if [ "$UFW" = yes ]; then ufw_holds; return; fi',
      statHolds("file", table, "0644", "root", "root"),
      digestHolds(table, sha256(TABLE)),
      digestHolds(unit, sha256(UNIT)),
      `unit_holds ${FIREWALL.unit} yes any || return 1`,
      'ssh_kept && [ "$LOADED" = yes ]',
    ].join("\n"),
    before: `if [ "$UFW" = yes ]; then before='ufw, inbound not denied'; elif [ -n "$TABLE" ]; then before='other rules loaded'; else before='no table'; fi`,
    after: "inbound denied but for SSH and the rules",
    define: `fw_table() {\nprintf %s ${shellQuote(TABLE)}\n}\nfw_unit() {\nprintf %s ${shellQuote(UNIT)}\n}`,
    save: `save_firewall && ${saveUndo("restore_firewall")}`,
    apply: "firewall_set",
    diff: index < 0 ? "" : `[ "$UFW" = yes ] || file_diff ${shellQuote(table)} fw_table`,
    effect: "",
  };
}
