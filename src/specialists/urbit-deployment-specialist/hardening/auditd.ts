import type { Resource } from "../../../machines/resources.ts";
import { LAYOUT, shipPaths } from "../../../urbit/layout.ts";
import { type Control, file, type HostView, NOTHING, packageOf, said, serviceOf, sharesKernel } from "./control.ts";

const RULES = "/etc/audit/rules.d/50-slipway.rules";
const CONFIG = "/etc/audit/auditd.conf";
/** Where a host's own keys lie: what opens its volume. */
const KEYS = "/etc/slipway/keys";
/** What is kept on the host itself before the oldest goes: files of this many MiB. */
const KEPT = { max_log_file: 32, num_logs: 20 } as const;

/** What is watched: keys when anybody reads or writes them, the rest when it is changed. Never a pier: it is written all the time. */
export function rulesOf({ ships }: Pick<HostView, "ships">): readonly string[] {
  const watch = (path: string, permissions: string, key: string) => `-w ${path} -p ${permissions} -k slipway-${key}`;
  return [
    watch(KEYS, "rwa", "keys"),
    ...ships.filter(({ fake }) => !fake).map(({ name }) => watch(shipPaths(name).key, "rwa", "keys")),
    watch(LAYOUT.vereDirectory, "wa", "binaries"),
    watch(LAYOUT.libDirectory, "wa", "binaries"),
    watch(LAYOUT.fenceDirectory, "wa", "leases"),
    watch("/etc/systemd/system", "wa", "units"),
    ...["/etc/crypttab", "/etc/fstab"].map((path) => watch(path, "wa", "volumes")),
    ...["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/sudoers"].map((path) => watch(path, "wa", "accounts")),
    ...["/etc/ssh", "/etc/audit", "/etc/apparmor.d"].map((path) => watch(path, "wa", "settings")),
  ];
}

/** The kernel's audit log: who touched keys, units and binaries. Rules of the host's own stay beside ours. */
export const auditd: Control = {
  name: "audit logging",
  level: "strict",
  essential: false,
  questions: [
    { id: "auditd.config", command: `cat ${CONFIG}` },
    { id: "auditd.own", command: `cd /etc/audit/rules.d && ls | grep -v -e slipway -e '^audit.rules$'` },
    {
      id: "auditd.forwarded",
      command: "grep -lE '^active *= *yes' /etc/audit/plugins.d/au-remote.conf /etc/audit/plugins.d/syslog.conf",
    },
  ],
  wish: (view) => {
    if (sharesKernel(view)) return { ...NOTHING, notHere: "a container has no audit log of its own" };
    const own = said(view, "auditd.own").trim();
    const forwarded = said(view, "auditd.forwarded").trim() !== "";
    return {
      resources: [
        packageOf("auditd"),
        { kind: "directory", id: `directory ${KEYS}`, path: KEYS, owner: "root", group: "root", mode: "0700" },
        // The kernel watches nothing in a directory that is not there yet when the host starts.
        file("/etc/tmpfiles.d/slipway.conf", "0644", `d ${LAYOUT.runDirectory} 0711 root root -\n`),
        ...retention(said(view, "auditd.config")),
        file(RULES, "0640", `# Written by Slipway.\n${rulesOf(view).join("\n")}\n`),
        serviceOf("auditd.service"),
      ],
      adopted: own === "" ? [] : [`this host's own audit rules stay: ${own.replaceAll("\n", ", ")}`],
      notes: forwarded ? [] : ["audit records stay on this host unless another keeps them as well (--monitor HOST)"],
    };
  },
  proofs: (view) =>
    auditd.wish(view).resources.length === 0
      ? []
      : [
          {
            check: "the kernel watches what the rules say",
            question: { id: "auditd.loaded", command: "auditctl -l; auditctl -s" },
            refutes: ({ text }) => {
              const loaded = new Set(text.split("\n").map((line) => line.trim()));
              const missing = rulesOf(view).filter((rule) => !loaded.has(rule));
              if (missing.length > 0)
                return `${missing.length} rule(s) not loaded${loaded.has("enabled 2") ? ": rules are locked until the next start" : ""}: ${missing[0]}`;
              return loaded.has("enabled 0") ? "auditing is off" : null;
            },
          },
        ],
};

/** Lines of auditd's own settings, where the host does not keep as much already. */
function retention(config: string): readonly Resource[] {
  return Object.entries(KEPT).flatMap(([key, value]): readonly Resource[] => {
    const now = Number(new RegExp(`^${key} *= *(\\d+)`, "m").exec(config)?.[1] ?? 0);
    const match = `^${key} *=`;
    return now > value
      ? []
      : [{ kind: "line", id: `line ${CONFIG} ${key}`, path: CONFIG, line: `${key} = ${value}`, match }];
  });
}
