import type { EvidenceRecord } from "../../evidence/schema.ts";
import type { HostTarget, Plan, Receiver, ShipTarget } from "../../plan/schema.ts";
import { lastDone, type StepDone } from "../lines.ts";

/** What is really there after a run: by its evidence, not by its plan alone. */
export interface HandoffFacts {
  readonly run: string;
  readonly plan: Plan;
  /** Where the run's record lies on this machine. */
  readonly directory: string;
  readonly rehearsal: boolean;
  /** When the work ended; while it goes on, its newest record. */
  readonly at: string;
  /** Ships that were proved and still stand. */
  readonly ships: readonly ShipTarget[];
  /** Hosts that carry them. */
  readonly hosts: readonly HostTarget[];
  /** The host that watches, once Prometheus was set up there. */
  readonly monitor: HostTarget | null;
  readonly receivers: readonly Receiver[];
  /** Who approved what. */
  readonly approvals: readonly { readonly by: string; readonly gate: string; readonly at: string }[];
  /** What was asked for or usual and is not there, one line each. */
  readonly notSetUp: readonly string[];
  /** Steps that were carried out, in order. */
  readonly done: readonly StepDone[];
}

export function handoffFacts(plan: Plan, records: readonly EvidenceRecord[], directory: string): HandoffFacts {
  const done = [...lastDone(records).values()];
  const started = records.find(({ body }) => body.kind === "run-started")?.body;
  const ofKind = (kind: string) => done.filter(({ step }) => step.split("/").includes(kind));
  const proved = new Set(ofKind("prove").map(({ ship }) => ship));
  const ships = plan.ships.filter(({ name }) => proved.has(name));
  const hosts = plan.hosts.filter(({ name }) => ships.some(({ host }) => host === name));
  const watching = ofKind("set-up-metrics").length > 0;
  return {
    run: started?.kind === "run-started" ? started.run : "",
    plan,
    directory,
    rehearsal: started?.kind === "run-started" && started.rehearsal,
    at: records.at(-1)?.at ?? "",
    ships,
    hosts,
    monitor: (watching && plan.hosts.find(({ name }) => name === plan.monitor?.host)) || null,
    receivers: ofKind("set-up-alerts").length > 0 ? (plan.monitor?.receivers ?? []) : [],
    approvals: records.flatMap(({ at, body }) =>
      body.kind === "gate-approved" ? [{ by: body.by, gate: body.gate, at }] : [],
    ),
    notSetUp: notSetUp(plan, done, watching, ofKind("set-up-backups").length > 0),
    done,
  };
}

function notSetUp(plan: Plan, done: readonly StepDone[], watching: boolean, backups: boolean): readonly string[] {
  const missing = done.flatMap(({ outputs }) => (Array.isArray(outputs.notSet) ? outputs.notSet.map(String) : []));
  return [
    ...(backups ? [] : ["backups: no pier is backed up; what a lost disk held is lost"]),
    ...(watching ? [] : ["monitoring: nothing watches the ships; nobody is told when one goes down"]),
    // Without what a next plan could do about it: that is not for whoever runs this one.
    ...plan.notCovered.map((line) => line.replace(/: name (a host|one)\b.*$/, "")),
    ...missing,
  ].filter((line, index, all) => all.indexOf(line) === index);
}

/** True where a step of this kind was carried out (on that host, if one is named). */
export function wasDone({ done }: HandoffFacts, kind: string, host?: string): boolean {
  return done.some((step) => step.step.split("/").includes(kind) && (host === undefined || step.host === host));
}
