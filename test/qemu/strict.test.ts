import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Guest } from "../../lab/qemu/guest.ts";
import { startGuest } from "../../lab/qemu/lab.ts";
import { buildStandIn } from "../../lab/stand-in-vere/build.ts";
import { auditHost } from "../../src/audit/host.ts";
import { type Outcome, ok } from "../../src/base/outcome.ts";
import { controlChecks } from "../../src/knowledge/controls.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import { hostScripts } from "../../src/machines/host/ships/scripts.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { Resource } from "../../src/machines/resources.ts";
import type { Fence } from "../../src/machines/ships.ts";
import { productionPlan } from "../../src/plan/maintenance.ts";
import type { ShipTarget } from "../../src/plan/schema.ts";
import type { Step, StepContext } from "../../src/specialists/step.ts";
import { encryptPiers } from "../../src/specialists/urbit-deployment-specialist/encrypt-piers.ts";
import { harden } from "../../src/specialists/urbit-deployment-specialist/harden.ts";
import { rebootHost } from "../../src/specialists/urbit-deployment-specialist/reboot-host.ts";
import { LAYOUT, shipPaths, vereFile } from "../../src/urbit/layout.ts";

/**
 * The strict level's steps on a whole machine with its own kernel and disks (emulated: everything takes long), a ship on
 * it from the start. The ship's runtime is the stand-in. Root only.
 */
let guest: Guest & { down(): Promise<void> };
let machine: Machine;
let before: Readonly<Record<string, string>>;
let event: number;
let token = 0;

const SHIP: ShipTarget = {
  name: "~nec",
  fake: true,
  environment: "production",
  host: "alder",
  amesPort: 34_540,
  httpPort: 8080,
  loom: 31,
  keyRef: null,
};
const PIER = shipPaths(SHIP.name).pier;
const MARKER = "written-inside-the-pier-before-it-was-encrypted";
const PILL = `${LAYOUT.pillDirectory}/stand-in.pill`;
const MINUTE = 60_000;

const sh = (program: string) => guest.exec(program).stdout.trim();
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.what} ${outcome.failure.why ?? ""}`);
  return outcome.value;
}

async function acquire(run: string, ship = ""): Promise<Outcome<Fence>> {
  token += 1;
  return ok({ ship, token, machineId: value(await machine.machineId()), run });
}

/** What the run would give a step of the host. */
function contextOf(run: string): StepContext {
  const site = {
    hosts: [{ name: "alder", address: "alder" }],
    runtime: { version: "4.5", vereSha256: null, pillSha256: null },
    keys: {},
    placed: { "~nec": { host: "alder", amesPort: SHIP.amesPort, httpPort: SHIP.httpPort, fake: true } },
  };
  const plan = productionPlan(site, { securityLevel: "strict", monitoringLevel: "none", compliance: [] });
  const unasked = () => Promise.reject(new Error("not asked for by this step"));
  return {
    run,
    unchanged: false,
    target: { plan, host: { name: "alder", address: "alder" }, ship: null, shipsOnHost: [SHIP], phase: "strict" },
    machine,
    peer: () => machine,
    began: unasked,
    acknowledged: unasked,
    lease: unasked,
    acquire: (ship) => acquire(run, ship),
    release: unasked,
    observe: unasked,
    recorded: unasked,
    key: unasked,
    runtime: unasked,
  };
}

/** Carries a step on until it is done, then looks with fresh eyes. */
async function carriedOut(step: Step, context: StepContext) {
  for (let tries = 0; tries < 400; tries += 1) {
    const outcome = value(await step.apply({ ...context }));
    if (outcome.kind === "done") {
      expect(value(await step.check({ ...context })).filter(({ passed }) => !passed)).toEqual([]);
      return outcome;
    }
    await later(500);
  }
  throw new Error("never done");
}

async function reached(what: (state: Awaited<ReturnType<typeof look>>) => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (what(await look())) return;
    await later(500);
  }
  throw new Error(`never: ${JSON.stringify(await look())}`);
}
const look = async () => value(await machine.ships.inspect(SHIP)).value;
/** The ship's own count of what has happened to it: an older copy knows less. */
const eventNow = async () => value(await machine.ships.life(SHIP)).value.event;

/** Kernel settings in whole are not the same after any restart: of those, what hardening sets. */
async function state(): Promise<Readonly<Record<string, string>>> {
  const sysctl = sh("sysctl -e kernel.dmesg_restrict kernel.kptr_restrict net.ipv4.conf.all.send_redirects");
  return { ...value(await machine.fingerprint()).value, sysctl };
}

beforeAll(async () => {
  guest = await startGuest();
  machine = hostMachine({ name: "alder", address: "alder" }, { sshConfig: guest.sshConfig });
  const local = await buildStandIn();
  const sha256 = createHash("sha256").update(readFileSync(local)).digest("hex");
  const vere = vereFile("4.5", sha256);
  const root = { owner: "root", group: "root" } as const;
  const resources: readonly Resource[] = [
    { kind: "user", id: "user", name: LAYOUT.user, home: LAYOUT.home, shell: "/usr/sbin/nologin" },
    ...LAYOUT.systemDirectories.map(
      ({ path, mode }): Resource => ({ kind: "directory", id: path, path, mode, ...root }),
    ),
    ...hostScripts().map((script): Resource => ({ kind: "file", id: script.path, ...script, ...root })),
    { kind: "file", id: "pill", path: PILL, mode: "0644", content: "any bytes", ...root },
    { kind: "download", id: "vere", path: vere, mode: "0755", sha256, url: null, localFile: local, ...root },
  ];
  const prepared = await machine.converge({ batch: "ground", resources, dryRun: false, revertAfterSeconds: null });
  expect(value(prepared).value.failed).toBe(0);
  const fence = value(await acquire("earlier", SHIP.name));
  value(await machine.ships.fence(fence));
  value(await machine.ships.boot({ ship: SHIP, fence, vere, pill: PILL, key: null }));
  await reached(({ boot, pier }) => boot === "done" && pier === "ready");
  value(await machine.ships.install(SHIP, fence, vere));
  value(await machine.ships.start(SHIP, fence));
  await reached(({ live }) => live);
  sh(`echo ${MARKER} > ${PIER}/marker; chown ${LAYOUT.user}: ${PIER}/marker; sync`);
  event = await eventNow();
  before = await state();
}, 10 * MINUTE);

afterAll(async () => {
  await machine?.close();
  await guest?.down();
}, 2 * MINUTE);

describe("the strict level on a host with a ship", () => {
  test(
    "sets mandatory access control and audit rules beside the controls of the levels below",
    async () => {
      const { outputs } = await carriedOut(harden, contextOf("run-1"));
      expect(outputs).toMatchObject({ notSet: [] });
    },
    8 * MINUTE,
  );

  test(
    "moves the pier onto a LUKS volume, and the ship runs again",
    async () => {
      expect(await carriedOut(encryptPiers, contextOf("run-1"))).toMatchObject({ unchanged: false });
      expect(await look()).toMatchObject({ unit: "active", live: true, fence: { run: "run-1" } });
    },
    8 * MINUTE,
  );

  test(
    "restarts the host once, and volume and ship come back by themselves",
    async () => {
      const boot = sh("cat /proc/sys/kernel/random/boot_id");
      await carriedOut(rebootHost, contextOf("run-1"));
      const after = sh("cat /proc/sys/kernel/random/boot_id");
      expect(after).not.toBe(boot);
      await carriedOut(rebootHost, contextOf("run-1"));
      expect(sh("cat /proc/sys/kernel/random/boot_id")).toBe(after);
    },
    8 * MINUTE,
  );

  test(
    "the ship knows all it had known, and its fence knows its pier",
    async () => {
      expect(await eventNow()).toBeGreaterThan(event);
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
      const { findings } = value(await auditHost(machine, checks));
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
        expect(value(await step.undo(contextOf("run-1")))).toMatchObject({ undone: true });
      await reached(({ live }) => live);
      expect(await state()).toEqual(before);
      expect(sh(`findmnt -no SOURCE --target ${LAYOUT.home}`)).toBe("/dev/vda");
      expect(sh("lsblk -nro TYPE")).not.toContain("crypt");
      expect(sh("auditctl -l")).toBe("No rules");
      expect(sh("grep -c slipway /sys/kernel/security/apparmor/profiles")).toBe("0");
      expect(sh(`cat ${PIER}/marker`)).toBe(MARKER);
      expect(await eventNow()).toBeGreaterThan(event);
    },
    8 * MINUTE,
  );
});
