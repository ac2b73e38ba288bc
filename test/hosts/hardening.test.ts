import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { counted } from "../../lab/counted.ts";
import { carriedOut, hostContext } from "../../lab/host-steps.ts";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { contextFor } from "../../lab/step-context.ts";
import type { Outcome } from "../../src/base/outcome.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { StepContext } from "../../src/specialists/step.ts";
import { assessHost } from "../../src/specialists/urbit-deployment-specialist/assess-host.ts";
import { baseline } from "../../src/specialists/urbit-deployment-specialist/baseline.ts";
import { harden } from "../../src/specialists/urbit-deployment-specialist/harden.ts";
import type { Level } from "../../src/specialists/urbit-deployment-specialist/hardening/control.ts";

/** Controls of the basic and standard levels on real hosts, looked at from another one. Root only. */
let lab: Lab;
const machines = new Map<string, Machine>();

beforeAll(async () => {
  lab = await startLab({ hosts: 3 });
  for (const { name } of lab.hosts)
    machines.set(name, hostMachine({ name, address: name }, { sshConfig: lab.sshConfig }));
}, 300_000);

afterAll(async () => {
  for (const machine of machines.values()) await machine.close();
  await lab?.down();
}, 120_000);

function machineOf(name: string): Machine {
  const machine = machines.get(name);
  if (machine === undefined) throw new Error(`no host ${name}`);
  return machine;
}

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.what} ${outcome.failure.why ?? ""}`);
  return outcome.value;
}

/** What the run would give the step; it works on no ship and needs neither lease nor key. */
function contextOf(name: string, level: Level, run: string): StepContext {
  const plan = {
    intent: "deploy",
    platform: "bare-metal",
    controls: [],
    compliance: [],
    regions: [],
    disasterRecovery: false,
    slo: { uptimePercent: null, responseMs: null },
    securityLevel: level,
    monitoringLevel: "none",
    monitor: null,
    runtime: { version: "4.5", vereSha256: null, pillSha256: null },
    hosts: [],
    ships: [],
  } as const;
  return contextFor({
    run,
    target: {
      plan: { ...plan, controls: [], compliance: [], regions: [], hosts: [], ships: [] },
      host: { name, address: name },
      ship: null,
      shipsOnHost: [],
      phase: "hardening",
    },
    machine: machineOf(name),
  });
}

async function applied(context: StepContext) {
  const outcome = value(await harden.apply(context));
  if (outcome.kind !== "done") throw new Error("not done");
  expect(value(await harden.check(context)).filter((check) => !check.passed)).toEqual([]);
  return outcome;
}

/** Listening TCP ports of `host` that answer to a connection from `from`. */
function answering(from: string, host: string, ports: readonly number[]): readonly number[] {
  const address = lab.hosts.find(({ name }) => name === host)?.address;
  const script = ports.map((port) => `timeout 2 bash -c '</dev/tcp/${address}/${port}' 2>/dev/null && echo ${port}`);
  return lab
    .exec(from, `${script.join("\n")}\ntrue`)
    .stdout.split("\n")
    .filter(Boolean)
    .map(Number);
}

/** What sshd of `host` says to a login without a key from `from`. */
function loginWithoutKey(from: string, host: string, user: string): string {
  const address = lab.hosts.find(({ name }) => name === host)?.address;
  const options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -o ConnectTimeout=4";
  return lab.exec(from, `ssh ${options} -o PubkeyAuthentication=no ${user}@${address} true`).stderr;
}

describe("standard hardening, looked at from another host", () => {
  let before: Readonly<Record<string, string>>;

  beforeAll(async () => {
    lab.exec("alder", "systemd-run -q --unit=old-service python3 -m http.server 8443 --bind 0.0.0.0; sleep 1");
    lab.exec("alder", "systemd-run -q --unit=local-service python3 -m http.server 9999 --bind 127.0.0.1");
    before = value(await machineOf("alder").fingerprint()).value;
    expect(loginWithoutKey("birch", "alder", "ops")).toContain("password");
  }, 60_000);

  test("sets every control, and changes nothing the second time", async () => {
    const first = await applied(contextOf("alder", "standard", "run-1"));
    expect(first.unchanged).toBe(false);
    expect(first.accomplished.join("\n")).toContain("tcp 8443 (python3) was open and stays open");
    const again = await applied(contextOf("alder", "standard", "run-1"));
    expect(again).toMatchObject({ unchanged: true, outputs: { changed: 0 } });
  }, 120_000);

  test("lets in SSH and what was open before, nothing else", () => {
    lab.exec("alder", "systemd-run -q --unit=new-service python3 -m http.server 7777 --bind 0.0.0.0; sleep 1");
    expect(answering("birch", "alder", [22, 7777, 8443, 9999])).toEqual([22, 8443]);
    expect(answering("alder", "alder", [7777])).toEqual([7777]);
    lab.exec("alder", "systemctl stop new-service");
  }, 60_000);

  test("asks for a key and for nothing else", () => {
    const said = loginWithoutKey("birch", "alder", "ops");
    expect(said).toContain("Permission denied (publickey)");
  });

  test("speaks no old algorithm", () => {
    const address = lab.hosts[0]?.address;
    const said = lab.exec(
      "birch",
      `ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -o MACs=hmac-sha1 -o Ciphers=aes128-ctr ${address} true`,
    ).stderr;
    expect(said).toMatch(/no matching MAC|Unable to negotiate/);
  });

  test("bans an address after failed logins, and never ours", async () => {
    const ban = () => lab.exec("alder", "fail2ban-client get sshd banned").stdout;
    // Of logins by key only, fail2ban counts those of accounts that do not exist.
    const said: string[] = [];
    for (let tries = 0; tries < 12 && !ban().includes("10.77.0.12"); tries += 1)
      said.push(loginWithoutKey("birch", "alder", "nobody-here").trim());
    for (let waits = 0; waits < 20 && !ban().includes("10.77.0.12"); waits += 1) {
      await new Promise((later) => setTimeout(later, 500));
    }
    const told = () =>
      lab.exec(
        "alder",
        "fail2ban-client status sshd; tail -n 20 /var/log/fail2ban.log; journalctl -u ssh -n 20 --no-pager",
      ).stdout;
    if (!ban().includes("10.77.0.12")) throw new Error(`not banned:\n${said.join("\n")}\n${told()}`);
    expect(answering("birch", "alder", [22])).toEqual([]);
    expect(lab.exec("alder", "fail2ban-client get sshd ignoreip").stdout).toContain("10.77.0.1");
    expect(value(await machineOf("alder").facts()).value.hostname).toBe("alder");
  }, 240_000);

  test("is taken back whole", async () => {
    const undone = value(await harden.undo(contextOf("alder", "standard", "run-1")));
    expect(undone).toMatchObject({ undone: true });
    expect(value(await machineOf("alder").fingerprint()).value).toEqual(before);
    expect(loginWithoutKey("cedar", "alder", "ops")).toContain("password");
  }, 120_000);
});

describe("a host with settings of its own", () => {
  test("keeps its ufw, its list of users and its fail2ban jail", async () => {
    lab.exec(
      "cedar",
      `ufw --force enable && ufw allow 22/tcp && ufw allow 4443/tcp
printf 'AllowUsers root ops\\n' > /etc/ssh/sshd_config.d/90-site.conf && systemctl reload ssh
printf '[sshd]\\nenabled = true\\nbackend = systemd\\nmaxretry = 9\\n' > /etc/fail2ban/jail.d/site.local && systemctl enable --now fail2ban; sleep 2`,
    );
    const before = value(await machineOf("cedar").fingerprint()).value;
    const context = contextOf("cedar", "standard", "run-2");
    const { accomplished } = await applied(context);
    const said = accomplished.join("\n");
    expect(said).toContain("ufw runs this host's firewall and goes on doing so");
    expect(said).toContain("the host's own allowusers root ops stays");
    expect(said).toContain("the host's own sshd jail stays as it is");
    expect(lab.exec("cedar", "ufw status").stdout).toContain("4443/tcp");
    expect(lab.exec("cedar", "fail2ban-client get sshd maxretry").stdout.trim()).toBe("9");
    expect(lab.exec("cedar", "nft list table inet slipway").exit).not.toBe(0);
    value(await harden.undo(context));
    expect(value(await machineOf("cedar").fingerprint()).value).toEqual(before);
  }, 180_000);
});

describe("round trips", () => {
  test("twelve at most to a fresh host hardened, two at most for a phase with nothing to change", async () => {
    const steps = [assessHost, baseline, harden];
    const host = counted({ name: "birch", address: "birch" }, lab.sshConfig);
    const carried = async () => {
      const done = [];
      for (const step of steps) done.push(await carriedOut(step, host, "standard", "run-3"));
      return done;
    };
    const first = await carried();
    expect(first.map(({ trips }) => trips)).toEqual([2, 3, 3]);
    expect(first.map(({ unchanged }) => unchanged)).toEqual([true, false, false]);
    const again = await carried();
    expect(again.map(({ trips }) => trips)).toEqual([2, 2, 2]);
    expect(again.every(({ unchanged }) => unchanged)).toBe(true);
    for (const step of steps.toReversed().slice(0, 2))
      expect(value(await step.undo(hostContext(host.machine, "standard", "run-3")))).toMatchObject({ undone: true });
    await host.machine.close();
  }, 120_000);
});
