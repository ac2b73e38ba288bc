import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import type { Outcome } from "../../src/base/outcome.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { ShipTarget } from "../../src/plan/schema.ts";
import type { StepContext } from "../../src/specialists/step.ts";
import { baseline } from "../../src/specialists/urbit-deployment-specialist/baseline.ts";
import { harden } from "../../src/specialists/urbit-deployment-specialist/harden.ts";
import type { Level } from "../../src/specialists/urbit-deployment-specialist/hardening/control.ts";
import { LETS_ENCRYPT } from "../../src/specialists/urbit-deployment-specialist/https/acme.ts";
import { applied, shipContext } from "./one-step.ts";
import { fingerprint } from "./site.ts";

/**
 * Hosts with a life of their own get the baseline and the hardening of a launch, and are seen from other hosts before,
 * after and when it is taken back: nothing of theirs is broken. Root only.
 */
let lab: Lab;
const machines = new Map<string, Machine>();

/** Python with nothing else: what a container can be made of where no registry is. */
const IMAGE = `cd /
libraries=$(ldd /usr/bin/python3.11 | awk '/=> \\//{ print $3 } /ld-linux/{ print $1 }')
tar -ch --exclude=__pycache__ --exclude=test --exclude=dist-packages -f - usr/bin/python3.11 usr/lib/python3.11 $(for one in $libraries; do echo "\${one#/}"; done) |
  docker import -c 'CMD ["/usr/bin/python3.11", "-m", "http.server", "80"]' - web >/dev/null`;

const sh = (host: string, program: string) => lab.exec(host, program).stdout.trim();
const serve = (port: number, address = "0.0.0.0") =>
  `systemd-run -q --unit=serve-${port} python3 -m http.server ${port} --bind ${address} --directory /srv`;
const addressOf = (host: string) => lab.hosts.find(({ name }) => name === host)?.address ?? host;

beforeAll(async () => {
  lab = await startLab({
    hosts: ["alder", "birch", "cedar", "dogwood"],
    packages: ["docker.io", "wireguard-go", "wireguard-tools"],
    containers: true,
  });
  for (const { name } of lab.hosts)
    machines.set(name, hostMachine({ name, address: name }, { sshConfig: lab.sshConfig }));
  for (const host of ["alder", "birch", "dogwood"])
    sh(host, "systemctl disable -q --now docker.socket docker containerd; ip link delete docker0; nft flush ruleset");
}, 400_000);

afterAll(async () => {
  for (const machine of machines.values()) await machine.close();
  await lab?.down();
}, 120_000);

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.what} ${outcome.failure.why ?? ""}`);
  return outcome.value;
}

function contextOf(host: string, level: Level): StepContext {
  const machine = machines.get(host);
  if (machine === undefined) throw new Error(`no host ${host}`);
  const ship: ShipTarget = {
    name: "~nec",
    fake: true,
    environment: "production",
    host,
    amesPort: 34_540,
    httpPort: 8080,
    loom: 31,
    keyRef: null,
  };
  const context = shipContext(machine, host, ship, LETS_ENCRYPT);
  const plan = { ...context.target.plan, securityLevel: level };
  return { ...context, run: level, target: { ...context.target, plan, ship: null, phase: "production" } };
}

/** What a launch sets on a host before its ships, in its order; what it says it did. */
async function set(host: string, level: Level): Promise<string> {
  const said: string[] = [];
  for (const step of [baseline, harden]) {
    const context = contextOf(host, level);
    const done = value(await applied(step, context));
    said.push(...(done.kind === "done" ? done.accomplished : []));
    expect(value(await step.check(context)).filter(({ passed }) => !passed)).toEqual([]);
  }
  return said.join("\n");
}

async function takenBack(host: string, level: Level): Promise<void> {
  for (const step of [harden, baseline])
    expect(value(await step.undo(contextOf(host, level)))).toMatchObject({ undone: true });
}

/** What holds before must hold after each level, and when both are taken back; each look is printed. */
async function unbroken(host: string, facts: () => Readonly<Record<string, unknown>>): Promise<string> {
  const before = facts();
  const print = (when: string, seen: unknown) =>
    process.stdout.write(`${host} ${when}: ${JSON.stringify(seen).slice(0, 300)}\n`);
  print("before", before);
  const found = await fingerprint(lab, host);
  const said: string[] = [];
  for (const level of ["basic", "standard"] as const) {
    said.push(await set(host, level));
    const after = facts();
    print(`after ${level}`, after);
    expect(after).toEqual(before);
  }
  for (const level of ["standard", "basic"] as const) await takenBack(host, level);
  const after = facts();
  print("taken back", after);
  expect(after).toEqual(before);
  expect(await fingerprint(lab, host)).toEqual(found);
  return said.join("\n");
}

/** Ports of `host` that answer to a connection from `from`. */
function answering(from: string, host: string, ports: readonly number[]): readonly number[] {
  const tries = ports.map((port) => `timeout 2 bash -c '</dev/tcp/${addressOf(host)}/${port}' && echo ${port}`);
  return sh(from, `{ ${tries.join("; ")}; } 2>/dev/null`)
    .split("\n")
    .filter(Boolean)
    .map(Number);
}

test("ufw goes on with its own rules: what they let in and what they keep out", async () => {
  sh(
    "alder",
    `${serve(4443)}; ${serve(5432)}; ${serve(6666)}
ufw allow 22/tcp; ufw allow from ${addressOf("birch")} to any port 4443 proto tcp comment site; ufw deny 6666/tcp; ufw --force enable; sleep 1`,
  );
  const ports = [22, 4443, 5432, 6666];
  const own = () => sh("alder", "ufw status | grep /tcp | grep -v 34540 | sed 's/ *$//'").split("\n");
  expect(answering("birch", "alder", ports)).toEqual([22, 4443]);
  const said = await unbroken("alder", () => ({
    birch: answering("birch", "alder", ports),
    cedar: answering("cedar", "alder", ports),
    rules: own(),
    second: lab.exec("alder", "nft list table inet slipway").exit === 0,
  }));
  expect(said).toContain("ufw runs this host's firewall and goes on doing so");
  expect(said).toMatch(/who reaches .*tcp 5432 \(python3\).* is as ufw's own rules say/);
  await set("alder", "basic");
  expect(sh("alder", "ufw status")).toMatch(/34540\/udp +ALLOW/);
  // What somebody told ufw meanwhile is theirs, and stays.
  sh("alder", "ufw allow 7777/tcp comment later");
  await takenBack("alder", "basic");
  const status = sh("alder", "ufw status");
  expect(status).toMatch(/7777\/tcp +ALLOW/);
  expect(status).not.toContain("34540/udp");
}, 240_000);

test("sshd keeps its ports, its places for keys and its Match blocks, and what they except is said", async () => {
  sh(
    "cedar",
    "ssh-keygen -q -t ed25519 -N '' -f /root/keeper; printf '#!/bin/sh\\necho old-word\\n' >/root/word; chmod 700 /root/word",
  );
  const key = sh("cedar", "cat /root/keeper.pub");
  sh(
    "birch",
    `useradd -m -s /bin/sh keeper; useradd -m -s /bin/sh legacy; echo legacy:old-word | chpasswd
mkdir -p /etc/ssh/keys; echo '${key}' >/etc/ssh/keys/keeper
printf 'Port 22\\nPort 2222\\nAuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%%u\\n' >/etc/ssh/sshd_config.d/50-site.conf
printf '\\nMatch User legacy\\n  PasswordAuthentication yes\\n' >>/etc/ssh/sshd_config
sshd -t && systemctl restart ssh; sleep 1`,
  );
  const options = `-p 2222 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=5`;
  const asked = "SSH_ASKPASS=/root/word SSH_ASKPASS_REQUIRE=force";
  const said = await unbroken("birch", () => ({
    ports: answering("cedar", "birch", [22, 2222]),
    keeper: sh("cedar", `ssh ${options} -o BatchMode=yes -i /root/keeper keeper@${addressOf("birch")} id -un`),
    legacy: sh(
      "cedar",
      `${asked} ssh ${options} -o PubkeyAuthentication=no legacy@${addressOf("birch")} id -un </dev/null`,
    ),
    own: sh("birch", "sha256sum /etc/ssh/sshd_config /etc/ssh/sshd_config.d/50-site.conf"),
  }));
  expect(said).toContain(
    `the host's own block "Match User legacy" says passwordauthentication yes, and there that holds`,
  );
}, 240_000);

test("Docker's containers stay reachable, get out, and come back with the host", async () => {
  sh("cedar", `${IMAGE}; docker run -d --restart=always --name web -p 8088:80 web; sleep 2`);
  const out = `import socket; s = socket.create_connection(('${addressOf("birch")}', 22), 5); print(s.recv(4).decode())`;
  const facts = () => ({
    published: sh("birch", `curl -s -m 5 -o /dev/null -w '%{http_code}' http://${addressOf("cedar")}:8088/`),
    egress: sh("cedar", `docker exec web /usr/bin/python3.11 -c "${out}"`),
    forward: sh("cedar", "cat /proc/sys/net/ipv4/ip_forward"),
    chains: sh("cedar", "iptables-save | grep -E '^(:|-A) ?(DOCKER|FORWARD|POSTROUTING)' | sed 's/ \\[.*//'").split(
      "\n",
    ),
  });
  expect(facts()).toMatchObject({ published: "200", egress: "SSH-", forward: "1" });
  const said = await unbroken("cedar", facts);
  expect(said).toContain("tcp 8088 (docker-proxy) was open and stays open");
  expect(said).toContain("this host routes for others");
  const before = facts();
  await set("cedar", "standard");
  await lab.reboot("cedar");
  for (let tries = 0; tries < 40 && facts().published !== "200"; tries += 1)
    await new Promise((later) => setTimeout(later, 500));
  expect(sh("cedar", "nft list table inet slipway")).toContain("policy drop");
  expect({ ...facts(), chains: [] }).toEqual({ ...before, chains: [] });
}, 300_000);

describe("WireGuard", () => {
  test("carries its tunnel, newly opened each time, and what it leads to", async () => {
    const [birch, dogwood] = ["birch", "dogwood"].map((host) => {
      sh(
        host,
        "mkdir -p /etc/wireguard; cd /etc/wireguard; umask 077; wg genkey >key; systemd-run -q --unit=tunnel wireguard-go -f wg0; sleep 1",
      );
      return sh(host, "wg pubkey </etc/wireguard/key");
    });
    const up = (peer: string | undefined, address: string, rest: string) =>
      `wg set wg0 private-key /etc/wireguard/key listen-port 51820 peer ${peer} allowed-ips 10.99.0.0/24 ${rest}; ip addr add ${address}/24 dev wg0; ip link set wg0 up`;
    sh("dogwood", `${up(birch, "10.99.0.1", "")}; ${serve(8000, "10.99.0.1")}; sleep 1`);
    sh("birch", up(dogwood, "10.99.0.2", `endpoint ${addressOf("dogwood")}:51820`));
    let port = 52_000;
    const said = await unbroken("dogwood", () => {
      // From a port of its own each time: the kernel lets pass what belongs to a flow it knows.
      port += 1;
      sh("birch", `wg set wg0 listen-port ${port}`);
      return {
        ping: sh("birch", "ping -q -c 3 -i 0.5 -W 2 10.99.0.1 | sed -n 's/.* \\([0-9]*\\) received.*/\\1/p'") !== "0",
        through: sh("birch", "curl -s -m 5 -o /dev/null -w '%{http_code}' http://10.99.0.1:8000/"),
        port: sh("dogwood", "wg show wg0 listen-port"),
      };
    });
    expect(said).toContain("udp 51820 (wireguard-go) was open and stays open");
    expect(said).toContain("tcp 8000 (python3) was open and stays open");
  }, 240_000);
});
