import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProcess } from "../../src/machines/host/process.ts";
import type { Resource } from "../../src/machines/resources.ts";
import { BASELINE } from "./baseline.ts";

/**
 * Runs the same twenty tasks with Ansible as its manual advises for speed: pipelining, a ControlMaster, no fact
 * gathering, as many forks as hosts. Null where Ansible is not installed and cannot be. It only looks for changes.
 */
export async function playbookRunner(sshConfig: string): Promise<((hosts: readonly string[]) => Promise<void>) | null> {
  if (!(await installed())) return null;
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const playbook = join(folder, "play.yml");
  writeFileSync(playbook, JSON.stringify([{ hosts: "all", gather_facts: false, tasks: BASELINE.map(task) }]));
  writeFileSync(
    join(folder, "ansible.cfg"),
    `[defaults]
forks = 10
host_key_checking = True
interpreter_python = /usr/bin/python3
[ssh_connection]
pipelining = True
ssh_args = -F ${sshConfig} -o ControlMaster=auto -o ControlPersist=60s
`,
  );
  return async (hosts) => {
    const inventory = join(folder, "hosts");
    writeFileSync(inventory, `${hosts.join("\n")}\n`);
    const argv = [
      "env",
      `ANSIBLE_CONFIG=${join(folder, "ansible.cfg")}`,
      "ansible-playbook",
      "--check",
      "-i",
      inventory,
      playbook,
    ];
    const done = await runProcess(argv, { input: [], timeoutMs: 600_000, killGroup: true });
    if (done.code !== 0) throw new Error(`ansible: ${(done.stdout + done.stderr).slice(-2_000)}`);
  };
}

async function installed(): Promise<boolean> {
  const has = async () => (await runProcess(["ansible-playbook", "--version"], quick)).code === 0;
  if (await has()) return true;
  if (process.getuid?.() !== 0) return false;
  await runProcess(["apt-get", "install", "-y", "-q", "--no-install-recommends", "ansible-core"], {
    ...quick,
    timeoutMs: 900_000,
  });
  return has();
}

const quick = { input: [], timeoutMs: 60_000, killGroup: true };

/** Only modules of ansible-core, so that no collection has to be fetched; a firewall and a sysctl are then a file each. */
function task(resource: Resource): Readonly<Record<string, unknown>> {
  switch (resource.kind) {
    case "package":
      return { name: resource.id, apt: { name: resource.name, state: "present" } };
    case "user":
      return {
        name: resource.id,
        user: { name: resource.name, home: resource.home, shell: resource.shell, system: true },
      };
    case "directory":
      return {
        name: resource.id,
        file: { path: resource.path, state: "directory", owner: resource.owner, mode: resource.mode },
      };
    case "file":
      return {
        name: resource.id,
        copy: { dest: resource.path, content: resource.content, owner: resource.owner, mode: resource.mode },
      };
    case "template":
      return {
        name: resource.id,
        copy: { dest: resource.path, content: "role=ships\n", owner: resource.owner, mode: resource.mode },
      };
    case "unit":
      return { name: resource.id, systemd: { name: resource.name, enabled: resource.enabled, state: "started" } };
    case "sysctl":
      return {
        name: resource.id,
        lineinfile: {
          path: `/etc/sysctl.d/90-slipway-${resource.key}.conf`,
          line: `${resource.key} = ${resource.value}`,
        },
      };
    case "firewall":
      return { name: resource.id, file: { path: "/etc/slipway/firewall.nft", mode: "0644", owner: "root" } };
    case "firewall-rule":
    case "firewall-limit":
      return { name: resource.id, file: { path: "/etc/slipway/firewall.d", state: "directory", owner: "root" } };
    case "line":
      return { name: resource.id, lineinfile: { path: resource.path, line: resource.line, regexp: resource.match } };
    case "download":
      return { name: resource.id, stat: { path: resource.path, checksum_algorithm: "sha256" } };
    case "volume":
      return { name: resource.id, stat: { path: resource.path } };
  }
}
