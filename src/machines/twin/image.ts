import { sha256 } from "../../base/canonical.ts";
import type { HostModel } from "./model.ts";

/**
 * What a fresh host of the twin looks like: a small Debian 12. Keys of `things`: `package NAME`, `user NAME`,
 * `group NAME`, `path /PATH`, `unit NAME`, `sysctl KEY`, `firewall …`.
 */
export const FILES: Readonly<Record<string, string>> = {
  "/etc/hosts": "127.0.0.1 localhost\n",
  "/etc/motd": "",
  "/etc/systemd/journald.conf": "[Journal]\n#SystemMaxUse=\n",
  "/etc/ssh/sshd_config":
    "Include /etc/ssh/sshd_config.d/*.conf\n#PermitRootLogin prohibit-password\n#PasswordAuthentication yes\nUsePAM yes\n",
};

const DIRECTORIES = [
  "/etc",
  "/etc/ssh",
  "/etc/ssh/sshd_config.d",
  "/etc/sysctl.d",
  "/etc/systemd",
  "/etc/systemd/system",
  "/home",
  "/opt",
  "/srv",
  "/usr",
  "/usr/local",
  "/usr/local/bin",
  "/var",
  "/var/lib",
];

const PACKAGES = ["base-files", "openssh-server", "systemd", "systemd-timesyncd"];

export function spellFile(mode: string, owner: string, group: string, digest: string): string {
  return `file ${fourDigits(mode)} ${owner}:${group} ${digest}`;
}

export function spellDirectory(mode: string, owner: string, group: string): string {
  return `directory ${fourDigits(mode)} ${owner}:${group}`;
}

function fourDigits(mode: string): string {
  return Number.parseInt(mode, 8).toString(8).padStart(4, "0");
}

export function freshHost(name: string, facts: HostModel["facts"] = {}): HostModel {
  const things: Record<string, string> = {};
  for (const name of PACKAGES) things[`package ${name}`] = "installed";
  for (const [user, entry] of [
    ["root", "/root:/bin/bash"],
    ["nobody", "/nonexistent:/usr/sbin/nologin"],
  ] as const)
    things[`user ${user}`] = entry;
  for (const group of ["root", "nogroup"]) things[`group ${group}`] = "system";
  for (const path of DIRECTORIES) things[`path ${path}`] = spellDirectory("0755", "root", "root");
  for (const [path, content] of Object.entries(FILES))
    things[`path ${path}`] = spellFile("0644", "root", "root", sha256(content));
  for (const unit of ["ssh.service", "systemd-timesyncd.service"]) things[`unit ${unit}`] = "enabled active";
  return {
    name,
    machineId: sha256(`twin ${name}`).slice(0, 32),
    facts,
    shut: false,
    next: 1000,
    things,
    undo: {},
    ships: {},
    fences: {},
  };
}
