import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGuest } from "../../lab/qemu/lab.ts";
import { VOLUME } from "../../src/machines/host/resources/volume.ts";
import { encryptPiers } from "../../src/specialists/urbit-deployment-specialist/encrypt-piers.ts";
import { rebootHost } from "../../src/specialists/urbit-deployment-specialist/reboot-host.ts";
import { LAYOUT } from "../../src/urbit/layout.ts";
import { type Ground, groundOf, MARKER, PIER } from "./ground.ts";
import { value } from "./strict-context.ts";

/**
 * A worker killed while it moves the piers, and a volume that the machine's TPM unlocks (swtpm, an emulated one): on a
 * whole machine with a disk of its own for the volume. Root only.
 */
const DEVICE = "/dev/vdb";
const MINUTE = 60_000;
const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));

let guest: Awaited<ReturnType<typeof startGuest>>;
let ground: Ground;
let before: Readonly<Record<string, string>>;

beforeAll(async () => {
  guest = await startGuest({ tpm: true });
  ground = await groundOf(guest, { device: DEVICE, unlock: "tpm2" });
  before = await ground.state();
  // Enough of it that there is a middle of the move.
  ground.sh(`head -c 150M /dev/urandom > ${PIER}/much; chown ${LAYOUT.user}: ${PIER}/much; sync`);
}, 10 * MINUTE);

afterAll(async () => {
  await ground?.machine.close();
  await guest?.down();
}, 2 * MINUTE);

/** A person does so by hand just before a run. */
const givePassphrase = () =>
  ground.sh(`umask 077; mkdir -p ${LAYOUT.runDirectory}; printf 'a second key' > ${VOLUME.passphrase}`);

/** Kills a worker with its connection once the piers have left their place and the copy is under way. */
async function killedInTheMiddle(run: string): Promise<void> {
  givePassphrase();
  const child = spawn(process.execPath, [WORKER, guest.sshConfig, run, DEVICE], { stdio: "inherit", detached: true });
  const ended = new Promise<string | number | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(signal ?? code)),
  );
  const seen = ground.sh(
    `for try in $(seq 1200); do [ -s ${VOLUME.folder}/new/nec/much ] && echo moving && exit; sleep 0.2; done`,
  );
  // With the connection it holds: nobody tells the host how to go on.
  process.kill(-(child.pid ?? 0), "SIGKILL");
  expect([seen, await ended]).toEqual(["moving", "SIGKILL"]);
}

/** The host starts anew without having gone down. */
async function powerCut(): Promise<void> {
  const boot = ground.sh("cat /proc/sys/kernel/random/boot_id");
  await guest.monitor("system_reset");
  for (let tries = 0; tries < 300; tries += 1) {
    const now = ground.sh("cat /proc/sys/kernel/random/boot_id");
    if (now !== "" && now !== boot) return guest.settled();
    await new Promise((later) => setTimeout(later, 1_000));
  }
  throw new Error("the host did not come back");
}

/** Piers that a unit could start right now: those in their place. */
const startable = () => Number(ground.sh(`ls -d ${PIER}/.urb 2>/dev/null | wc -l`));

describe("a worker killed while it moves the piers", () => {
  test(
    "leaves no ship running and at most one pier in its place",
    async () => {
      await killedInTheMiddle("run-1");
      expect(await ground.look()).toMatchObject({ unit: "inactive", live: false });
      expect(startable()).toBeLessThanOrEqual(1);
    },
    5 * MINUTE,
  );

  test(
    "is undone: the pier lies where it lay, the disk is empty again, the ship runs",
    async () => {
      expect(value(await encryptPiers.undo(ground.contextOf("run-1")))).toMatchObject({ undone: true });
      await ground.live();
      expect(startable()).toBe(1);
      expect(ground.sh(`cat ${PIER}/marker; findmnt -no SOURCE --target ${PIER}`)).toBe(`${MARKER}\n/dev/vda`);
      expect(ground.sh(`ls -d ${VOLUME.folder} 2>/dev/null; wipefs -n ${DEVICE}; lsblk -nro TYPE | grep crypt`)).toBe(
        "",
      );
      expect(await ground.eventNow()).toBeGreaterThan(ground.event);
      expect(await ground.state()).toEqual(before);
    },
    5 * MINUTE,
  );

  test(
    "and whose host lost its power at that moment, is gone on with: the pier is moved, once, and the ship runs from there",
    async () => {
      const event = await ground.eventNow();
      await killedInTheMiddle("run-2");
      await powerCut();
      expect(startable()).toBeLessThanOrEqual(1);
      expect(await ground.look()).toMatchObject({ live: false });
      givePassphrase();
      await ground.carriedOut(encryptPiers, ground.contextOf("run-2"));
      expect(await ground.look()).toMatchObject({ unit: "active", live: true, fence: { run: "run-2" } });
      expect(ground.sh("find / -xdev -name marker -path '*nec*' 2>/dev/null")).toBe("");
      expect(ground.sh(`cat ${PIER}/marker; findmnt -no SOURCE --target ${PIER}`)).toBe(
        `${MARKER}\n/dev/mapper/${VOLUME.name}`,
      );
      expect(await ground.eventNow()).toBeGreaterThan(event);
    },
    8 * MINUTE,
  );
});

describe("a volume that the TPM unlocks", () => {
  test("holds the TPM's key and the passphrase, and the host keeps neither", () => {
    const dump = ground.sh(`cryptsetup luksDump ${DEVICE}`);
    expect(dump).toContain("systemd-tpm2");
    expect(dump.match(/^ +\d+: luks2$/gm)).toHaveLength(2);
    expect(ground.sh(`ls ${VOLUME.passphrase} ${VOLUME.key} 2>/dev/null`)).toBe("");
  });

  test(
    "is back after a restart without anybody, and the ship with it",
    async () => {
      const boot = ground.sh("cat /proc/sys/kernel/random/boot_id");
      await ground.carriedOut(rebootHost, ground.contextOf("run-2"));
      expect(ground.sh("cat /proc/sys/kernel/random/boot_id")).not.toBe(boot);
      expect(ground.sh(`lsblk -nso TYPE $(findmnt -no SOURCE --target ${PIER})`)).toContain("crypt");
      expect(await ground.look()).toMatchObject({ live: true });
    },
    5 * MINUTE,
  );
});
