import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileBatch } from "../../../src/machines/host/compile.ts";
import { parseFacts } from "../../../src/machines/host/facts-parse.ts";
import { compileFingerprint, parseFingerprint } from "../../../src/machines/host/fingerprint.ts";
import { needsOf } from "../../../src/machines/host/needs.ts";
import { parseBatch } from "../../../src/machines/host/records.ts";
import { ruleLine } from "../../../src/machines/host/resources/firewall-rule.ts";
import { renderTemplate } from "../../../src/machines/host/resources/template.ts";
import { RECORDS } from "../../../src/machines/host/shell/common.ts";
import type { Resource } from "../../../src/machines/resources.ts";

const root = { owner: "root", group: "root" };
const compile = (...resources: readonly Resource[]) =>
  compileBatch({ batch: "b", resources, dryRun: false, revertAfterSeconds: 30 });

const EVERY: readonly Resource[] = [
  { kind: "package", id: "p1", name: "nftables" },
  { kind: "package", id: "p2", name: "curl" },
  { kind: "user", id: "u", name: "urbit", home: "/var/lib/urbit", shell: "/usr/sbin/nologin" },
  { kind: "directory", id: "d", path: "/srv/x", mode: "0755", owner: "urbit", group: "urbit" },
  { kind: "file", id: "f", path: "/srv/x/f", mode: "0644", content: "a'b\n", ...root },
  { kind: "template", id: "t", path: "/etc/t", mode: "0644", template: "{{a}}", values: { a: "'" }, ...root },
  {
    kind: "unit",
    id: "n",
    name: "x.service",
    content: "[Service]\nExecStart=/bin/true\n",
    enabled: true,
    active: true,
  },
  { kind: "unit", id: "n2", name: "cron.service", content: "", enabled: true, active: null },
  { kind: "sysctl", id: "s", key: "net.ipv4.tcp_syncookies", value: "1" },
  { kind: "firewall", id: "w", inbound: "deny" },
  { kind: "firewall-rule", id: "r", proto: "udp", port: 34540, from: "10.0.0.0/8", comment: "Ames" },
  { kind: "volume", id: "v", path: "/var/lib/urbit", device: "/dev/sdb", unlock: "person" },
  { kind: "line", id: "l", path: "/etc/hosts", line: "127.0.0.1 x", match: "x$" },
  {
    kind: "download",
    id: "o",
    path: "/opt/o",
    mode: "0755",
    sha256: "a".repeat(64),
    url: "https://h/x",
    localFile: null,
    ...root,
  },
];

describe("a compiled batch", () => {
  const compiled = compile(...EVERY);
  const program = compiled.ok ? compiled.value.program : "";

  test("is a program every POSIX shell here can parse", () => {
    expect(execFileSync("sh", ["-n"], { input: program, encoding: "utf8" })).toBe("");
  });

  test("asks each kind of question once for all resources", () => {
    for (const tool of [
      'probe_p() { PKGS="$NL$(dpkg-query',
      "getent passwd urbit",
      "stat -c '%f %U %G %n' -- ",
      "systemctl show -p LoadState",
    ])
      expect(program.split(tool)).toHaveLength(2);
  });

  test("is the same program every time", () => {
    expect(compile(...EVERY)).toEqual(compiled);
  });

  test("installs neighbouring packages together", () => {
    expect(program).toContain("packages p1 0 nftables curl");
  });
});

const BAD: readonly (readonly [name: string, resource: Resource, why: string])[] = [
  ["a path with ..", { kind: "directory", id: "x", path: "/srv/../etc", mode: "0755", ...root }, "absolute"],
  ["a relative path", { kind: "directory", id: "x", path: "srv", mode: "0755", ...root }, "absolute"],
  ["a mode in words", { kind: "directory", id: "x", path: "/srv", mode: "rwx", ...root }, "octal"],
  [
    "a mark without a value",
    { kind: "template", id: "x", path: "/t", mode: "0644", template: "{{a}}", values: {}, ...root },
    "no value for a",
  ],
  ["an option as package", { kind: "package", id: "x", name: "--purge" }, "package name"],
  [
    "a rule that breaks out",
    { kind: "firewall-rule", id: "x", proto: "tcp", port: 1, from: null, comment: 'a" drop' },
    "comment",
  ],
  ["a port too high", { kind: "firewall-rule", id: "x", proto: "tcp", port: 70000, from: null, comment: "" }, "port"],
  [
    "a volume on no path",
    { kind: "volume", id: "x", path: "/var/lib/urbit", device: "sdb; reboot", unlock: "key-file" },
    "device is an absolute path",
  ],
  [
    "a download without a source",
    {
      kind: "download",
      id: "x",
      path: "/o",
      mode: "0755",
      sha256: "a".repeat(64),
      url: null,
      localFile: null,
      ...root,
    },
    "neither",
  ],
  [
    "a download in clear",
    {
      kind: "download",
      id: "x",
      path: "/o",
      mode: "0755",
      sha256: "a".repeat(64),
      url: "http://h",
      localFile: null,
      ...root,
    },
    "https",
  ],
];

describe("is refused before anything is sent:", () => {
  test.each(BAD)("%s", (_, resource, why) => {
    expect(compile(resource)).toMatchObject({
      ok: false,
      failure: { code: "batch-invalid", why: expect.stringContaining(why) },
    });
  });

  test("two resources with one id", () => {
    const one: Resource = { kind: "package", id: "x", name: "curl" };
    expect(compile(one, one).ok).toBe(false);
  });

  test("a batch whose name is not plain", () => {
    expect(compileBatch({ batch: "a b", resources: [], dryRun: false, revertAfterSeconds: null }).ok).toBe(false);
  });
});

test("what a resource needs: its owner, its directory, the firewall's package", () => {
  const named = EVERY.map((resource, index) => [resource.id, needsOf(EVERY, index).map((need) => EVERY[need]?.id)]);
  expect(Object.fromEntries(named)).toMatchObject({ d: ["u"], f: ["d"], w: ["p1"], r: ["p1", "w"], t: [], l: [] });
});

test.each([
  [null, "udp dport 34540 accept"],
  ["10.0.0.0/8", "ip saddr 10.0.0.0/8 udp dport 34540 accept"],
  ["fd00::/8", "ip6 saddr fd00::/8 udp dport 34540 accept"],
])("a rule from %s reads %s", (from, line) => {
  expect(ruleLine({ kind: "firewall-rule", id: "r", proto: "udp", port: 34540, from, comment: "c" }).line).toContain(
    line,
  );
});

test("a template puts each value in once and as it is", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const rendered = renderTemplate({
        kind: "template",
        id: "t",
        path: "/t",
        mode: "0644",
        template: "<{{a}}|{{b}}>",
        values: { a, b },
        ...root,
      });
      expect(rendered).toBe(`<${a}|${b}>`);
    }),
  );
});

test("a record comes back as the shell was given it, whatever its fields hold", () => {
  const text = fc
    .string({ unit: fc.constantFrom("a", " ", "|", "\n", "\\", "%", "$", "'", "é", "M end 1") })
    .map((value) => value.replace(/\n+$/, ""));
  const resources: readonly Resource[] = [{ kind: "package", id: "p", name: "curl" }];
  fc.assert(
    fc.property(text, text, text, (before, after, why) => {
      const program = `NL='\n'\nMARK=M\nexec 3>&1\n${RECORDS}\nrec 0 failed "$B" "$A" "$W"\nprintf 'M end 1\\n'`;
      const stdout = execFileSync("sh", ["-c", program], { env: { B: before, A: after, W: why }, encoding: "utf8" });
      expect(parseBatch(stdout, "M", resources)).toMatchObject({
        ok: true,
        value: { records: [{ before, after, why, status: "failed" }] },
      });
    }),
    { numRuns: 60 },
  );
});

test("an answer that was cut anywhere is not taken for a whole one", () => {
  const resources: readonly Resource[] = [{ kind: "package", id: "p", name: "curl" }];
  const whole = "M 0 ok\nb|x\na|x\nw|\nM end 1\n";
  expect(parseBatch(whole, "M", resources).ok).toBe(true);
  for (let at = 0; at < whole.length - 3; at += 1)
    expect(parseBatch(whole.slice(0, at), "M", resources).ok).toBe(false);
});

const FACTS = `clock=1000.500000000
machineId=0123456789abcdef0123456789abcdef
hostname=alpha
os=ubuntu
osVersion=24.04
arch=x86_64
kernel=6.8.0
virtualization=kvm
init=systemd
ramKb=2048
swapKb=0
disk=/dev/vda1 100 50 40 50% /
inodes=/dev/vda1 1000 1 999 1% /
rotational=0
timeSync=chrony
socket=udp   UNCONN 0 0 0.0.0.0:34540 0.0.0.0:* users:(("urbit",pid=9,fd=3))
socket=tcp   LISTEN 0 128 0.0.0.0:2222 0.0.0.0:* users:(("sshd",pid=1,fd=3))
socket=tcp   LISTEN 0 128 [::]:2222 [::]:* users:(("sshd",pid=1,fd=4))
sshd=2222
firewall=ufw
packageManager=apt
ship=~zod
end=yes`;

describe("facts", () => {
  const asked = { sentMs: 1_000_000, receivedMs: 1_000_100 };

  test("are read from one answer", () => {
    expect(parseFacts(FACTS, asked)).toMatchObject({
      os: "ubuntu",
      ramBytes: 2_097_152,
      diskFreeBytes: 40_960,
      inodesFree: 999,
      rotational: false,
      clockSkewSeconds: 0.45,
      timeSync: "chrony",
      ports: ["tcp 2222", "udp 34540"],
      sshPorts: [2222],
      firewall: "ufw",
      ships: ["~zod"],
    });
  });

  test("of a host that has neither apt nor systemd are facts, not an error", () => {
    expect(parseFacts("clock=1\nos=alpine\ninit=init\ncontainer=yes\nend=yes", asked)).toMatchObject({
      packageManager: "none",
      init: "init",
      timeSync: "container",
      rotational: null,
    });
  });

  test("are none when the answer was cut, and never throw", () => {
    expect(parseFacts(FACTS.replace("end=yes", ""), asked)).toBeNull();
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseFacts(text, asked)));
  });
});

test("a fingerprint names every part, or is none", () => {
  const names = [...compileFingerprint().matchAll(/printf '%s %s\\n' ([a-z]+)/g)].map((found) => found[1]);
  expect(names).toEqual(["packages", "users", "groups", "units", "etc", "firewall", "sysctl", "srv", "slipway"]);
  const whole = [...names.map((name) => `${name} ${"0".repeat(64)}`), "end"].join("\n");
  expect(parseFingerprint(whole)).not.toBeNull();
  expect(parseFingerprint(whole.replace("etc", "xyz"))).toBeNull();
  expect(parseFingerprint(whole.replace("end", ""))).toBeNull();
});
