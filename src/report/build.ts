import type { EvidenceRecord, RecordBody } from "../evidence/schema.ts";
import type { Plan } from "../plan/schema.ts";
import { checkedLine, lastDone, type StepDone, seenLine, unproven } from "./lines.ts";
import { type Line, type Report, type Section, STANDINGS } from "./model.ts";
import { monitoring } from "./monitoring.ts";
import { phaseReport } from "./phase-report.ts";
import { success } from "./success.ts";

/** The seed's final report, from evidence alone. Pure: the same records at the same time give the same report. */
export function buildReport(plan: Plan, records: readonly EvidenceRecord[], now: string): Report {
  const bodies = records.map((record) => record.body);
  const started = bodies.find((body) => body.kind === "run-started");
  const { outcome, because } = standingOf(bodies);
  const over = outcome !== "open" && outcome !== "stopped";
  const endedAt = over ? (records.at(-1)?.at ?? null) : null;
  const startedAt = records[0]?.at ?? now;
  const failed = bodies.findLast((body) => body.kind === "step-failed");
  const choices = bodies.findLast((body) => body.kind === "run-stopped")?.alternatives ?? [];
  const phases = plan.phases.map((_, index) => phaseReport(plan, records, index));
  const done = lastDone(records);
  const rehearsal = started?.rehearsal ?? false;
  const sections = [
    summary(plan, done, startedAt, endedAt ?? now, rehearsal),
    decisions(bodies),
    deliverables(plan, done, rehearsal),
    access(plan, done),
    security(plan, done),
    monitoring(done),
    performance(done),
    success(done),
    ...(outcome === "rolled-back" ? [rolledBack(bodies)] : []),
    ...(failed !== undefined && outcome !== "done" ? [trouble(failed, over ? [] : choices)] : []),
    nextSteps(plan),
    handoff(),
  ].filter((section) => section.lines.length > 0);
  return {
    run: started?.run ?? "",
    planHash: plan.hash,
    title: titleOf(outcome, plan, rehearsal),
    outcome,
    because,
    rehearsal,
    startedAt,
    endedAt,
    evidence: { records: records.length, head: records.at(-1)?.hash ?? "" },
    phases,
    sections,
    tally: tallyOf([
      ...sections.flatMap((section) => section.lines),
      ...phases.flatMap((phase) => [...phase.accomplishments, ...phase.outputs, ...phase.issues]),
    ]),
  };
}

/** How the run stands, by its last word on that. */
function standingOf(bodies: readonly RecordBody[]): Pick<Report, "outcome" | "because"> {
  const last = bodies.at(-1);
  if (last?.kind === "run-ended") return { outcome: last.outcome, because: last.because };
  if (last?.kind === "run-stopped") return { outcome: "stopped", because: `${last.step}: ${last.because}` };
  if (last?.kind === "gate-opened") return { outcome: "open", because: `it waits for the gate ${last.gate}` };
  return { outcome: "open", because: "the run is still open" };
}

function tallyOf(lines: readonly Line[]): Report["tally"] {
  const count = (standing: Line["standing"]) => lines.filter((line) => line.standing === standing).length;
  return Object.fromEntries(STANDINGS.map((standing) => [standing, count(standing)])) as Report["tally"];
}

function titleOf(outcome: Report["outcome"], plan: Plan, rehearsal: boolean): string {
  const what = `${plan.ships.length} Urbit ship${plan.ships.length === 1 ? "" : "s"} on ${plan.platform}`;
  return `${rehearsal ? "Rehearsal" : "Deployment"} ${TITLES[outcome]}: ${what}`;
}

const TITLES: Readonly<Record<Report["outcome"], string>> = {
  open: "Open",
  stopped: "Stopped",
  done: "Complete",
  cancelled: "Cancelled",
  "rolled-back": "Rolled back",
  rejected: "Rejected",
};

type Done = ReadonlyMap<string, StepDone>;

function ofKind(done: Done, kind: string): StepDone[] {
  return [...done.values()].filter((step) => step.step === kind || step.step.includes(`${kind}/`));
}

/** Several steps as one line: it holds only if each of them does. */
function together(text: string, steps: readonly StepDone[], wanted: number): Line {
  if (steps.length < wanted || wanted === 0) return unproven(`${text} (${steps.length} of ${wanted})`);
  const line = checkedLine(
    text,
    steps.flatMap((step) => step.checks),
  );
  return { ...line, proof: line.proof.slice(0, 12) };
}

/** Hosts that carry ships; a monitoring host without any is no part of that count. */
function carriers({ hosts, ships, monitor }: Plan): number {
  return hosts.filter(({ name }) => name !== monitor?.host || ships.some(({ host }) => host === name)).length;
}

const DAY_MS = 86_400_000;

function summary(plan: Plan, done: Done, startedAt: string, endedAt: string, rehearsal: boolean): Section {
  const proofs = ofKind(done, "prove");
  const cost =
    plan.monthlyUsd === null ? "own hosts: power only, not measured" : `$${plan.monthlyUsd} by the price list`;
  const budget = plan.budgetUsdPerMonth === null ? "" : ` (budget $${plan.budgetUsdPerMonth})`;
  const days = (Date.parse(endedAt) - Date.parse(startedAt)) / DAY_MS;
  const took = days < 1 ? `${Math.max(1, Math.round(days * 1440))} minute(s)` : `${days.toFixed(1)} days`;
  const timeline = plan.timelineDays === null ? "" : ` (timeline ${plan.timelineDays} days)`;
  return {
    title: "Summary",
    lines: [
      together(`Platform: ${plan.platform}`, ofKind(done, "assess-host"), carriers(plan)),
      together(`Ships Deployed: ${proofs.length} of ${plan.ships.length}`, proofs, plan.ships.length),
      unproven(`Monthly Cost: ${cost}${budget}`),
      {
        text: `Deployment Time: ${took}${timeline}`,
        standing: rehearsal ? "rehearsed" : "proved",
        proof: ["evidence.jsonl"],
      },
    ],
  };
}

/** Who decided what: the only lines of a report that stand on somebody's word. */
function decisions(bodies: readonly RecordBody[]): Section {
  const attested = (text: string): Line[] => [{ text, standing: "attested", proof: ["evidence.jsonl"] }];
  const lines = bodies.flatMap((body) => {
    switch (body.kind) {
      case "gate-approved":
        return attested(`${body.gate} approved by ${body.by}, for ${body.hash.slice(0, 12)}`);
      case "gate-rejected":
        return attested(`${body.gate} rejected by ${body.by}: ${body.because}`);
      case "ordered":
        return attested(`${body.order} ordered by ${body.by}`);
      case "attested":
        return attested(`${body.claim} (${body.by})`);
      default:
        return [];
    }
  });
  return { title: "Approvals", lines };
}

const HANDED_OVER = [
  ["Operations runbook", "handoff/runbook.md"],
  ["Incident response plan", "handoff/incident-response.md"],
  ["Training page for operators", "handoff/training.md"],
  ["Follow-up of the first 30 days", "handoff/follow-up.md"],
  ["The same as a calendar", "handoff/follow-up.ics"],
] as const;

function deliverables(plan: Plan, done: Done, rehearsal: boolean): Section {
  const baseline = ofKind(done, "baseline");
  const hosts = new Set(plan.ships.map((ship) => ship.host)).size;
  return {
    title: "Deliverables",
    lines: [
      together(`${hosts} host(s) prepared`, baseline, hosts),
      together(
        `${plan.ships.length} ship(s) under systemd, each started under its lease`,
        ofKind(done, "unit"),
        plan.ships.length,
      ),
      together("Every host looked at once more before the hand-over", ofKind(done, "verify-host"), carriers(plan)),
      ...HANDED_OVER.map(([text, file]): Line => {
        return { text: `${text}: ${file}`, standing: rehearsal ? "rehearsed" : "proved", proof: [file] };
      }),
    ],
  };
}

/** Ships listed one by one; beyond, the JSON report has them all. */
const LISTED = 50;

function access(plan: Plan, done: Done): Section {
  const lines = plan.ships.slice(0, LISTED).map((ship) => {
    const proof = ofKind(done, "prove").find((step) => step.ship === ship.name);
    const text = `${ship.name}: http://127.0.0.1:${ship.httpPort} on ${ship.host} (ssh -L), Ames udp ${ship.amesPort}`;
    return proof === undefined ? unproven(text) : checkedLine(text, proof.checks);
  });
  const rest = plan.ships.length - LISTED;
  return { title: "Access", lines: rest > 0 ? [...lines, unproven(`and ${rest} more, listed in plan.json`)] : lines };
}

function security(plan: Plan, done: Done): Section {
  const baseline = ofKind(done, "baseline");
  const hosts = new Set(plan.ships.map((ship) => ship.host)).size;
  return {
    title: "Security",
    lines: [
      together("Firewall: inbound denied by default, SSH and the ships' own ports open", baseline, hosts),
      together(
        "One writer per ship: lease with fencing token, checked by the host",
        ofKind(done, "unit"),
        plan.ships.length,
      ),
      ...hardening(done),
      ...plan.notCovered.map((item) => unproven(`${item}: not set by this version`)),
    ],
  };
}

/** Each control as one line over all hosts, then what a host could not be given. */
function hardening(done: Done): readonly Line[] {
  const steps = [...ofKind(done, "harden-host"), ...ofKind(done, "sandbox")];
  const names = [...new Set(steps.flatMap((step) => step.checks.map(({ check }) => check)))];
  const lines = names.map((name) => {
    const checks = steps.flatMap((step) => step.checks.filter(({ check }) => check === name));
    return checkedLine(`${name} (${checks.length})`, checks);
  });
  const missing = steps.flatMap(({ outputs }) => (Array.isArray(outputs.notSet) ? outputs.notSet.map(String) : []));
  return [...lines, ...missing.map((item) => unproven(`${item}: not set`))];
}

function performance(done: Done): Section {
  const measured = ofKind(done, "measure").slice(0, LISTED);
  return {
    title: "Performance",
    lines: measured.map((step) => checkedLine(step.accomplished.join("; "), step.checks)),
  };
}

function rolledBack(bodies: readonly RecordBody[]): Section {
  return {
    title: "Rolled back",
    lines: bodies.flatMap((body) =>
      body.kind === "step-undone"
        ? [
            body.checks.length > 0
              ? checkedLine(`${body.step}: ${body.detail}`, body.checks)
              : unproven(`${body.step}: ${body.detail}`),
          ]
        : [],
    ),
  };
}

function trouble(body: Extract<RecordBody, { kind: "step-failed" }>, choices: readonly string[]): Section {
  const { failure, step } = body;
  const line = (text: string): Line => seenLine(text, body.observations);
  return {
    title: "Diagnosis",
    lines: [
      line(`${step}: ${failure.what} (${failure.kind}, ${failure.code})`),
      ...(failure.why === undefined ? [] : [line(`Why: ${failure.why}`)]),
      unproven(`Next: ${failure.next}`),
      ...choices.map((choice) => unproven(`Or: ${choice}`)),
    ],
  };
}

function nextSteps(plan: Plan): Section {
  const open =
    plan.notCovered.length > 0
      ? [unproven(`Set what this version did not: ${plan.notCovered.length} control(s) above`)]
      : [];
  return {
    title: "Next Steps",
    lines: [...open, unproven("Watch the ships daily for the first 30 days: handoff/follow-up.md says when and how")],
  };
}

/** What only people can do and only people can attest. */
function handoff(): Section {
  return {
    title: "Handoff",
    lines: [
      unproven("Operations team: training (handoff/training.md) attested by nobody yet"),
      unproven("On-call rotation: attested by nobody yet"),
    ],
  };
}
