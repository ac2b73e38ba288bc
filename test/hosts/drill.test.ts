import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/hosts/lab.ts";
import type { Outcome } from "../../src/base/outcome.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { Resource } from "../../src/machines/resources.ts";

/** Ways to cut ourselves off, each meant in earnest: the host takes every one back by itself. Root only. */
let lab: Lab;
let machine: Machine;
let before: Readonly<Record<string, string>>;

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

beforeAll(async () => {
  lab = await startLab({ hosts: 1 });
  machine = hostMachine({ name: "alder", address: "alder" }, { sshConfig: lab.sshConfig });
  lab.exec(
    "alder",
    "printf 'table inet mistake { chain input { type filter hook input priority -9; tcp dport 22 drop; }; }\\n' > /etc/mistake.nft",
  );
  before = value(await machine.fingerprint()).value;
}, 300_000);

afterAll(async () => {
  await machine.close();
  await lab?.down();
}, 120_000);

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.what} ${outcome.failure.why ?? ""}`);
  return outcome.value;
}

describe("a change that cuts us off", () => {
  test.each(Object.entries(WAYS))(
    "%s: the host takes it back, and lets us in again",
    async (name, resources) => {
      const batch = `drill-${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
      const outcome = await machine.converge({
        batch,
        resources,
        dryRun: false,
        revertAfterSeconds: REVERT_SECONDS,
      });
      expect(outcome).toMatchObject({ ok: false, failure: { kind: "configuration", code: "locked-out" } });
      expect(outcome.ok ? "" : outcome.failure.what).toContain("lets us in again");
      expect(value(await machine.fingerprint()).value).toEqual(before);
    },
    120_000,
  );
});
