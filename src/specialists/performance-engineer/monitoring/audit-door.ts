import { LAYOUT } from "../../../urbit/layout.ts";
import { pinnedOptions, type Visitor } from "./door.ts";
import { directory, file, running } from "./setting.ts";

/** The account that carries audit records: on the host they come from it can print them, and nothing else. */
const KEEPER = "slipway-audit";

/** Where the monitoring host keeps other hosts' audit records: a folder for each, a journal in it. */
export const KEPT = "/var/lib/slipway-audit";
export const KNOWN_HOSTS = "/etc/slipway/audit/known_hosts.d";
const PRINT = `${LAYOUT.libDirectory}/audit-print`;
const FETCH = `${LAYOUT.libDirectory}/audit-fetch`;

/**
 * Prints the host's audit records since a time it is told, seconds of the Unix clock, then each as it comes. What else
 * the journal holds (a ship prints its login code there) stays where it is.
 */
const PRINTS = `#!/bin/sh
# Written by Slipway.
since=\${SSH_ORIGINAL_COMMAND:-0}
case $since in *[!0-9.]*) echo 'a time is wanted, in seconds' >&2; exit 2 ;; esac
exec journalctl --quiet --output=export --follow --no-tail --since="@$since" _TRANSPORT=audit
`;

/** Goes on where the records kept here end: what the host wrote while nobody fetched it is still in its journal. */
const FETCHES = (visitor: Pick<Visitor, "keyFile">) => `#!/bin/sh
# Written by Slipway. HOST ADDRESS PORT: prints the audit records that are not kept here yet, for systemd-journal-remote.
last=$(journalctl --quiet --directory="${KEPT}/$1" --lines=1 --output=export 2>/dev/null | sed -n 's/^__REALTIME_TIMESTAMP=//p')
[ -n "$last" ] || last=0000000
seconds=\${last%??????}
exec ssh -F none -T ${pinnedOptions('"$1"', visitor, `"${KNOWN_HOSTS}/$1"`)} -p "$3" "${KEEPER}@$2" "$seconds.\${last#"$seconds"}"
`;

/** Reading the journal takes its group; whoever loses the account loses that too. */
const READER = `# Written by Slipway.
[Unit]
Description=The journal's reader for Slipway's audit log shipping
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/usermod --append --groups systemd-journal ${KEEPER}
[Install]
WantedBy=multi-user.target
`;

/** Who fetches audit records from the hosts they are about. */
export const AUDIT: Visitor = {
  name: KEEPER,
  home: "/var/lib/slipway-audit-door",
  keyFile: "/var/lib/slipway-audit-key/id_ed25519",
  // sshd runs the one command the key allows by the account's shell.
  shell: "/bin/sh",
  batch: "audit-door",
  list: "/etc/ssh/sshd_config.d/12-slipway-audit.conf",
  line: (publicKey) => `restrict,command="${PRINT}" ${publicKey}\n`,
  resources: [directory("/opt/slipway"), directory(LAYOUT.libDirectory), file(PRINT, PRINTS, "0755")],
  after: [running("slipway-audit-reader.service", READER)],
};

/** The program that fetches, on the monitoring host. */
export const fetcher = () => [
  directory("/opt/slipway"),
  directory(LAYOUT.libDirectory),
  file(FETCH, FETCHES(AUDIT), "0755"),
];

/** What the monitoring host runs for each host: one connection, one journal. */
export function keepingCommand(host: string, address: string, port: number): string {
  return `/lib/systemd/systemd-journal-remote --split-mode=none --output=${KEPT}/${host}/audit.journal "--getter=${FETCH} ${host} ${address} ${port}"`;
}
