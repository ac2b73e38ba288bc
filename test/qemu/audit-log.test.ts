import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { startGuest } from "../../lab/qemu/lab.ts";
import { contextFor } from "../../lab/step-context.ts";
import { auditHost } from "../../src/audit/host.ts";
import { controlChecks } from "../../src/knowledge/controls.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import type { Machine } from "../../src/machines/machine.ts";
import { productionPlan } from "../../src/plan/maintenance.ts";
import { shipAuditLog } from "../../src/specialists/performance-engineer/monitoring/ship-audit-log.ts";
import { auditd } from "../../src/specialists/urbit-deployment-specialist/hardening/auditd.ts";
import { value } from "./strict-context.ts";

/**
 * Audit records of a whole machine with a kernel of its own, kept on another host (a container: it needs no audit log
 * itself), which reaches it by SSH alone. Root only.
 */
const MINUTE = 60_000;
const STORE = "/var/lib/slipway-audit/alder";
/** The guest as the lab's hosts see it. */
const ALDER = { name: "alder", address: "10.77.0.1" };
const CEDAR = { name: "cedar", address: "cedar" };

let guest: Awaited<ReturnType<typeof startGuest>>;
let lab: Lab;
let path: ChildProcess;
let alder: Machine;
let cedar: Machine;
let before: readonly Readonly<Record<string, string>>[];

const onAlder = (program: string) => guest.exec(program).stdout.trim();
const onCedar = (program: string) => lab.exec("cedar", program).stdout.trim();
const states = async () => [value(await alder.fingerprint()).value, value(await cedar.fingerprint()).value];

function contextOf(run: string) {
  const settings = { receivers: [], retentionDays: 90, pace: 1 };
  const site = {
    hosts: [ALDER],
    monitor: { host: CEDAR, settings },
    runtime: { version: "4.5", vereSha256: null, pillSha256: null },
    keys: {},
    placed: {},
  };
  const plan = productionPlan(site, { securityLevel: "strict", monitoringLevel: "none", compliance: [] });
  const target = { plan, host: CEDAR, ship: null, shipsOnHost: [], phase: "audit-log" };
  return contextFor({ run, target, machine: cedar, peer: () => alder });
}

/** Looks for a text among the records kept of alder, as they come in. */
const kept = (text: string) =>
  onCedar(
    `for try in $(seq 30); do journalctl -q --directory=${STORE} -o cat | grep -m 1 -F '${text}' && exit; sleep 1; done`,
  );

beforeAll(async () => {
  lab = await startLab({ hosts: ["cedar"], packages: ["systemd-journal-remote"] });
  guest = await startGuest();
  path = bridge(lab, guest.port);
  alder = hostMachine({ name: "alder", address: "alder" }, { sshConfig: guest.sshConfig });
  cedar = hostMachine(CEDAR, { sshConfig: lab.sshConfig });
  const facts = value(await alder.facts()).value;
  const { resources } = auditd.wish({ facts, level: "strict", ships: [], answers: {} });
  const set = await alder.converge({ batch: "ground", resources, dryRun: false, revertAfterSeconds: null });
  expect(value(set).value.failed).toBe(0);
  before = await states();
}, 10 * MINUTE);

afterAll(async () => {
  path?.kill("SIGTERM");
  await alder?.close();
  await cedar?.close();
  await guest?.down();
  await lab?.down();
}, 2 * MINUTE);

/** The guest's sshd, at the lab's own address. */
function bridge({ name, folder }: Lab, port: number): ChildProcess {
  const way = join(folder, "to-alder");
  writeFileSync(way, `#!/bin/sh\nexec nsenter --net=/proc/${process.pid}/ns/net socat - TCP:127.0.0.1:${port}\n`);
  chmodSync(way, 0o755);
  const listen = `TCP-LISTEN:22,bind=${ALDER.address},reuseaddr,fork`;
  return spawn("nsenter", [`--net=/run/netns/${name}`, "socat", listen, `EXEC:${way}`], { stdio: "ignore" });
}

describe("the audit log of a strict host", () => {
  test(
    "is kept on the monitoring host: a record with a nonce arrives there",
    async () => {
      const context = contextOf("run-1");
      expect(value(await shipAuditLog.apply(context))).toMatchObject({ kind: "done", unchanged: false });
      const checks = value(await shipAuditLog.check(context));
      expect(checks.filter(({ passed }) => !passed)).toEqual([]);
      const proof = checks.find(({ check }) => check === "a record made on the host has arrived: alder");
      expect(proof?.detail).toMatch(/slipway-proof-[0-9a-f]{16}/);
      expect(value(await shipAuditLog.apply(contextOf("run-1")))).toMatchObject({ unchanged: true });
    },
    5 * MINUTE,
  );

  test(
    "says there who read a key here, and holds nothing but audit records",
    () => {
      onAlder(
        "umask 077; echo key > /etc/slipway/keys/canary.key; cat /etc/slipway/keys/canary.key; logger not-for-others",
      );
      expect(kept("/etc/slipway/keys/canary.key")).toContain("canary.key");
      expect(onCedar(`journalctl -q --directory=${STORE} -o json | grep -vc '"_TRANSPORT":"audit"'`)).toBe("0");
      expect(onCedar(`journalctl -q --directory=${STORE} -o cat | grep -c not-for-others`)).toBe("0");
    },
    2 * MINUTE,
  );

  test(
    "goes on where it was when the path has been down",
    () => {
      onCedar("systemctl stop slipway-audit-alder");
      onAlder("auditctl -m while-nobody-listened");
      onCedar("systemctl start slipway-audit-alder");
      expect(kept("while-nobody-listened")).toContain("while-nobody-listened");
    },
    2 * MINUTE,
  );

  test(
    "is all that the monitoring host's key opens",
    () => {
      const ssh = `ssh -F none -i /var/lib/slipway-audit-key/id_ed25519 -o UserKnownHostsFile=/etc/slipway/audit/known_hosts.d/alder -o HostKeyAlias=alder -o BatchMode=yes slipway-audit@${ALDER.address}`;
      expect(onCedar(`${ssh} 'cat /etc/passwd' 2>&1`)).toBe("a time is wanted, in seconds");
      expect(onCedar(`timeout 20 ${ssh} -o ExitOnForwardFailure=yes -N -R 4040:127.0.0.1:22 2>&1; echo $?`)).toMatch(
        /forwarding failed[\s\S]*255$/,
      );
    },
    2 * MINUTE,
  );

  test(
    "is seen by an audit of the host",
    async () => {
      const checks = controlChecks().flatMap((check) =>
        check.scope === "host" && check.id === "audit.shipped" ? [check] : [],
      );
      const { findings } = value(await auditHost(alder, checks));
      expect(findings.map(({ check, status }) => [check, status])).toEqual([["audit.shipped", "shown"]]);
    },
    2 * MINUTE,
  );

  test(
    "stops being shipped when it is taken back, both hosts as they were; what is kept stays, root's alone",
    async () => {
      onAlder("rm /etc/slipway/keys/canary.key");
      expect(value(await shipAuditLog.undo(contextOf("run-1")))).toMatchObject({ undone: true });
      expect(await states()).toEqual(before);
      expect(kept("while-nobody-listened")).toContain("while-nobody-listened");
      expect(onCedar("find /var/lib/slipway-audit ! -user root; ls -d /var/lib/slipway-audit-key 2>/dev/null")).toBe(
        "",
      );
    },
    5 * MINUTE,
  );
});
