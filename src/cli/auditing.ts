import type { Finding } from "../audit/finding.ts";
import { type AuditOptions, auditHost, type HostAudit } from "../audit/host.ts";
import { auditRun } from "../audit/run.ts";
import { type Outcome, ok } from "../base/outcome.ts";
import { readRecords } from "../evidence/read.ts";
import type { EvidenceRecord } from "../evidence/schema.ts";
import { verifyRun } from "../evidence/verify.ts";
import { controlChecks, FRAMEWORKS, type Framework } from "../knowledge/controls.ts";
import { type HostTarget, readInventory } from "../machines/inventory.ts";
import type { Plan } from "../plan/schema.ts";
import { type Home, runDirectory } from "../run/home.ts";
import { readPlan } from "../run/plans.ts";
import { type Input, usage } from "./command.ts";
import type { Io } from "./io.ts";
import { runNames } from "./runs.ts";

/** Hosts looked at side by side. */
const AT_ONCE = 16;

/** The inventory's hosts of these names; all of them when none is named. */
export async function hostsNamed(home: Home, names: readonly string[]): Promise<Outcome<readonly HostTarget[]>> {
  const known = await readInventory(home.hosts);
  if (!known.ok) return known;
  const missing = names.find((name) => !known.value.some((host) => host.name === name));
  if (missing !== undefined) return usage(`there is no host ${missing}`, "slipway host list");
  if (known.value.length === 0) return usage("there is no host yet", "slipway host add root@HOST --name NAME");
  return ok(names.length === 0 ? known.value : known.value.filter((host) => names.includes(host.name)));
}

/** Audits hosts, each in one round trip, several side by side; a host that cannot be asked fails the whole. */
export async function auditHosts(
  hosts: readonly HostTarget[],
  options: AuditOptions = {},
): Promise<Outcome<readonly HostAudit[]>> {
  const { hostMachine } = await import("../machines/host/open.ts");
  const checks = controlChecks().filter((check) => check.scope === "host");
  const audits: HostAudit[] = [];
  for (let first = 0; first < hosts.length; first += AT_ONCE) {
    const batch = hosts.slice(first, first + AT_ONCE).map(async (host) => {
      const machine = hostMachine(host);
      try {
        return await auditHost(machine, checks, options);
      } finally {
        await machine.close();
      }
    });
    for (const audit of await Promise.all(batch)) {
      if (!audit.ok) return audit;
      audits.push(audit.value);
    }
  }
  return ok(audits);
}

/** A run's plan and records, or null where nothing real was run. */
export async function realRun(home: Home, run: string): Promise<{ plan: Plan; records: EvidenceRecord[] } | null> {
  const records: EvidenceRecord[] = [];
  try {
    for await (const record of readRecords(runDirectory(home, run))) records.push(record);
    const started = records[0]?.body;
    if (started?.kind !== "run-started" || started.rehearsal) return null;
    const plan = await readPlan(home, started.planHash);
    return plan.ok ? { plan: plan.value, records } : null;
  } catch {
    return null;
  }
}

/** The findings of one run, from its own directory. */
export async function auditOfRun(home: Home, run: string): Promise<readonly Finding[]> {
  const real = await realRun(home, run);
  if (real === null) return [];
  const { plan, records } = real;
  const verified = await verifyRun(runDirectory(home, run));
  const checks = controlChecks().filter((check) => check.scope === "run");
  return auditRun({ run, plan, records, whole: verified.ok }, checks);
}

/** Real runs that have hosts among `hosts`, newest first. */
export async function runsOn(home: Home, hosts: readonly HostTarget[]): Promise<readonly string[]> {
  const names = new Set(hosts.map(({ name }) => name));
  const found: string[] = [];
  for (const run of await runNames(home)) {
    const real = await realRun(home, run);
    if (real?.plan.hosts.some((host) => names.has(host.name))) found.push(run);
  }
  return found;
}

export function frameworksOf(input: Input): Outcome<readonly Framework[]> {
  const asked = input.list("framework");
  const unknown = asked.find((name) => !FRAMEWORKS.some((known) => known === name));
  if (unknown !== undefined) return usage(`"${unknown}" is no framework`, `--framework ${FRAMEWORKS.join("|")}`);
  return ok(FRAMEWORKS.filter((name) => asked.includes(name)));
}

/** Says what is going on while hosts are asked; only to a person. */
export function saying(io: Io, json: boolean, text: string): void {
  if (!json && io.terminal) io.err(`${text}\n`);
}
