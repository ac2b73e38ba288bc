import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { withLock } from "../../src/base/lockfile.ts";

/** What a host of the lab has on it: no package can be fetched from inside. python3 so that Ansible can be measured beside us. */
const PACKAGES =
  "systemd,systemd-sysv,systemd-resolved,dbus,udev,libpam-systemd,libnss-systemd,openssh-server,sudo,nftables,iptables,ufw,fail2ban,iproute2,iputils-ping,procps,ca-certificates,curl,kmod,netbase,python3,python3-apt,python3-systemd,unattended-upgrades,lynis";
const SUITE = "bookworm";
/** Bump when `dress` changes. */
const REVISION = 2;

/**
 * The base root file system every host's overlay stands on: made once, kept outside the checkout. `extra` packages make
 * another base, so that the usual one stays small.
 */
export async function baseSystem(
  extra: readonly string[] = [],
): Promise<{ readonly root: string; readonly key: string }> {
  const packages = [PACKAGES, ...[...extra].sort()].join(",");
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "slipway-lab");
  const recipe = createHash("sha256").update(`${SUITE} ${packages} ${REVISION}`).digest("hex").slice(0, 12);
  const folder = join(cache, `base-${recipe}`);
  const made = { root: join(folder, "root"), key: join(folder, "id_ed25519") };
  if (existsSync(folder)) return made;
  mkdirSync(cache, { recursive: true });
  const locked = await withLock(join(cache, "base.lock"), 300_000, async () => {
    if (existsSync(folder)) return;
    const temporary = `${folder}.${randomBytes(4).toString("hex")}.tmp`;
    try {
      mkdirSync(temporary);
      build(temporary, packages);
      renameSync(temporary, folder);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw error;
    }
  });
  if (locked === null) throw new Error(`another process has been building ${folder} for five minutes`);
  return made;
}

function build(folder: string, packages: string): void {
  const root = join(folder, "root");
  const key = join(folder, "id_ed25519");
  execFileSync("mmdebstrap", ["--quiet", "--variant=minbase", `--include=${packages}`, SUITE, root], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "slipway-lab", "-f", key]);
  dress(root, `${key}.pub`);
}

/** Accounts, SSH and network as the tests want them, for a root file system of whatever kind of host. */
export function dress(root: string, publicKey: string): void {
  const inside = (...argv: readonly string[]) =>
    execFileSync("chroot", [root, ...argv], { stdio: ["ignore", "ignore", "inherit"] });
  writeFileSync(join(root, "etc/machine-id"), "");
  rmSync(join(root, "var/lib/dbus/machine-id"), { force: true });
  inside("useradd", "--create-home", "--shell", "/bin/bash", "ops");
  inside("useradd", "--create-home", "--shell", "/bin/bash", "nosudo");
  writeFileSync(join(root, "etc/sudoers.d/ops"), "ops ALL=(ALL) NOPASSWD: ALL\n", { mode: 0o440 });
  for (const [home, owner] of [
    ["root", "root"],
    ["home/ops", "ops"],
    ["home/nosudo", "nosudo"],
  ] as const) {
    const folder = join(root, home, ".ssh");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    execFileSync("cp", [publicKey, join(folder, "authorized_keys")]);
    chmodSync(join(folder, "authorized_keys"), 0o600);
    inside("chown", "-R", `${owner}:${owner}`, `/${home}/.ssh`);
  }
  inside("systemctl", "enable", "-q", "systemd-networkd", "ssh");
  inside("systemctl", "disable", "-q", "apt-daily.timer", "apt-daily-upgrade.timer", "fail2ban");
  inside("systemctl", "mask", "-q", "systemd-networkd-wait-online.service", "systemd-resolved.service");
  // A sshd that asks no DNS about its client, and does not slow down a burst of test logins.
  writeFileSync(join(root, "etc/ssh/sshd_config.d/lab.conf"), "UseDNS no\nMaxStartups 200:30:300\n");
  rmSync(join(root, "etc/resolv.conf"), { force: true });
  symlinkSync("/run/systemd/resolve/stub-resolv.conf", join(root, "etc/resolv.conf"));
  for (const kind of ["rsa", "ecdsa", "ed25519"]) rmSync(join(root, `etc/ssh/ssh_host_${kind}_key`), { force: true });
}
