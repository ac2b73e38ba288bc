import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGuest } from "../../lab/qemu/lab.ts";
import { auditHost } from "../../src/audit/host.ts";
import { controlChecks } from "../../src/knowledge/controls.ts";
import { encryptPiers } from "../../src/specialists/urbit-deployment-specialist/encrypt-piers.ts";
import { harden } from "../../src/specialists/urbit-deployment-specialist/harden.ts";
import { rebootHost } from "../../src/specialists/urbit-deployment-specialist/reboot-host.ts";
import { LAYOUT } from "../../src/urbit/layout.ts";
import { type Ground, groundOf, MARKER, PIER } from "./ground.ts";
import { value } from "./strict-context.ts";

/**
 * The strict level's steps on a whole machine with its own kernel and disks (emulated: everything takes long), a ship on
 * it from the start. The ship's runtime is the stand-in. Root only.
 */
let guest: Awaited<ReturnType<typeof startGuest>>;
let ground: Ground;
let before: Readonly<Record<string, string>>;

const MINUTE = 60_000;
const sh = (program: string) => ground.sh(program);

beforeAll(async () => {
  guest = await startGuest();
  ground = await groundOf(guest);
  before = await ground.state();
}, 10 * MINUTE);

afterAll(async () => {
  await ground?.machine.close();
  await guest?.down();
}, 2 * MINUTE);

describe("the strict level on a host with a ship", () => {
  test(
    "sets mandatory access control and audit rules beside the controls of the levels below",
    async () => {
      const { outputs } = await ground.carriedOut(harden, ground.contextOf("run-1"));
      expect(outputs).toMatchObject({ notSet: [] });
    },
    8 * MINUTE,
  );

  test(
    "moves the pier onto a LUKS volume, and the ship runs again",
    async () => {
      expect(await ground.carriedOut(encryptPiers, ground.contextOf("run-1"))).toMatchObject({ unchanged: false });
      expect(await ground.look()).toMatchObject({ unit: "active", live: true, fence: { run: "run-1" } });
    },
    8 * MINUTE,
  );

  test(
    "restarts the host once, and volume and ship come back by themselves",
    async () => {
      const boot = sh("cat /proc/sys/kernel/random/boot_id");
      await ground.carriedOut(rebootHost, ground.contextOf("run-1"));
      const after = sh("cat /proc/sys/kernel/random/boot_id");
      expect(after).not.toBe(boot);
      await ground.carriedOut(rebootHost, ground.contextOf("run-1"));
      expect(sh("cat /proc/sys/kernel/random/boot_id")).toBe(after);
    },
    8 * MINUTE,
  );

  test(
    "the ship knows all it had known, and its fence knows its pier",
    async () => {
      expect(await ground.eventNow()).toBeGreaterThan(ground.event);
      expect(sh(`cat ${PIER}/marker`)).toBe(MARKER);
      expect(sh(`sed -n s/^pier=//p ${LAYOUT.fenceDirectory}/nec`)).toBe(
        sh(`echo "$(stat -c %i ${PIER}):$(cat ${PIER}/.slipway-id)"`),
      );
    },
    2 * MINUTE,
  );

  test(
    "no second copy of the pier is left, and the raw volume shows nothing written inside",
    () => {
      expect(sh(`lsblk -nso TYPE $(findmnt -no SOURCE --target ${LAYOUT.home})`)).toContain("crypt");
      expect(sh("find / -xdev -name marker -path '*nec*' 2>/dev/null")).toBe("");
      expect(sh(`grep -c ${MARKER} ${PIER}/marker /var/lib/slipway/volume/piers.luks | sed 's/.*://'`)).toBe("1\n0");
      expect(sh("cryptsetup luksDump /var/lib/slipway/volume/piers.luks | grep -E '^Version|cipher: '")).toMatch(
        /Version:\s+2[\s\S]*aes-xts-plain64/,
      );
    },
    4 * MINUTE,
  );

  test(
    "the kernel's audit rules are those of the file, and whoever reads a key is on record",
    () => {
      const file = sh("grep '^-w' /etc/audit/rules.d/50-slipway.rules | sort");
      expect(file).not.toBe("");
      expect(sh("auditctl -l | grep slipway | sort")).toBe(file);
      sh("cat /etc/slipway/keys/piers.key >/dev/null; sync; sleep 2");
      expect(sh("ausearch --input-logs -k slipway-keys -i 2>/dev/null")).toContain("name=/etc/slipway/keys/piers.key");
      expect(sh(`ausearch --input-logs -i 2>/dev/null | grep 'key=slipway' | grep -c ${PIER}`)).toBe("0");
    },
    2 * MINUTE,
  );

  test(
    "vere runs under its profile, and what is under it reads no file of root's",
    () => {
      const pids = sh("pgrep -u urbit -f ^/opt/slipway/vere").split("\n");
      expect(pids.length).toBeGreaterThanOrEqual(2);
      expect(sh(`for pid in ${pids.join(" ")}; do cat /proc/$pid/attr/current; done | sort -u`)).toBe(
        "slipway-vere (enforce)",
      );
      const under = (what: string) => sh(`printf 'changeprofile slipway-vere' >/proc/self/attr/current; ${what}`);
      expect(under("read -r line </etc/shadow || echo refused")).toBe("refused");
      expect(sh("read -r line </etc/shadow && echo read")).toBe("read");
    },
    2 * MINUTE,
  );

  test(
    "an audit sees each of these controls",
    async () => {
      const ids = ["enc.piers", "audit.auditd", "audit.rules-loaded", "audit.mac", "audit.mac-ships"];
      const checks = controlChecks().flatMap((check) =>
        check.scope === "host" && ids.includes(check.id) ? [check] : [],
      );
      const { findings } = value(await auditHost(ground.machine, checks));
      expect(findings.map(({ check, status, seen }) => [check, status, status === "shown" ? "" : seen])).toEqual(
        checks.map(({ id }) => [id, "shown", ""]),
      );
    },
    2 * MINUTE,
  );

  test(
    "is taken back whole: the pier lies where it lay, the ship runs, the host is as it was",
    async () => {
      for (const step of [rebootHost, encryptPiers, harden])
        expect(value(await step.undo(ground.contextOf("run-1")))).toMatchObject({ undone: true });
      await ground.live();
      expect(await ground.state()).toEqual(before);
      expect(sh(`findmnt -no SOURCE --target ${LAYOUT.home}`)).toBe("/dev/vda");
      expect(sh("lsblk -nro TYPE")).not.toContain("crypt");
      expect(sh("auditctl -l")).toBe("No rules");
      expect(sh("grep -c slipway /sys/kernel/security/apparmor/profiles")).toBe("0");
      expect(sh(`cat ${PIER}/marker`)).toBe(MARKER);
      expect(await ground.eventNow()).toBeGreaterThan(ground.event);
    },
    8 * MINUTE,
  );
});
