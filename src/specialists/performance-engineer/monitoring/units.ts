import { LAYOUT } from "../../../urbit/layout.ts";
import { AUDIT, keepingCommand } from "./audit-door.ts";
import { pinnedOptions } from "./door.ts";
import { loopbackOf, PLACES, PORTS, SCRAPER } from "./places.ts";
import { SCRAPE } from "./scrape-door.ts";

/** What no daemon of ours needs. */
export const SANDBOX = `NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictNamespaces=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service @pkey
SystemCallErrorNumber=EPERM
UMask=0077`;

interface Daemon {
  readonly about: string;
  readonly user: string;
  readonly exec: string;
  /** Lines of the service section of its own. */
  readonly more: readonly string[];
  readonly capability?: string;
}

function service({ about, user, exec, more, capability = "" }: Daemon): string {
  return `# Written by Slipway.
[Unit]
Description=${about}
After=network.target

[Service]
User=${user}
ExecStart=${exec}
Restart=always
RestartSec=5
${[...more, `CapabilityBoundingSet=${capability}`, SANDBOX].join("\n")}

[Install]
WantedBy=multi-user.target
`;
}

/**
 * The exporter for ships. It runs as the ships' own user: their sockets and piers are open to nobody else. A ship dies of
 * a client that leaves before it has its reply, so systemd ends the exporter alone (KillMode=process, also when memory
 * runs out), and the processes that hold the connections end when nothing is unread any more.
 */
export function agentUnit(node: string, digest: string): string {
  const flags = "--max-semi-space-size=1 --max-old-space-size=24";
  return service({
    about: "Slipway agent: what the ships of this host are doing",
    user: LAYOUT.user,
    exec: `${node} ${flags} ${PLACES.agentFile} --listen 127.0.0.1:${PORTS.agent} --home ${LAYOUT.home} --backups ${PLACES.backups} --version ${digest.slice(0, 12)}`,
    more: [
      "KillMode=process",
      "OOMPolicy=continue",
      "MemoryHigh=96M",
      "Nice=10",
      "RestrictAddressFamilies=AF_UNIX AF_INET",
      "IPAddressDeny=any",
      "IPAddressAllow=localhost",
    ],
  });
}

export function nodeExporterUnit(user: string): string {
  return service({
    about: "Prometheus node exporter, on loopback",
    user,
    exec: `/usr/bin/prometheus-node-exporter --web.listen-address=127.0.0.1:${PORTS.node}`,
    more: ["MemoryDenyWriteExecute=yes"],
  });
}

export function prometheusUnit(retentionDays: number): string {
  const flags = [
    `--config.file=${PLACES.prometheus}/prometheus.yml`,
    "--storage.tsdb.path=/var/lib/slipway-prometheus",
    `--storage.tsdb.retention.time=${retentionDays}d`,
    `--web.listen-address=127.0.0.1:${PORTS.prometheus}`,
  ];
  return service({
    about: "Prometheus of Slipway",
    user: "prometheus",
    exec: ["/usr/bin/prometheus", ...flags].join(" "),
    more: ["ExecReload=/bin/kill -HUP $MAINPID", "StateDirectory=slipway-prometheus", "LimitNOFILE=32768"],
  });
}

/** `secrets`: files of root's that it reads as credentials, by their name there. */
export function alertmanagerUnit(secrets: ReadonlyMap<string, string>): string {
  const flags = [
    `--config.file=${PLACES.alertmanager}`,
    "--storage.path=/var/lib/slipway-alertmanager",
    `--web.listen-address=127.0.0.1:${PORTS.alertmanager}`,
    "--cluster.listen-address=",
  ];
  return service({
    about: "Alertmanager of Slipway",
    user: "prometheus",
    exec: ["/usr/bin/prometheus-alertmanager", ...flags].join(" "),
    more: [
      "ExecReload=/bin/kill -HUP $MAINPID",
      "StateDirectory=slipway-alertmanager",
      ...[...secrets].map(([name, file]) => `LoadCredential=${name}:${file}`),
    ],
  });
}

export function blackboxUnit(): string {
  return service({
    about: "Prometheus blackbox exporter of Slipway: the look from outside",
    user: "prometheus",
    exec: `/usr/bin/prometheus-blackbox-exporter --config.file=${PLACES.blackbox} --web.listen-address=127.0.0.1:${PORTS.blackbox}`,
    more: ["ExecReload=/bin/kill -HUP $MAINPID"],
  });
}

export interface Tunnel {
  readonly host: string;
  readonly address: string;
  readonly sshPort: number;
  /** Ports of the host's loopback that come through. */
  readonly ports: readonly number[];
}

/** An SSH tunnel to one ship host: known by its pinned key alone, carrying these ports and nothing else. */
export function tunnelUnit({ host, address, sshPort, ports }: Tunnel): string {
  const words = [
    pinnedOptions(host, SCRAPE, `${PLACES.knownHosts}.d/${host}`),
    ...ports.map((port) => `-L ${loopbackOf(host)}:${port}:127.0.0.1:${port}`),
    ...(sshPort === 22 ? [] : [`-p ${sshPort}`]),
  ];
  // A ship's web port may be a privileged one, and stands under the same number here.
  const capability = ports.some((port) => port < 1024) ? "CAP_NET_BIND_SERVICE" : "";
  return service({
    about: `Slipway's private path to ${host}`,
    user: SCRAPER,
    exec: `/usr/bin/ssh -F none -N ${words.join(" ")} ${SCRAPER}@${address}`,
    more: capability === "" ? [] : [`AmbientCapabilities=${capability}`],
    capability,
  });
}

/** Fetches one host's audit records and keeps them in a journal of that host's. */
export function keeperUnit({ host, address, sshPort }: Omit<Tunnel, "ports">): string {
  return service({
    about: `Audit records of ${host}, kept here by Slipway`,
    user: AUDIT.name,
    exec: keepingCommand(host, address, sshPort),
    more: [`StateDirectory=slipway-audit/${host}`, "StateDirectoryMode=0700"],
  });
}
