import { auditHost, type HostAudit } from "../../../audit/host.ts";
import type { Failure, Outcome } from "../../../base/outcome.ts";
import { controlChecks, type HostCheck } from "../../../knowledge/controls.ts";
import type { Answers, Machine, Probe, Seen, Sighting } from "../../../machines/machine.ts";
import type { HostTarget, ShipTarget } from "../../../plan/schema.ts";
import { specOf } from "../../lib.ts";
import { HOST_CRITERIA } from "./hosts.ts";
import { watchQuestions } from "./uptime.ts";

/** How often a ship's web server is asked: enough for a 95th percentile that is more than the slowest answer. */
const ROUNDS = 60;
/** Answers from the runtime itself, needs no login, and leaves nothing behind in the ship. */
export const HEALTH = "/~_~/healthz";
/** Hosts looked at side by side. */
const AT_ONCE = 8;

export interface ShipLook {
  readonly ship: ShipTarget;
  readonly hi: Outcome<Seen<{ readonly ms: number }>>;
  readonly web: Outcome<Seen<Probe>>;
}

export interface HostLook {
  readonly host: string;
  readonly audit: HostAudit | null;
  /** Why the host could not be asked. */
  readonly failure: Failure | null;
  readonly ships: readonly ShipLook[];
}

/** What the monitoring host answered; null where there is none, or it said nothing. */
export interface WatchLook {
  readonly answers: Answers;
  readonly sighting: Sighting;
}

export interface Looks {
  readonly hosts: readonly HostLook[];
  readonly watch: WatchLook | null;
}

/** Looks at hosts, their ships and what watches them, changing nothing. A ship is asked one thing after the other. */
export async function lookAt(
  hosts: readonly HostTarget[],
  ships: readonly ShipTarget[],
  monitor: HostTarget | null,
  machine: (host: HostTarget) => Machine,
): Promise<Looks> {
  const found: HostLook[] = [];
  for (let first = 0; first < hosts.length; first += AT_ONCE) {
    const batch = hosts.slice(first, first + AT_ONCE).map((host) =>
      lookAtHost(
        machine(host),
        ships.filter((ship) => ship.host === host.name),
      ),
    );
    found.push(...(await Promise.all(batch)));
  }
  const watch = monitor === null ? null : await machine(monitor).ask(watchQuestions());
  return {
    hosts: found,
    watch: watch?.ok === true ? { answers: watch.value.value, sighting: watch.value.sighting } : null,
  };
}

async function lookAtHost(machine: Machine, ships: readonly ShipTarget[]): Promise<HostLook> {
  const named = new Set(HOST_CRITERIA.flatMap(({ checks }) => checks));
  const checks = controlChecks().filter((check) => check.scope === "host" && named.has(check.id)) as HostCheck[];
  const audit = await auditHost(machine, [...checks, ...ROOM, ...ships.map(amesPort)]);
  if (!audit.ok) return { host: machine.name, audit: null, failure: audit.failure, ships: [] };
  const looks: ShipLook[] = [];
  for (const ship of ships) {
    const hi = await machine.ships.hi(specOf(ship));
    looks.push({ ship, hi, web: await machine.probe(ship.httpPort, HEALTH, machine.rehearsal ? 1 : ROUNDS) });
  }
  return { host: machine.name, audit: audit.value, failure: null, ships: looks };
}

/** Whether the ship's own UDP port is bound. */
function amesPort({ name, amesPort }: ShipTarget): HostCheck {
  return {
    id: `ames.${name}`,
    title: `${name} listens on its own UDP port ${amesPort}`,
    scope: "host",
    command: `ss -Hlun 'sport = :${amesPort}' | grep -c .`,
    parser: "number",
    expect: { atLeast: 1 },
    evidence: {},
  };
}

const ROOM: readonly HostCheck[] = [
  {
    id: "room.memory",
    title: "Memory is left",
    scope: "host",
    command:
      "awk '/^MemTotal:/ { t = $2 } /^MemAvailable:/ { a = $2 } END { printf \"%d\\n\", 100 * (t - a) / t }' /proc/meminfo",
    parser: "number",
    expect: { atMost: 90 },
    evidence: {},
  },
];

/** The outcome of a look as a finding's words: what failed, said once. */
export function whyNot(failure: Failure): string {
  return failure.why === undefined ? failure.what : `${failure.what} ${failure.why}`;
}
