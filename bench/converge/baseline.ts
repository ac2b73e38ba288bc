import type { Resource } from "../../src/machines/resources.ts";

const root = { owner: "root", group: "root" } as const;
const directory = (path: string, mode: string, owner = "root"): Resource => ({
  kind: "directory",
  id: path,
  path,
  mode,
  owner,
  group: owner,
});

const HELLO = `[Unit]
Description=Stands for a ship's unit
[Service]
Type=exec
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
`;

const TIMER = `[Unit]
Description=Stands for a backup
[Timer]
OnCalendar=daily
[Install]
WantedBy=timers.target
`;

/** Twenty resources of every kind a host without a way out to the internet can get: what is measured and tested. */
export const BASELINE: readonly Resource[] = [
  ...["ca-certificates", "curl", "nftables"].map(
    (name): Resource => ({ kind: "package", id: `package ${name}`, name }),
  ),
  { kind: "user", id: "user urbit", name: "urbit", home: "/var/lib/urbit", shell: "/usr/sbin/nologin" },
  directory("/var/lib/urbit", "0750", "urbit"),
  directory("/opt/slipway", "0755"),
  directory("/opt/slipway/vere", "0755"),
  directory("/var/lib/slipway", "0700"),
  directory("/var/lib/slipway/fence", "0700"),
  {
    kind: "file",
    id: "sshd",
    path: "/etc/ssh/sshd_config.d/10-slipway.conf",
    mode: "0600",
    content: "PasswordAuthentication no\n",
    ...root,
  },
  {
    kind: "file",
    id: "journald",
    path: "/etc/systemd/journald.conf.d/slipway.conf",
    mode: "0644",
    content: "[Journal]\nSystemMaxUse=200M\n",
    ...root,
  },
  {
    kind: "template",
    id: "template",
    path: "/etc/slipway-host.conf",
    mode: "0644",
    template: "role={{role}}\n",
    values: { role: "ships" },
    ...root,
  },
  { kind: "unit", id: "unit", name: "slipway-hello.service", content: HELLO, enabled: true, active: true },
  { kind: "unit", id: "timer", name: "slipway-hello.timer", content: TIMER, enabled: true, active: true },
  { kind: "sysctl", id: "syncookies", key: "net.ipv4.tcp_syncookies", value: "2" },
  { kind: "sysctl", id: "rp_filter", key: "net.ipv4.conf.all.rp_filter", value: "1" },
  { kind: "firewall", id: "firewall", inbound: "deny" },
  { kind: "firewall-rule", id: "ames", proto: "udp", port: 34540, from: null, comment: "Ames of ~zod" },
  { kind: "firewall-rule", id: "web", proto: "tcp", port: 80, from: "10.0.0.0/8", comment: "web" },
  { kind: "line", id: "line", path: "/etc/hosts", line: "127.0.0.9 slipway", match: "slipway$" },
];
