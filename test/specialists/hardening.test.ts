import { describe, expect, test } from "vitest";
import type { Answer, Facts } from "../../src/machines/machine.ts";
import type { HostView } from "../../src/specialists/urbit-deployment-specialist/hardening/control.ts";
import {
  controlsOf,
  questionsOf,
  wishOf,
} from "../../src/specialists/urbit-deployment-specialist/hardening/controls.ts";
import {
  dropIn,
  GROUPS,
  leftOutOf,
  nextTrial,
} from "../../src/specialists/urbit-deployment-specialist/hardening/sandbox.ts";
import { effective } from "../../src/specialists/urbit-deployment-specialist/hardening/ssh.ts";

const FACTS: Facts = {
  machineId: "0".repeat(32),
  hostname: "alder",
  os: "debian",
  osVersion: "12",
  arch: "x86_64",
  kernel: "6.1.0",
  virtualization: "kvm",
  init: "systemd",
  ramBytes: 8e9,
  swapBytes: 0,
  diskFreeBytes: 1e11,
  inodesFree: 1e6,
  rotational: false,
  clockSkewSeconds: 0,
  timeSync: "timesyncd",
  ports: ["tcp 22"],
  sshPorts: [22],
  firewall: "none",
  packageManager: "apt",
  ships: [],
};

function view(level: HostView["level"], answers: Record<string, string> = {}, facts: Partial<Facts> = {}): HostView {
  const said: Record<string, Answer> = {};
  for (const [id, text] of Object.entries(answers)) said[id] = { exit: 0, text };
  return { facts: { ...FACTS, ...facts }, level, ships: [], answers: said };
}
const content = (of: HostView, path: string): string => {
  const found = wishOf(of).resources.find((resource) => "path" in resource && resource.path === path);
  return found?.kind === "file" ? found.content : "";
};
const ids = (of: HostView) => wishOf(of).resources.map(({ id }) => id);
const DROP_IN = "/etc/ssh/sshd_config.d/10-slipway.conf";
const SSHD = "permitrootlogin yes\npasswordauthentication yes\nkexalgorithms a,b\nciphers c\nmacs d\nmaxauthtries 6";

describe("levels", () => {
  test("each sets what the one below it sets, and more", () => {
    const names = (level: HostView["level"]) => controlsOf(level).map(({ name }) => name);
    expect(names("standard")).toEqual(expect.arrayContaining(names("basic")));
    expect(names("basic")).not.toContain("fail2ban");
    expect(names("standard")).toEqual(expect.arrayContaining(["fail2ban", "automatic security updates"]));
  });

  test("ask every question once", () => {
    const asked = questionsOf("strict").map(({ id }) => id);
    expect(new Set(asked).size).toBe(asked.length);
  });

  test("wish each thing once, packages first", () => {
    const kinds = wishOf(view("standard")).resources.map(({ kind }) => kind);
    expect(new Set(ids(view("standard"))).size).toBe(kinds.length);
    expect(kinds.lastIndexOf("package")).toBeLessThan(kinds.findIndex((kind) => kind !== "package"));
  });
});

describe("SSH", () => {
  test("sets only options this sshd knows, with algorithms this host has", () => {
    const text = content(
      view("standard", {
        "ssh.effective": SSHD,
        "ssh.kex": "curve25519-sha256\necdh-sha2-nistp256",
        "ssh.ciphers": "aes256-gcm@openssh.com",
        "ssh.macs": "hmac-sha1",
        "ssh.me": "root",
        "ssh.logins": "key root",
      }),
      DROP_IN,
    );
    expect(text).toContain("\nkexalgorithms curve25519-sha256\n");
    expect(text).toContain("\npermitrootlogin prohibit-password\n");
    expect(text).not.toMatch(/requiredrsasize|macs|x11forwarding/);
  });

  test("keeps a way in for whoever Slipway logs in as, and for every account with a key", () => {
    const answers = { "ssh.effective": SSHD, "ssh.me": "ops", "ssh.logins": "key ada\npassword bob\nkey ops" };
    expect(content(view("standard", answers), DROP_IN)).toContain("\nallowusers ada ops\n");
    expect(content(view("standard", answers), DROP_IN)).toContain("\npermitrootlogin no\n");
    expect(wishOf(view("standard", answers)).notes.join()).toContain("bob can log in by password only");
    expect(content(view("basic", answers), DROP_IN)).not.toContain("allowusers");
  });

  test("leaves a list of users that the host keeps itself", () => {
    const own = {
      "ssh.effective": `${SSHD}\nallowusers ada\nallowusers ops`,
      "ssh.me": "ops",
      "ssh.logins": "key ops",
    };
    expect(content(view("standard", own), DROP_IN)).not.toContain("allowusers");
    expect(wishOf(view("standard", own)).adopted.join()).toContain("allowusers ada ops stays");
    const ours = { ...own, "ssh.ours": "allowusers ops" };
    expect(content(view("standard", ours), DROP_IN)).toContain("allowusers ops");
  });

  test("lets in whom a Match block of the host's own lets in, and says what such blocks except", () => {
    const wish = wishOf(
      view("standard", {
        "ssh.effective": SSHD,
        "ssh.me": "root",
        "ssh.logins": "key root\nlet legacy\npassword bob",
        "ssh.blocks": "Match User legacy|passwordauthentication yes\nMatch User x|permitrootlogin prohibit-password",
      }),
    );
    const dropIn = wish.resources.find((resource) => "path" in resource && resource.path === DROP_IN);
    expect(dropIn).toMatchObject({ content: expect.stringContaining("\nallowusers legacy root\n") });
    expect(wish.notes.filter((note) => note.includes("block"))).toEqual([
      'sshd: the host\'s own block "Match User legacy" says passwordauthentication yes, and there that holds',
    ]);
  });

  test.each(["authorizedkeyscommand /usr/bin/sss_ssh_authorizedkeys", "trustedusercakeys /etc/ssh/ca.pub"])(
    "lists nobody where ways in cannot be listed: %s",
    (way) => {
      const answers = { "ssh.effective": `${SSHD}\n${way}`, "ssh.me": "root", "ssh.logins": "key root" };
      expect(content(view("standard", answers), DROP_IN)).not.toContain("allowusers");
      expect(wishOf(view("standard", answers)).adopted.join()).toContain(way.split(" ")[0]);
      const none = { ...answers, "ssh.effective": `${SSHD}\n${way.split(" ")[0]} none` };
      expect(content(view("standard", none), DROP_IN)).toContain("allowusers root");
    },
  );

  test("reads what sshd says of itself, lists of users gathered", () => {
    expect(effective("port 22\nallowusers a\nallowusers b\nport 23\n\nnonsense")).toEqual(
      new Map([
        ["port", "22"],
        ["allowusers", "a b"],
      ]),
    );
  });
});

describe("the firewall", () => {
  test("keeps open what answered from outside, and nothing of ours twice", () => {
    const listeners =
      "tcp 22 sshd\ntcp 443 nginx\nudp 51820 kernel\nudp 40000 chronyd\nudp 68 dhclient\nudp 34540 urbit";
    const found = ids(view("basic", { "firewall.listeners": listeners })).filter((id) => id.startsWith("firewall "));
    expect(found).toEqual(["firewall tcp 443", "firewall udp 51820", "firewall limit 22"]);
  });

  test("keeps the way of a tunnel open that a program runs, whatever its port", () => {
    const listeners = "udp 51820 wireguard-go\nudp 41641 tailscaled\nudp 50001 dnsmasq";
    const found = ids(view("basic", { "firewall.listeners": listeners })).filter((id) => id.startsWith("firewall udp"));
    expect(found).toEqual(["firewall udp 51820", "firewall udp 41641"]);
  });

  test("opens nothing that ufw keeps out, and keeps open what answered where ufw let everything in", () => {
    const wish = (incoming: string) =>
      wishOf(
        view(
          "basic",
          {
            "firewall.listeners": "tcp 5432 postgres",
            "firewall.ufw": `Status: active\nDefault: ${incoming} (incoming)`,
          },
          { firewall: "ufw" },
        ),
      );
    const rules = (incoming: string) => wish(incoming).resources.filter(({ kind }) => kind === "firewall-rule");
    expect(rules("deny")).toEqual([]);
    expect(rules("reject")).toEqual([]);
    expect(wish("deny").adopted.join()).toContain("tcp 5432 (postgres) is as ufw's own rules say");
    expect(rules("allow")).toMatchObject([{ proto: "tcp", port: 5432 }]);
  });

  test("takes its own web server for no one else's", () => {
    const listeners = "tcp 80 caddy\ntcp 443 caddy";
    const found = (answers: Record<string, string>) =>
      ids(view("basic", { "firewall.listeners": listeners, ...answers })).filter((id) => /tcp (80|443)/.test(id));
    expect(found({})).toEqual(["firewall tcp 80", "firewall tcp 443"]);
    expect(found({ "firewall.web": "ours" })).toEqual([]);
  });

  test("leaves the counting of connections to ufw where ufw runs the host", () => {
    const wish = wishOf(view("basic", {}, { firewall: "ufw" }));
    expect(wish.resources.map(({ kind }) => kind)).not.toContain("firewall-limit");
    expect(wish.adopted.join()).toContain("ufw");
  });
});

describe("kernel settings", () => {
  const values = "net.ipv4.conf.all.send_redirects 1\nkernel.kptr_restrict 2\nkernel.dmesg_restrict 0";
  const keys = (of: HostView) => ids(of).filter((id) => id.startsWith("sysctl "));

  test("are set where this kernel has them and they are not stricter already", () => {
    expect(keys(view("standard", { "sysctl.values": values }))).toEqual([
      "sysctl net.ipv4.conf.all.send_redirects",
      "sysctl kernel.dmesg_restrict",
    ]);
  });

  test("leave a host that routes for others alone, and a kernel that is not the host's own", () => {
    const router = { "sysctl.values": values, "sysctl.router": "/usr/bin/dockerd" };
    expect(keys(view("standard", router))).toEqual(["sysctl kernel.dmesg_restrict"]);
    expect(keys(view("standard", router, { virtualization: "lxc" }))).toEqual([]);
  });

  test("never turn off forwarding, never lower a limit", () => {
    expect(keys(view("strict")).join()).not.toMatch(/ip_forward|file-max|rp_filter|somaxconn/);
  });
});

describe("fail2ban", () => {
  test("never bans who is logged in, and remembers whom it spared", () => {
    const path = "/etc/fail2ban/jail.d/slipway.local";
    const first = view("standard", { "fail2ban.peers": "10.0.0.9" });
    expect(content(first, path)).toContain("ignoreip = 10.0.0.9 127.0.0.1/8 ::1");
    const later = view("standard", { "fail2ban.peers": "10.0.0.8", "fail2ban.known": "10.0.0.9 127.0.0.1/8 ::1" });
    expect(content(later, path)).toBe(content(first, path));
  });
});

describe("the sandbox of a ship", () => {
  const ship = {
    name: "~zod",
    fake: true,
    environment: "production",
    host: "alder",
    amesPort: 34540,
    httpPort: 8080,
    loom: 31,
    keyRef: null,
  } as const;

  test("says in its file what it leaves out", () => {
    for (const leftOut of [[], ["memory"], ["filesystem", "memory"]] as const) {
      const resource = dropIn(ship, leftOut);
      expect(resource.kind === "file" && [...leftOutOf(resource.content)].sort()).toEqual([...leftOut]);
    }
  });

  test("is tried whole, then without one group after the other, then not at all", () => {
    const trials = [];
    for (let next = nextTrial([]); next !== null; next = nextTrial(next)) trials.push(next);
    expect(trials).toEqual([...GROUPS.map((group) => [group]), GROUPS]);
  });
});
