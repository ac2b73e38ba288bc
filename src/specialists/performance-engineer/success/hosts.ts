import type { Finding } from "../../../audit/finding.ts";
import type { Sighting } from "../../../machines/machine.ts";
import { type Criterion, judged, together, unmeasured, type Wanted } from "./criterion.ts";
import type { HostLook } from "./look.ts";
import type { Promises } from "./promises.ts";

interface HostCriterion extends Omit<Wanted, "promised"> {
  /** Checks of the catalogue that show it. */
  readonly checks: readonly string[];
  readonly promised: (promises: Promises) => boolean;
}

/** Criteria that stand on checks of each host. */
export const HOST_CRITERIA: readonly HostCriterion[] = [
  {
    id: "encryption-at-rest",
    group: "Security",
    title: "Encryption at rest",
    wanted: "every pier on an encrypted volume",
    checks: ["enc.piers", "enc.swap"],
    promised: ({ sets }) => sets(/LUKS|encrypt/i),
  },
  {
    id: "firewall",
    group: "Security",
    title: "Firewall configured correctly",
    wanted: "inbound denied by default, up with the host, ships' web servers on loopback alone",
    checks: ["net.default-deny", "net.firewall-boots", "net.ship-web-local"],
    promised: ({ kinds }) => kinds.has("baseline"),
  },
  {
    id: "access",
    group: "Security",
    title: "Access controls in place",
    wanted: "SSH by key alone, ships under a user without login or rights, each started through its lease check",
    checks: [
      "ssh.no-passwords",
      "ssh.no-empty",
      "ssh.root",
      "accounts.service-shell",
      "accounts.service-sudo",
      "secrets.pier-mode",
      "ships.user",
      "ships.fenced",
    ],
    promised: ({ kinds }) => kinds.has("harden-host"),
  },
  {
    id: "audit-log",
    group: "Security",
    title: "Audit logging",
    wanted: "the kernel's audit log runs, with rules of ours",
    checks: ["audit.auditd", "audit.rules-loaded"],
    promised: ({ sets }) => sets(/audit log/i),
  },
  {
    id: "monitoring",
    group: "Operation",
    title: "Monitoring active",
    wanted: "exporters of ships and host run on every host",
    checks: ["monitor.agent", "monitor.node"],
    promised: ({ kinds }) => kinds.has("install-agent") && kinds.has("set-up-metrics"),
  },
  {
    id: "backup",
    group: "Operation",
    title: "Backups automated and tested",
    wanted: "each pier backed up within a day",
    checks: ["backup.recent"],
    promised: ({ kinds }) => kinds.has("set-up-backups"),
  },
  {
    id: "resources",
    group: "Performance",
    title: "Resource utilization",
    wanted: "disk at most 85 % full, memory at most 90 % used",
    checks: ["disk.room", "room.memory"],
    promised: () => false,
  },
];

const SHOWN = 3;

export function judgeHosts(hosts: readonly HostLook[], promises: Promises): readonly Criterion[] {
  return HOST_CRITERIA.map(({ checks, promised, ...about }) =>
    judgeChecks({ ...about, promised: promised(promises) }, checks, hosts),
  );
}

/** Met where every check that could be asked shows it on every host; one that shows the contrary is enough against it. */
export function judgeChecks(wanted: Wanted, checks: readonly string[], hosts: readonly HostLook[]): Criterion {
  const findings = hosts.flatMap(({ audit }) => audit?.findings ?? []).filter(({ check }) => checks.includes(check));
  const [refuted, shown] = (["refuted", "shown"] as const).map((status) =>
    findings.filter((one) => one.status === status),
  );
  const unasked = hosts.filter(({ failure }) => failure !== null).map(({ host }) => host);
  const silent = findings.filter(({ status }) => status === "unanswered");
  const missing = [...unasked.map((host) => `${host} could not be asked`), ...unanswered(silent)];
  const sighting = together([...(refuted ?? []), ...(shown ?? [])].flatMap((one) => sightingOf(one, hosts) ?? []));
  if (refuted !== undefined && refuted.length > 0) {
    const named = refuted.slice(0, SHOWN).map(({ on, title, seen }) => `${on}: not so: ${title} (${seen})`);
    return judged(wanted, false, `${named.join("; ")}${refuted.length > SHOWN ? "; …" : ""}`, sighting);
  }
  if (shown === undefined || shown.length === 0)
    return unmeasured(wanted, missing.join("; ") || "nothing to be asked here");
  const values = checks.some((id) => id.startsWith("room."))
    ? shown.map(({ on, title, seen }) => `${on}: ${title}: ${seen} %`)
    : [];
  const measured =
    values.length > 0
      ? values.slice(0, 2 * SHOWN).join("; ")
      : `${shown.length} check(s) on ${new Set(shown.map(({ on }) => on)).size} host(s), all so`;
  if (missing.length > 0) return unmeasured(wanted, missing.join("; "), { measured, sighting });
  return judged(wanted, true, measured, sighting);
}

function unanswered([first, ...rest]: readonly Finding[]): readonly string[] {
  if (first === undefined) return [];
  const { on, title, seen } = first;
  return [`${on}: ${title}: ${seen}${rest.length > 0 ? `, and ${rest.length} more` : ""}`];
}

/** The sighting behind a finding, out of the host's outputs. */
export function sightingOf(finding: Finding, hosts: readonly HostLook[]): Sighting | null {
  const { observation, on } = finding;
  const raw = hosts.find(({ host }) => host === on)?.audit?.raw.get(observation?.rawSha256 ?? "");
  if (observation === null || raw === undefined) return null;
  const { at, host, command, exit } = observation;
  return { at, host, command, exit, raw };
}
