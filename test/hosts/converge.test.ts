import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BASELINE } from "../../bench/converge/baseline.ts";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { createHostMachine } from "../../src/machines/host/machine.ts";
import { connect } from "../../src/machines/host/transport.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { Resource } from "../../src/machines/resources.ts";
import type { ShipOperations } from "../../src/machines/ships.ts";
import { batch, code, failed, value } from "./outcomes.ts";

let lab: Lab;
const machines: Machine[] = [];

beforeAll(async () => {
  lab = await startLab({ hosts: 1 });
}, 300_000);

afterAll(async () => {
  for (const machine of machines) await machine.close();
  await lab?.down();
}, 120_000);

function reach(address: string, sshConfig = lab.sshConfig) {
  const target = { name: "h", address };
  const connection = connect(target, { sshConfig });
  const none = () => ({}) as ShipOperations;
  const machine = createHostMachine(target, { connection, ships: none });
  machines.push(machine);
  return { machine, connection };
}

const first = () => {
  const host = lab.hosts[0];
  if (host === undefined) throw new Error("the lab has no host");
  return host.name;
};

describe("the baseline on a real host", () => {
  test("shows in a dry run, is applied once, found the second time, and undone without a trace", async () => {
    const { machine } = reach(first());
    const before = value(await machine.fingerprint()).value;

    const dry = value(await machine.converge({ ...batch("base", BASELINE), dryRun: true })).value;
    expect(dry.changed).toBeGreaterThan(10);
    expect(value(await machine.fingerprint()).value).toEqual(before);

    const applied = value(await machine.converge(batch("base", BASELINE, 30))).value;
    expect(failed(applied.records)).toEqual([]);
    expect(applied.changed).toBeGreaterThan(10);

    const again = value(await machine.converge(batch("base", BASELINE, 30))).value;
    expect(again.records.filter((record) => record.status !== "ok")).toEqual([]);

    const undone = value(await machine.undo("base")).value;
    expect(failed(undone.records)).toEqual([]);
    expect(value(await machine.fingerprint()).value).toEqual(before);
    expect(value(await machine.undo("base")).value.records).toEqual([]);
  }, 120_000);

  test("is still there after a reboot", async () => {
    const { machine } = reach(first());
    const before = value(await machine.fingerprint()).value;
    value(await machine.converge(batch("base", BASELINE)));
    await lab.reboot(first());
    const after = reach(first()).machine;
    const found = value(await after.converge({ ...batch("base", BASELINE), dryRun: true })).value.records;
    expect(found.filter((record) => record.status !== "ok")).toEqual([]);
    expect(failed(value(await after.undo("base")).value.records)).toEqual([]);
    expect(value(await after.fingerprint()).value).toEqual(before);
  }, 120_000);

  test("reads the host's facts", async () => {
    const facts = value(await reach(first()).machine.facts()).value;
    expect(facts).toMatchObject({
      os: "debian",
      init: "systemd",
      packageManager: "apt",
      sshPorts: [22],
      timeSync: "container",
    });
    expect(facts.machineId).toMatch(/^[0-9a-f]{32}$/);
    expect(Math.abs(facts.clockSkewSeconds)).toBeLessThan(2);
  });

  test("finds out when somebody changed the loaded firewall", async () => {
    const { machine, connection } = reach(first());
    const wall: readonly Resource[] = [
      { kind: "firewall", id: "firewall", inbound: "deny" },
      { kind: "firewall-rule", id: "ames", proto: "udp", port: 34540, from: null, comment: "Ames" },
    ];
    value(await machine.converge(batch("wall", wall, 30)));
    value(await connection.run("nft add rule inet slipway input tcp dport 9999 accept"));
    const records = value(await machine.converge(batch("wall", wall, 30))).value.records;
    expect(records[0]).toMatchObject({ id: "firewall", status: "changed" });
    expect(value(await connection.run("nft list table inet slipway")).stdout).not.toContain("9999");
    value(await machine.undo("wall"));
  }, 60_000);
});

describe("root through sudo", () => {
  test("works for a login user who may", async () => {
    const { machine, connection } = reach(`ops@${first()}`);
    expect(value(await connection.run("id -u; cat", { stdin: "data" })).stdout).toBe("0\ndata");
    expect(value(await connection.run("id -un", { asRoot: false })).stdout).toBe("ops\n");
    const resource: Resource = {
      kind: "file",
      id: "f",
      path: "/etc/may",
      owner: "root",
      group: "root",
      mode: "0600",
      content: "x",
    };
    expect(value(await machine.converge(batch("may", [resource], 30))).value.changed).toBe(1);
    expect(value(await machine.undo("may")).value.changed).toBe(1);
  }, 60_000);

  test("says so when it is refused", async () => {
    const outcome = await reach(`nosudo@${first()}`).machine.converge(batch("maynot", []));
    expect(["sudo-needs-password", "sudo-refused"]).toContain(code(outcome));
  }, 60_000);
});

describe("packages", () => {
  /** A repository on the host itself: the lab has no way out. Package a needs b, makes a user and leaves a file behind. */
  const REPOSITORY = `set -e
mkdir -p /var/tmp/repo/a/DEBIAN /var/tmp/repo/a/etc/slip /var/tmp/repo/b/DEBIAN && cd /var/tmp/repo
head='Version: 1\nArchitecture: all\nMaintainer: x <x@x>\nDescription: x\n'
printf "Package: slip-a\nDepends: slip-b\n$head" > a/DEBIAN/control; printf "Package: slip-b\n$head" > b/DEBIAN/control
echo /etc/slip/a.conf > a/DEBIAN/conffiles; echo conf > a/etc/slip/a.conf
printf '#!/bin/sh\nuseradd --system slipuser; echo left > /etc/slip-left\n' > a/DEBIAN/postinst; chmod 755 a/DEBIAN/postinst
for p in a b; do dpkg-deb -b $p $p.deb; cat $p/DEBIAN/control; printf 'Filename: ./%s.deb\nSize: %s\nSHA256: %s\n\n' $p $(stat -c %s $p.deb) $(sha256sum < $p.deb | cut -d' ' -f1); done | grep -v ^dpkg > Packages
echo 'deb [trusted=yes] file:/var/tmp/repo ./' > /etc/apt/sources.list`;

  test("come with what they need, and go with all they left; one that does not exist fails alone", async () => {
    const { machine, connection } = reach(first());
    expect(value(await connection.run(REPOSITORY)).exit).toBe(0);
    const before = value(await machine.fingerprint()).value;
    const wanted = ["slip-a", "no-such-package"].map((name): Resource => ({ kind: "package", id: name, name }));
    const records = value(await machine.converge(batch("pk", wanted))).value.records;
    expect(records.map((record) => record.status)).toEqual(["changed", "failed"]);
    expect(records[1]?.why).toContain("Unable to locate package");
    expect(value(await connection.run("cat /etc/slip/a.conf; id -un slipuser")).stdout).toBe("conf\nslipuser\n");
    expect(failed(value(await machine.undo("pk")).value.records)).toEqual([]);
    expect(value(await machine.fingerprint()).value).toEqual(before);
  }, 120_000);
});

test("where ufw runs the host, ufw gets the rules and there is no second firewall", async () => {
  const { machine, connection } = reach(first());
  expect(value(await connection.run("ufw allow 22/tcp && ufw --force enable", { timeoutMs: 60_000 })).exit).toBe(0);
  const before = value(await machine.fingerprint()).value;
  const rules: readonly Resource[] = [
    { kind: "firewall", id: "firewall", inbound: "deny" },
    { kind: "firewall-rule", id: "ames", proto: "udp", port: 34540, from: null, comment: "Ames" },
    { kind: "firewall-rule", id: "web", proto: "tcp", port: 80, from: "10.0.0.0/8", comment: "web" },
  ];
  expect(failed(value(await machine.converge(batch("ufw", rules, 30))).value.records)).toEqual([]);
  expect(value(await machine.converge(batch("ufw", rules, 30))).value.changed).toBe(0);
  expect(value(await connection.run("ufw status")).stdout).toMatch(/34540\/udp\s+ALLOW/);
  expect(value(await connection.run("nft list table inet slipway")).exit).not.toBe(0);
  expect(failed(value(await machine.undo("ufw")).value.records)).toEqual([]);
  expect(value(await machine.fingerprint()).value).toEqual(before);
  value(await connection.run("ufw --force disable"));
}, 180_000);

describe("a host that cannot be trusted or reached", () => {
  test("with another host key gets nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "keys-"));
    const known = readFileSync(/UserKnownHostsFile (\S+)/.exec(readFileSync(lab.sshConfig, "utf8"))?.[1] ?? "", "utf8");
    // The same hosts with a key that is not theirs.
    const other = "AAAAC3NzaC1lZDI1NTE5AAAAIIiLdrVcJlDsXTeSCnNHHpnJFjQRjgqrnYJ8yWnCbBuZ";
    writeFileSync(join(folder, "known"), known.replaceAll(/(ssh-ed25519) \S+/g, `$1 ${other}`));
    const config = readFileSync(lab.sshConfig, "utf8").replaceAll(
      /UserKnownHostsFile \S+/g,
      `UserKnownHostsFile ${join(folder, "known")}`,
    );
    writeFileSync(join(folder, "config"), config);
    expect(code(await reach(first(), join(folder, "config")).machine.facts())).toBe("host-key-changed");
  });

  test("that does not answer is unreachable, which passes", async () => {
    const refused = await reach("ssh://root@127.0.0.1:1").machine.facts();
    expect(refused).toMatchObject({ ok: false, failure: { code: "host-unreachable", kind: "transient" } });
  });
});

test("many programs at once share one connection", async () => {
  const { connection } = reach(first());
  const answers = await Promise.all(Array.from({ length: 24 }, (_, index) => connection.run(`echo ${index}`)));
  expect(answers.map((answer) => value(answer).stdout)).toEqual(Array.from({ length: 24 }, (_, index) => `${index}\n`));
});
