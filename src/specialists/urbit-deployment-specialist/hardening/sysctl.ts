import { type Control, type HostView, lines, said, sharesKernel } from "./control.ts";

interface Setting {
  readonly key: string;
  readonly value: string;
  /** Values that are as good or better, and are left alone. */
  readonly fine?: readonly string[];
  /** Not set where packets are forwarded (Docker, Kubernetes, a VPN): it would break them. */
  readonly router?: false;
}

/** Settings that protect without breaking: nothing here turns off forwarding or lowers a limit. */
const SETTINGS: readonly Setting[] = [
  { key: "net.ipv4.tcp_syncookies", value: "1", fine: ["2"] },
  { key: "net.ipv4.icmp_echo_ignore_broadcasts", value: "1" },
  { key: "net.ipv4.conf.all.accept_source_route", value: "0" },
  { key: "net.ipv4.conf.default.accept_source_route", value: "0" },
  { key: "net.ipv6.conf.all.accept_source_route", value: "0", fine: ["-1"] },
  { key: "net.ipv4.conf.all.accept_redirects", value: "0" },
  { key: "net.ipv4.conf.default.accept_redirects", value: "0" },
  { key: "net.ipv6.conf.all.accept_redirects", value: "0" },
  { key: "net.ipv6.conf.default.accept_redirects", value: "0" },
  { key: "net.ipv4.conf.all.send_redirects", value: "0", router: false },
  { key: "net.ipv4.conf.default.send_redirects", value: "0", router: false },
  { key: "net.ipv4.conf.all.log_martians", value: "1", router: false },
  { key: "kernel.dmesg_restrict", value: "1" },
  { key: "kernel.kptr_restrict", value: "1", fine: ["2"] },
  { key: "kernel.yama.ptrace_scope", value: "1", fine: ["2", "3"] },
  { key: "fs.protected_hardlinks", value: "1" },
  { key: "fs.protected_symlinks", value: "1" },
  { key: "fs.protected_fifos", value: "1", fine: ["2"] },
  { key: "fs.protected_regular", value: "1", fine: ["2"] },
  { key: "fs.suid_dumpable", value: "0", fine: ["2"] },
];

const VALUES = {
  id: "sysctl.values",
  command: `value() { [ ! -r "$2" ] || { read -r now <"$2"; echo "$1 $now"; }; }
${SETTINGS.map(({ key }) => `value ${key} /proc/sys/${key.replaceAll(".", "/")}`).join("\n")}`,
};

/** Kernel settings, each read back; on a host that routes for others the ones that would break it are left out. */
export const sysctl: Control = {
  name: "kernel and network settings",
  level: "standard",
  essential: true,
  questions: [
    VALUES,
    {
      id: "sysctl.router",
      command: `command -v dockerd kubelet k3s containerd; ip -o link show type wireguard; cat /proc/sys/net/ipv4/ip_forward | grep -x 1; true`,
    },
  ],
  wish: (view) => {
    const router = routes(view);
    return {
      resources: wanted(view).map(({ key, value }) => ({ kind: "sysctl", id: `sysctl ${key}`, key, value })),
      adopted: router ? ["forwarding and what depends on it are left alone: this host routes for others"] : [],
      notes: sharesKernel(view) ? ["kernel.* and fs.* settings belong to the machine below this container"] : [],
    };
  },
  proofs: (view) =>
    wanted(view).map(({ key, value, fine = [] }) => ({
      check: `${key} is ${value}`,
      question: VALUES,
      refutes: ({ text }) => {
        const now = valuesIn(text).get(key) ?? "not there";
        return [value, ...fine].includes(now) ? null : `it is ${now}`;
      },
    })),
};

function routes(view: HostView): boolean {
  return lines(view, "sysctl.router").length > 0;
}

function wanted(view: HostView): readonly Setting[] {
  const now = valuesIn(said(view, VALUES.id));
  const unknown = now.size === 0;
  return SETTINGS.filter(({ key, fine = [], router }) => {
    if (router === false && routes(view)) return false;
    if (sharesKernel(view) && !key.startsWith("net.")) return false;
    // A setting this kernel lacks, and one that is stricter already, are left alone.
    return unknown || (now.has(key) && !fine.includes(now.get(key) ?? ""));
  });
}

function valuesIn(text: string): ReadonlyMap<string, string> {
  return new Map(text.split("\n").flatMap((line) => (line === "" ? [] : [line.split(" ", 2) as [string, string]])));
}
