import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Guest } from "../../lab/qemu/guest.ts";
import { startGuest } from "../../lab/qemu/lab.ts";
import type { Finding } from "../../src/audit/finding.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import { LAYOUT } from "../../src/urbit/layout.ts";
import { bodies, fingerprint, openSite, type Site } from "../hosts/site.ts";

/**
 * The strict level on a whole machine with its own kernel and disks (emulated: everything takes long), a ship on it from
 * the start. The ship's runtime is the stand-in. Root only.
 */
let guest: Guest & { down(): Promise<void> };
let site: Site;
let lab: { readonly hosts: readonly { readonly name: string; readonly address: string }[]; readonly sshConfig: string };
let before: Readonly<Record<string, string>>;
let events: number;

const MARKER = "written-inside-the-pier-before-it-was-encrypted";
const sh = (program: string) => guest.exec(program).stdout.trim();
const pierOf = (ship: string) => `${LAYOUT.home}/${ship}`;

async function slipway(...argv: readonly string[]) {
  const ended = await site.slipway(...argv);
  if (ended.exit !== 0) throw new Error(`${argv.join(" ")}: ${ended.exit}\n${ended.out}\n${ended.err}`);
  return ended.out;
}

/** The ship's own count of what has happened to it: an older copy knows less. */
async function eventOf(): Promise<number> {
  const machine = hostMachine({ name: "alder", address: "alder" }, { sshConfig: lab.sshConfig });
  const life = await machine.ships.life({ name: "~nec", fake: true, amesPort: 0, httpPort: 0, loom: 31 });
  await machine.close();
  if (!life.ok) throw new Error(life.failure.what);
  return life.value.value.event;
}

async function audit(): Promise<ReadonlyMap<string, Finding["status"]>> {
  const ended = await site.slipway("audit", "alder", "--json");
  const { findings } = JSON.parse(ended.out) as { readonly findings: readonly Finding[] };
  return new Map(findings.map(({ check, status }) => [check, status]));
}

beforeAll(async () => {
  guest = await startGuest();
  lab = { hosts: [{ name: "alder", address: "alder" }], sshConfig: guest.sshConfig };
  site = await openSite(lab);
  await site.own("alder");
  await slipway("deploy-planet", "~nec", "--fake", "--host", "alder", "--hardening", "basic", "--yes");
  sh(`echo ${MARKER} > ${pierOf("nec")}/marker; chown ${LAYOUT.user}: ${pierOf("nec")}/marker; sync`);
  events = await eventOf();
  before = await fingerprint(lab, "alder");
}, 900_000);

afterAll(async () => {
  await site?.down();
  await guest?.down();
}, 120_000);

describe("setup-production --level strict", () => {
  test("moves the pier onto a LUKS volume, confines vere, watches, and restarts the host", async () => {
    expect((await audit()).get("enc.piers")).toBe("refuted");
    const boot = sh("cat /proc/sys/kernel/random/boot_id");
    await slipway("setup-production", "alder", "--level", "strict", "--yes");
    expect(sh("cat /proc/sys/kernel/random/boot_id")).not.toBe(boot);
    expect(bodies(site.evidence(), "step-failed")).toEqual([]);
    expect(bodies(site.evidence(), "run-ended")).toMatchObject([{ outcome: "done" }]);
  }, 1_200_000);

  test("the ship came back with all it had known, and its fence knows its pier", async () => {
    expect(await eventOf()).toBeGreaterThanOrEqual(events);
    expect(sh(`cat ${pierOf("nec")}/marker`)).toBe(MARKER);
    expect(sh(`sed -n s/^pier=//p ${LAYOUT.fenceDirectory}/nec`)).toBe(
      sh(`echo "$(stat -c %i ${pierOf("nec")}):$(cat ${pierOf("nec")}/.slipway-id)"`),
    );
  });

  test("no second copy of the pier is left, and the raw volume shows nothing written inside", () => {
    expect(sh(`lsblk -nso TYPE $(findmnt -no SOURCE --target ${LAYOUT.home})`)).toContain("crypt");
    expect(sh("find / -xdev -name marker -not -path '/proc/*' 2>/dev/null")).toBe("");
    expect(sh(`grep -c ${MARKER} /var/lib/slipway/volume/piers.luks`)).toBe("0");
    expect(sh("cryptsetup luksDump /var/lib/slipway/volume/piers.luks | grep -E '^Version|cipher: '")).toMatch(
      /Version:\s+2[\s\S]*aes-xts-plain64/,
    );
  });

  test("the kernel's audit rules are those of the file, and whoever touches a key is on record", () => {
    const file = sh("grep '^-w' /etc/audit/rules.d/50-slipway.rules | sort");
    expect(file).not.toBe("");
    expect(sh("auditctl -l | grep slipway | sort")).toBe(file);
    sh("cat /etc/slipway/keys/piers.key >/dev/null; sync; sleep 1");
    expect(sh("ausearch -k slipway-keys -i 2>/dev/null | grep -c 'name=/etc/slipway/keys/piers.key'")).not.toBe("0");
    expect(sh(`ausearch -k slipway-binaries -i 2>/dev/null | grep -c ${pierOf("nec")}`)).toBe("0");
  });

  test("vere runs under its profile, and what is under it reads no file of root's", () => {
    const pids = sh("pgrep -f ^/opt/slipway/vere").split("\n");
    expect(pids.length).toBeGreaterThanOrEqual(2);
    for (const pid of pids) expect(sh(`cat /proc/${pid}/attr/current`)).toBe("slipway-vere (enforce)");
    const under = (what: string) => sh(`sh -c 'printf "changeprofile slipway-vere" >/proc/self/attr/current; ${what}'`);
    expect(under(`read -r line </etc/shadow || echo refused`)).toBe("refused");
    expect(under(`read -r line <${pierOf("nec")}/.slipway-id && echo read`)).toBe("read");
    expect(sh("read -r line </etc/shadow && echo read")).toBe("read");
  });

  test("an audit sees each of these controls", async () => {
    const findings = await audit();
    for (const check of ["enc.piers", "audit.auditd", "audit.rules-loaded", "audit.mac", "audit.mac-ships"])
      expect([check, findings.get(check)]).toEqual([check, "shown"]);
  });

  test("a second time changes nothing and stops no ship", async () => {
    const started = sh("systemctl show -p ActiveEnterTimestamp --value urbit-nec");
    const machine = hostMachine({ name: "alder", address: "alder" }, { sshConfig: lab.sshConfig });
    const volume = { id: "volume", kind: "volume", path: LAYOUT.home, device: null, unlock: "key-file" } as const;
    const again = await machine.converge({
      batch: "again",
      resources: [volume],
      dryRun: false,
      revertAfterSeconds: null,
    });
    await machine.close();
    expect(again).toMatchObject({ ok: true, value: { value: { changed: 0, failed: 0 } } });
    expect(sh("systemctl show -p ActiveEnterTimestamp --value urbit-nec")).toBe(started);
  });

  test("taken back whole: the pier lies where it lay, the ship runs, the host is as it was", async () => {
    await slipway("rollback", site.run());
    expect(await fingerprint(lab, "alder")).toEqual(before);
    expect(sh(`findmnt -no SOURCE --target ${LAYOUT.home}`)).toBe("/dev/vda");
    expect(sh("lsblk -nro TYPE")).not.toContain("crypt");
    expect(sh("auditctl -l")).toBe("No rules");
    expect(sh("grep -c slipway /sys/kernel/security/apparmor/profiles")).toBe("0");
    expect(sh(`cat ${pierOf("nec")}/marker`)).toBe(MARKER);
    expect(await eventOf()).toBeGreaterThanOrEqual(events);
  }, 600_000);
});
