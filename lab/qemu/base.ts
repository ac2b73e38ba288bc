import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { withLock } from "../../src/base/lockfile.ts";
import { dress } from "../hosts/base.ts";
import { Guest } from "./guest.ts";

/** A whole Debian host with a kernel of its own, and what the strict level needs: no package can be fetched from inside. */
const PACKAGES =
  "systemd,systemd-sysv,dbus,udev,libpam-systemd,systemd-timesyncd,openssh-server,sudo,nftables,iproute2,procps,ca-certificates,kmod,netbase,python3-systemd,fail2ban,unattended-upgrades,lynis,linux-image-cloud-amd64,initramfs-tools,zstd,cryptsetup,tpm2-tools,auditd,apparmor";
const SUITE = "bookworm";
/** Bump when the machine changes, or what is made of the packages. */
const REVISION = 1;
/** Disks of a guest: the system's, and an empty one. */
export const DISKS = ["system.qcow2", "spare.qcow2"] as const;
export const SNAPSHOT = "booted";

export interface BaseGuest {
  readonly folder: string;
  readonly key: string;
}

/** The booted guest every other one is resumed from: made once (two minutes), kept outside the checkout. */
export async function baseGuest(): Promise<BaseGuest> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "slipway-lab");
  const recipe = createHash("sha256").update(`${SUITE} ${PACKAGES} ${REVISION}`).digest("hex").slice(0, 12);
  const folder = join(cache, `guest-${recipe}`);
  const made = { folder, key: join(folder, "id_ed25519") };
  if (existsSync(folder)) return made;
  mkdirSync(cache, { recursive: true });
  const locked = await withLock(join(cache, "guest.lock"), 600_000, async () => {
    if (existsSync(folder)) return;
    const temporary = `${folder}.${randomBytes(4).toString("hex")}.tmp`;
    try {
      mkdirSync(temporary);
      await build(temporary);
      renameSync(temporary, folder);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw error;
    }
  });
  if (locked === null) throw new Error(`another process has been building ${folder} for ten minutes`);
  return made;
}

async function build(folder: string): Promise<void> {
  const at = (name: string) => join(folder, name);
  const root = at("root");
  const run = (program: string, ...argv: readonly string[]) =>
    execFileSync(program, argv, { stdio: ["ignore", "ignore", "inherit"] });
  run("mmdebstrap", "--quiet", "--variant=minbase", `--include=${PACKAGES}`, SUITE, root);
  run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "slipway-lab", "-f", at("id_ed25519"));
  dress(root, at("id_ed25519.pub"));
  run("chroot", root, "ssh-keygen", "-A");
  writeFileSync(join(root, "etc/hostname"), "alder\n");
  writeFileSync(join(root, "etc/fstab"), "/dev/vda / ext4 rw 0 1\n");
  writeFileSync(
    join(root, "etc/systemd/network/10-guest.network"),
    "[Match]\nType=ether\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\nLinkLocalAddressing=no\n",
  );
  const boot = readdirSync(join(root, "boot"));
  for (const part of ["vmlinuz", "initrd.img"]) {
    const name = boot.find((file) => file.startsWith(`${part}-`));
    if (name === undefined) throw new Error(`the kernel's package brought no ${part}`);
    run("cp", join(root, "boot", name), at(part));
  }
  run("cp", join(root, "etc/ssh/ssh_host_ed25519_key.pub"), at("host_key.pub"));
  run("mke2fs", "-q", "-t", "ext4", "-d", root, at("raw"), "4G");
  run("qemu-img", "convert", "-O", "qcow2", at("raw"), at(DISKS[0]));
  run("qemu-img", "create", "-q", "-f", "qcow2", at(DISKS[1]), "1G");
  rmSync(at("raw"));
  rmSync(root, { recursive: true });
  const guest = await Guest.start({ folder, base: folder, key: at("id_ed25519"), resume: false });
  await guest.settled();
  await guest.monitor(`savevm ${SNAPSHOT}`);
  await guest.stop();
}
