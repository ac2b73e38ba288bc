import { shellQuote } from "../../src/base/quote.ts";
import { effectOf } from "../../src/machines/host/resources/fragment.ts";
import type { FileResource, Resource } from "../../src/machines/resources.ts";

const FIREWALL = "/etc/slipway/firewall.nft";

/**
 * What somebody who knows a fresh host would write to make the same changes on it: one program, no look beforehand, no
 * record, no way back, each daemon told once. It prints the milliseconds it took on the host.
 */
export function changeScript(resources: readonly Resource[]): string {
  const files = resources.filter((one): one is FileResource => one.kind === "file");
  const effects = new Set(
    resources.flatMap((one) => (one.kind === "file" || one.kind === "line" ? [effectOf(one.path)] : [])),
  );
  const units = resources.flatMap((one) => (one.kind === "unit" ? [one.name] : []));
  return [
    "set -e; export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive; began=$(date +%s%N)",
    "exec 3>&1 1>&2",
    ...resources.map(change),
    ...firewall(resources),
    "systemctl daemon-reload",
    ...(effects.has("tmpfiles") ? ["systemd-tmpfiles --create --prefix=/run/slipway"] : []),
    ...(effects.has("apparmor")
      ? files.filter(({ path }) => path.startsWith("/etc/apparmor.d/")).map(({ path }) => `apparmor_parser -r ${path}`)
      : []),
    ...(units.length === 0 ? [] : [`systemctl -q enable --now ${units.join(" ")}`]),
    ...(effects.has("reload:auditd.service") ? ["systemctl try-reload-or-restart auditd.service"] : []),
    ...(effects.has("sshd") ? ["sshd -t; systemctl reload ssh.service"] : []),
    "echo $((($(date +%s%N) - began) / 1000000)) >&3",
  ].join("\n");
}

function change(resource: Resource): string {
  switch (resource.kind) {
    case "user":
      return `getent passwd ${resource.name} || useradd --system --home-dir ${resource.home} --shell ${resource.shell} ${resource.name}`;
    case "directory":
      return `install -d -o ${resource.owner} -g ${resource.group} -m ${resource.mode} ${resource.path}`;
    case "file":
      return put(resource.path, resource.content, resource.mode);
    case "sysctl":
      return `${put(`/etc/sysctl.d/90-${resource.key}.conf`, `${resource.key} = ${resource.value}\n`, "0644")}
echo '${resource.value}' >/proc/sys/${resource.key.replaceAll(".", "/")}`;
    case "line":
      return `sed -i -E '/${(resource.match ?? "").replaceAll("/", "\\/")}/d' ${resource.path}; echo ${shellQuote(resource.line)} >>${resource.path}`;
    case "volume":
      return `mkdir -p -m 0700 /etc/slipway/keys /var/lib/slipway/volume; cd /var/lib/slipway/volume
(umask 077; head -c 64 /dev/urandom >/etc/slipway/keys/piers.key; fallocate -l $(($(df -m --output=avail . | tail -n 1) * 8 / 10))M piers.luks)
cryptsetup -q luksFormat --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file /etc/slipway/keys/piers.key piers.luks
cryptsetup open --key-file /etc/slipway/keys/piers.key piers.luks slipway-piers; mkfs.ext4 -q -m 1 /dev/mapper/slipway-piers
echo 'slipway-piers /var/lib/slipway/volume/piers.luks /etc/slipway/keys/piers.key luks,nofail' >>/etc/crypttab
echo '/dev/mapper/slipway-piers ${resource.path} ext4 nodev,nosuid,nofail 0 2' >>/etc/fstab
mkdir -p ${resource.path}; systemctl daemon-reload; mount ${resource.path}`;
    // Packages are there already; the firewall is one file.
    default:
      return ":";
  }
}

function put(path: string, content: string, mode: string): string {
  return `mkdir -p "$(dirname ${path})"; printf %s ${shellQuote(content)} >${path}; chmod ${mode} ${path}`;
}

function firewall(resources: readonly Resource[]): readonly string[] {
  if (!resources.some(({ kind }) => kind === "firewall")) return [];
  const limits = resources.flatMap((one) =>
    one.kind === "firewall-limit"
      ? [
          `tcp dport ${one.port} ct state new meter limit4 { ip saddr limit rate over ${one.perMinute}/minute burst ${one.burst} packets } drop`,
        ]
      : [],
  );
  const rules = resources.flatMap((one) =>
    one.kind === "firewall-rule" ? [`${one.proto} dport ${one.port} accept`] : [],
  );
  const table = `table inet slipway
delete table inet slipway
table inet slipway {
  chain input {
    type filter hook input priority -5; policy drop;
    ct state established,related accept
    ct state invalid drop
    iif lo accept
    meta l4proto { icmp, ipv6-icmp } accept
    ${[...limits, "tcp dport 22 accept", ...rules].join("\n    ")}
  }
}
`;
  const unit = `[Unit]
DefaultDependencies=no
Before=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${FIREWALL}
[Install]
WantedBy=sysinit.target
`;
  return [
    put(FIREWALL, table, "0644"),
    put("/etc/systemd/system/slipway-firewall.service", unit, "0644"),
    "systemctl daemon-reload; systemctl -q enable --now slipway-firewall.service",
  ];
}
