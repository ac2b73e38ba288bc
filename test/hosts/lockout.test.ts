import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { compileBatch } from "../../src/machines/host/compile.ts";
import { createHostMachine } from "../../src/machines/host/machine.ts";
import { connect } from "../../src/machines/host/transport.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { Resource } from "../../src/machines/resources.ts";
import type { ShipOperations } from "../../src/machines/ships.ts";
import { batch, failureOf, value } from "./outcomes.ts";
import { bodies, openSite, type Site, until } from "./site.ts";

/** What would keep us out of a host is taken back by the host itself. Each case has a host of its own. Root only. */
const HOSTS = ["alder", "birch", "cedar", "dogwood", "elm"] as const;
let lab: Lab;
let site: Site;
const machines: Machine[] = [];

beforeAll(async () => {
  lab = await startLab({ hosts: HOSTS });
  const config = join(lab.folder, "by-another-door");
  writeFileSync(config, `Host alder\n  Port 2022\n  HostKeyAlias alder\n  Include ${lab.sshConfig}\n`);
  site = await openSite(lab, config);
}, 300_000);

afterAll(async () => {
  for (const machine of machines) await machine.close();
  await site?.down();
  await lab?.down();
}, 120_000);

function reach(host: string) {
  const target = { name: host, address: host };
  const connection = connect(target, { sshConfig: lab.sshConfig });
  const machine = createHostMachine(target, { connection, ships: () => ({}) as ShipOperations });
  machines.push(machine);
  return { machine, connection };
}

/** Seconds until the host takes a batch back: long enough for a confirmation that comes, short enough for a test. */
const REVERT = 10;
const fingerprint = async (machine: Machine) => value(await machine.fingerprint()).value;
const unit = (name: string, start: string, stop: string): Resource => ({
  kind: "unit",
  id: name,
  name: `${name}.service`,
  content: `[Unit]\nDescription=${name}\n[Service]\nType=oneshot\nRemainAfterExit=yes\nTimeoutStartSec=infinity\nExecStart=${start}\nExecStop=${stop}\n[Install]\nWantedBy=multi-user.target\n`,
  enabled: true,
  active: true,
});
/** Drops every new connection to SSH; the ones that are open go on. */
const cut = unit(
  "cut",
  "/usr/sbin/nft 'add table inet cut; add chain inet cut in { type filter hook input priority 0; }; add rule inet cut in tcp dport 22 ct state new drop'",
  "/usr/sbin/nft delete table inet cut",
);
const hang = unit("hang", "/bin/sleep infinity", "/bin/true");
/** Kills the shell of the batch at work, and nothing that it started. */
const HOLDER = `for p in /proc/[0-9]*; do [ "$(readlink $p/fd/9)" != /run/slipway-converge.lock ] || kill -9 $(basename $p); done`;

describe.concurrent("a change that shuts us out", () => {
  test("ends a launch as a configuration error that says why; the host takes it back, and the launch goes on when that is put right", async () => {
    // SSH comes in by another port than sshd's own, through a forwarder the firewall cannot know of: it listens on
    // loopback, where the host itself sends what comes from outside.
    lab.exec(
      "alder",
      `printf '[Socket]\\nListenStream=127.0.0.1:2022\\n' > /etc/systemd/system/door.socket
printf '[Service]\\nExecStart=/lib/systemd/systemd-socket-proxyd 127.0.0.1:22\\n' > /etc/systemd/system/door.service
systemctl daemon-reload; systemctl start door.socket
echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet
nft 'add table ip door; add chain ip door in { type nat hook prerouting priority dstnat; }; add rule ip door in tcp dport 2022 dnat to 127.0.0.1'`,
    );
    const { machine } = reach("alder");
    const before = await fingerprint(machine);
    expect((await site.slipway("host", "add", "root@alder", "--name", "alder")).exit).toBe(0);
    const launch = site.begin("deploy-planet", "~zod", "--fake", "--host", "alder", "--yes", "--by", "ada");
    await until(() => lab.exec("alder", "nft list table inet slipway").exit === 0, "the firewall is up");
    // Counts from the last change on, and is over within two minutes.
    expect(lab.exec("alder", "systemctl cat 'slipway-revert-*.timer'").stdout).toContain("OnActiveSec=1min\n");
    const { exit, out } = await launch.ended;
    expect(exit).toBe(3);
    expect(out).toContain("[locked-out, at production/baseline/alder]");
    expect(await fingerprint(machine)).toEqual(before);
    const { status, problem } = JSON.parse((await site.slipway("status", "last", "--json")).out);
    expect(status).toBe("waiting");
    expect(problem).toMatchObject({
      step: "production/baseline/alder",
      failure: {
        kind: "configuration",
        code: "locked-out",
        what: expect.stringMatching(/alder let no new SSH connection in. The host has put everything back by itself/),
        why: expect.stringContaining("alder"),
        next: expect.stringContaining("firewall"),
      },
      fix: { steps: [{ by: "you" }, { by: "slipway" }] },
    });
    expect(bodies(site.evidence(), "step-failed").map(({ failure }) => failure.code)).toEqual(["locked-out"]);

    lab.exec(
      "alder",
      "systemctl stop door.socket door.service; nft delete table ip door; printf 'Port 22\\nPort 2022\\n' > /etc/ssh/sshd_config.d/door.conf; systemctl restart ssh",
    );
    expect((await site.slipway("approve", "last", "--by", "ada")).exit).toBe(0);
    expect((await site.slipway("watch", "last")).exit).toBe(0);
  }, 300_000);

  test.each([
    ["hangs", "cedar", "true"],
    ["is killed, whatever part of it lives on", "birch", HOLDER],
  ])(
    "is taken back when the batch %s",
    async (_, host, end) => {
      const { machine, connection } = reach(host);
      const before = await fingerprint(machine);
      const broken = machine.converge(batch("broken", [cut, hang], REVERT));
      await until(
        async () => value(await connection.run("systemctl is-active hang")).stdout === "activating\n",
        "it hangs",
      );
      value(await connection.run(end));
      expect(failureOf(await broken)).toMatchObject({
        kind: "transient",
        why: expect.stringContaining("undoes it by itself"),
      });
      const after = reach(host);
      await until(async () => (await after.connection.run("true", { fresh: true })).ok, "a new login works");
      await until(async () => JSON.stringify(await fingerprint(after.machine)) === JSON.stringify(before), "as it was");
    },
    300_000,
  );

  test("is taken back at the next boot when the host goes down before its end", async () => {
    const { machine, connection } = reach("dogwood");
    const before = await fingerprint(machine);
    const broken = machine.converge(batch("crash", [cut, hang], 120));
    await until(
      async () => value(await connection.run("systemctl is-active hang")).stdout === "activating\n",
      "it hangs",
    );
    await lab.crash("dogwood");
    expect(failureOf(await broken).kind).toBe("transient");
    await lab.start("dogwood");
    const after = reach("dogwood");
    await until(async () => JSON.stringify(await fingerprint(after.machine)) === JSON.stringify(before), "as it was");
  }, 300_000);

  test("is taken back when the controller is gone before it could confirm, but for what was confirmed before", async () => {
    const { machine, connection } = reach("elm");
    const before = await fingerprint(machine);
    const keep: Resource = {
      kind: "directory",
      id: "keep",
      path: "/srv/keep",
      owner: "root",
      group: "root",
      mode: "0755",
    };
    const more: Resource = { kind: "sysctl", id: "s", key: "net.ipv4.tcp_syncookies", value: "2" };
    value(await machine.converge(batch("grow", [keep], 30)));
    const confirmed = await fingerprint(machine);
    value(await connection.run(value(compileBatch(batch("grow", [keep, more], 5))).program));
    expect(await fingerprint(machine)).not.toEqual(confirmed);
    await until(
      async () => JSON.stringify(await fingerprint(machine)) === JSON.stringify(confirmed),
      "only the rest went",
    );
    value(await machine.undo("grow"));
    expect(await fingerprint(machine)).toEqual(before);
  }, 300_000);
});
