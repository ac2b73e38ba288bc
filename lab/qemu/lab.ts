import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages } from "../hosts/packages.ts";
import { baseGuest, DISKS } from "./base.ts";
import { Guest } from "./guest.ts";

const NEEDED = ["mmdebstrap", "e2fsprogs", "qemu-system-x86", "qemu-utils", "openssh-client", "swtpm"];

/** A whole machine of its own, `alder`, as it was booted once: with its own kernel, disks and audit log. `tpm`: with a TPM. Root only. */
export async function startGuest({ tpm = false } = {}): Promise<Guest & { down(): Promise<void> }> {
  installPackages(NEEDED);
  const base = await baseGuest();
  mkdirSync(join(tmpdir(), "slipway-lab"), { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(tmpdir(), "slipway-lab", "guest-"));
  for (const disk of DISKS) execFileSync("cp", ["--sparse=always", join(base.folder, disk), join(folder, disk)]);
  const guest = await Guest.start({ folder, base: base.folder, key: base.key, resume: !tpm, tpm });
  return Object.assign(guest, {
    down: async () => {
      await guest.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}
