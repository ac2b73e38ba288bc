import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { Resource } from "../../src/machines/resources.ts";
import { batch, failureOf, value } from "./outcomes.ts";

/** Ways to cut ourselves off, each meant in earnest on a host of its own, which takes it back by itself. Root only. */
let lab: Lab;
const machines = new Map<string, Machine>();

const REVERT_SECONDS = 8;
const SSHD = "/etc/ssh/sshd_config.d/05-mistake.conf";

const file = (path: string, content: string, mode = "0644"): Resource => ({
  kind: "file",
  id: `file ${path}`,
  path,
  owner: "root",
  group: "root",
  mode,
  content,
});
/** A unit that does harm as long as it is active, and whose stop undoes it. */
const doing = (name: string, start: string, stop: string): Resource => ({
  kind: "unit",
  id: name,
  name: `${name}.service`,
  content: `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=${start}\nExecStop=${stop}\n`,
  enabled: false,
  active: true,
});

const WAYS: Readonly<Record<string, readonly Resource[]>> = {
  "AllowUsers without us": [file(SSHD, "AllowUsers somebody-else\n")],
  "DenyUsers with us": [file(SSHD, "DenyUsers root\n")],
  "a Match block that wants a password": [file(SSHD, "Match all\n  AuthenticationMethods password\n")],
  "no keys accepted": [file(SSHD, "PubkeyAuthentication no\n")],
  "keys looked for elsewhere": [file(SSHD, "AuthorizedKeysFile /etc/ssh/nobody/%u\n")],
  "algorithms our client lacks": [file(SSHD, "HostKeyAlgorithms ssh-rsa\nCASignatureAlgorithms ssh-ed25519\n")],
  "sshd on another port": [file(SSHD, "Port 2222\n")],
  "sshd on loopback only": [file(SSHD, "ListenAddress 127.0.0.1\n")],
  "sshd stopped": [{ kind: "unit", id: "sshd", name: "ssh.service", content: "", enabled: false, active: false }],
  "port 22 dropped": [
    doing("mistake-drop", "/usr/sbin/nft -f /etc/mistake.nft", "/usr/sbin/nft delete table inet mistake"),
  ],
  "route and address gone": [
    file(
      "/etc/systemd/network/05-mistake.network",
      "[Match]\nName=host0\n[Network]\nAddress=10.99.0.5/24\nLinkLocalAddressing=no\n",
    ),
  ],
  "root without a shell": [{ kind: "user", id: "root", name: "root", home: "/root", shell: "/usr/sbin/nologin" }],
};

const slug = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");

beforeAll(async () => {
  lab = await startLab({ hosts: Object.keys(WAYS).map(slug) });
  for (const { name } of lab.hosts)
    machines.set(name, hostMachine({ name, address: name }, { sshConfig: lab.sshConfig }));
  lab.exec(
    slug("port 22 dropped"),
    "printf 'table inet mistake { chain input { type filter hook input priority -9; tcp dport 22 drop; }; }\\n' > /etc/mistake.nft",
  );
}, 300_000);

afterAll(async () => {
  for (const machine of machines.values()) await machine.close();
  await lab?.down();
}, 120_000);

describe.concurrent("a change that cuts us off", () => {
  test.each(Object.entries(WAYS))(
    "%s: the host takes it back, and lets us in again",
    async (name, resources) => {
      const machine = machines.get(slug(name));
      if (machine === undefined) throw new Error(`no host for ${name}`);
      const before = value(await machine.fingerprint()).value;
      const outcome = await machine.converge(batch("drill", resources, REVERT_SECONDS));
      expect(failureOf(outcome)).toMatchObject({ kind: "configuration", code: "locked-out" });
      expect(failureOf(outcome).what).toContain("lets us in again");
      expect(value(await machine.fingerprint()).value).toEqual(before);
    },
    120_000,
  );
});
