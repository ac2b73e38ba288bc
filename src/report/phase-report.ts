import type { EvidenceRecord, RecordBody } from "../evidence/schema.ts";
import type { Plan } from "../plan/schema.ts";
import { checkedLine, lastDone, type StepDone, seenLine, unproven, weakest } from "./lines.ts";
import type { Line, PhaseReport } from "./model.ts";

/** Above this many steps a phase's report sums them up per kind and host. */
const SUMMED_ABOVE = 60;

/** The seed's phase report, from the evidence of one phase. */
export function phaseReport(plan: Plan, records: readonly EvidenceRecord[], index: number): PhaseReport {
  const phase = plan.phases[index];
  if (phase === undefined) throw new RangeError(`the plan has no phase ${index}`);
  const done = lastDone(records);
  const steps = phase.steps.flatMap((step) => done.get(step.id) ?? []);
  const following = plan.phases[index + 1];
  return {
    number: index + 1,
    id: phase.id,
    name: phase.name,
    // A phase that was rolled back is not complete any more, whatever it was before.
    complete:
      steps.length === phase.steps.length &&
      records.some(({ body }) => body.kind === "phase-done" && body.phase === phase.id),
    accomplishments: steps.length > SUMMED_ABOVE ? summed(steps) : steps.map(accomplished),
    outputs: steps.length > SUMMED_ABOVE ? [] : steps.flatMap(outputs),
    issues: records.flatMap(({ body }) => issue(body, phase.id)),
    next: following?.name ?? null,
  };
}

function issue(body: RecordBody, phase: string): Line[] {
  if (body.kind === "step-retried" && body.phase === phase)
    return [unproven(`${body.step}: ${body.failure.what} (transient, tried again)`)];
  if (body.kind !== "step-failed" || body.phase !== phase) return [];
  const { failure, attempt, observations, step } = body;
  return [seenLine(`${step}: ${failure.what} (${failure.kind}, attempt ${attempt})`, observations)];
}

function accomplished(step: StepDone): Line {
  return checkedLine(`${step.accomplished.join("; ")}${step.unchanged ? " (nothing to change)" : ""}`, step.checks);
}

function outputs(step: StepDone): Line[] {
  const entries = Object.entries(step.outputs).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  if (entries.length === 0) return [];
  const text = entries
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
  return [checkedLine(`${step.step}: ${text}`, step.checks)];
}

/** One line per kind of step: how many of them hold. */
function summed(steps: readonly StepDone[]): Line[] {
  const kinds = new Map<string, StepDone[]>();
  for (const step of steps) {
    const kind = step.step.split("/").at(step.step.split("/").length > 2 ? 1 : 0) ?? step.step;
    kinds.set(kind, [...(kinds.get(kind) ?? []), step]);
  }
  return [...kinds].map(([kind, group]) => {
    const lines = group.map(accomplished);
    return {
      text: `${group.length} × ${kind}, on ${new Set(group.map((step) => step.host)).size} host(s)`,
      standing: weakest(lines),
      proof: lines.slice(0, 3).flatMap((line) => line.proof.slice(0, 1)),
    };
  });
}

/** The seed's own layout of a phase report. `proceed`: how to answer the gate before the next phase, null without one. */
export function phaseMarkdown(report: PhaseReport, proceed: string | null): string {
  const list = (lines: readonly Line[]) =>
    lines.length === 0 ? ["- None"] : lines.map((line) => `- ${line.text} [${line.standing}]`);
  return [
    `Phase ${report.number} ${report.complete ? "Complete" : "Open"}: ${report.name}`,
    "",
    "Accomplishments:",
    ...list(report.accomplishments),
    "",
    "Outputs:",
    ...list(report.outputs),
    "",
    "Issues Encountered:",
    ...list(report.issues),
    ...(report.next === null ? [] : ["", `Next Phase: ${report.next}`]),
    ...(proceed === null ? [] : ["Proceed? (yes/no)", proceed]),
  ].join("\n");
}

/** The report of a phase by id, as the terminal shows it when the phase is over. */
export function phaseReportText(plan: Plan, records: readonly EvidenceRecord[], id: string): string {
  const index = plan.phases.findIndex((phase) => phase.id === id);
  if (index < 0) return "";
  const gate = plan.phases[index + 1]?.gate ?? null;
  const run = records.find(({ body }) => body.kind === "run-started")?.body;
  const name = run?.kind === "run-started" ? run.run : "RUN";
  const proceed =
    gate === null ? null : `  yes: slipway approve ${name} ${gate.id}\n  no:  slipway reject ${name} --because "…"`;
  return phaseMarkdown(phaseReport(plan, records, index), proceed);
}
