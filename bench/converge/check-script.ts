import { sha256 } from "../../src/base/canonical.ts";
import type { Resource } from "../../src/machines/resources.ts";

/**
 * What a careful person would write by hand to check the same baseline: one process for each kind of question where one
 * will do, a plain comparison for each resource, and a word per finding. It knows nothing of undo, records or needs.
 */
export function checkScript(resources: readonly Resource[]): string {
  const lines = ["export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin", 'bad() { echo "DIFFERS $1"; }'];
  for (const resource of resources) lines.push(...check(resource));
  lines.push("echo checked");
  return `${lines.join("\n")}\n`;
}

function check(resource: Resource): readonly string[] {
  const bad = `|| bad '${resource.id}'`;
  switch (resource.kind) {
    case "package":
      return [`dpkg-query -W -f '\${db:Status-Status}' ${resource.name} | grep -qx installed ${bad}`];
    case "user":
      return [`getent passwd ${resource.name} | grep -q ':${resource.home}:${resource.shell}$' ${bad}`];
    case "directory":
      return [stat(resource, bad)];
    case "file":
      return [stat(resource, bad), digest(resource.path, resource.content, bad)];
    case "template":
      return [stat(resource, bad), `grep -q . ${resource.path} ${bad}`];
    case "unit":
      return [
        digest(`/etc/systemd/system/${resource.name}`, resource.content, bad),
        `systemctl -q is-enabled ${resource.name} ${bad}`,
        `systemctl -q is-active ${resource.name} ${bad}`,
      ];
    case "sysctl":
      return [`[ "$(cat /proc/sys/${resource.key.replaceAll(".", "/")})" = '${resource.value}' ] ${bad}`];
    case "firewall":
      return [`rules=$(nft list table inet slipway)`, `case $rules in *'policy drop'*) ;; *) bad firewall ;; esac`];
    case "firewall-rule":
      return [`case $rules in *'${resource.proto} dport ${resource.port} accept'*) ;; *) bad '${resource.id}' ;; esac`];
    case "firewall-limit":
      return [`case $rules in *'tcp dport ${resource.port} ct state new meter'*) ;; *) bad '${resource.id}' ;; esac`];
    case "line":
      return [`grep -qxF '${resource.line}' ${resource.path} ${bad}`];
    case "download":
      return [`echo '${resource.sha256}  ${resource.path}' | sha256sum -c --status ${bad}`];
    case "volume":
      return [`findmnt -no SOURCE --target ${resource.path} | xargs lsblk -nso TYPE | grep -q crypt ${bad}`];
  }
}

function stat(file: { readonly path: string; readonly owner: string; readonly mode: string }, bad: string): string {
  return `[ "$(stat -c '%U %a' ${file.path})" = '${file.owner} ${file.mode.replace(/^0/, "")}' ] ${bad}`;
}

function digest(path: string, content: string, bad: string): string {
  return `echo '${sha256(content)}  ${path}' | sha256sum -c --status ${bad}`;
}

/** The same with every question of one kind in one process: the least a shell can do, and the strictest floor. */
export function floorScript(resources: readonly Resource[]): string {
  const pick = <K extends Resource["kind"]>(kind: K) =>
    resources.filter((resource): resource is Extract<Resource, { kind: K }> => resource.kind === kind);
  const paths = resources.flatMap((resource) => ("path" in resource ? [resource.path] : []));
  const units = pick("unit").map(({ name }) => name);
  return `export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
dpkg-query -W -f '\${Package} \${db:Status-Status}\\n' ${pick("package")
    .map(({ name }) => name)
    .join(" ")}
getent passwd ${pick("user")
    .map(({ name }) => name)
    .join(" ")}
stat -c '%f %U %G %n' ${paths.join(" ")}
sha256sum ${[...pick("file").map(({ path }) => path), ...units.map((name) => `/etc/systemd/system/${name}`)].join(" ")}
systemctl is-enabled ${units.join(" ")}
systemctl is-active ${units.join(" ")}
cat ${pick("sysctl")
    .map(({ key }) => `/proc/sys/${key.replaceAll(".", "/")}`)
    .join(" ")}
nft list table inet slipway
${pick("line")
  .map(({ line, path }) => `grep -xF '${line}' ${path}`)
  .join("\n")}
`;
}
