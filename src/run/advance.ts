import type { Failure } from "../base/outcome.ts";
import type { RecordBody } from "../evidence/schema.ts";
import { type Change, change, end, type Site } from "./change.ts";
import { dispatch, needsMet } from "./dispatch.ts";
import { placesOf } from "./places.ts";
import { proposeFix } from "./policy.ts";
import { startRollback } from "./rollback.ts";
import { MARKS, mark, type OpenGate, type Problem, type RunState } from "./state.ts";

/** How one step ended, as its specialist reported it. */
export type StepReport = StepDone | StepFailed;

interface StepEnded {
  readonly index: number;
  /** Runs of the step after fixes, the first included. */
  readonly attempt: number;
}

export interface StepDone extends StepEnded {
  readonly ok: true;
  readonly unchanged: boolean;
  readonly body: Extract<RecordBody, { kind: "step-done" }>;
}

export interface StepFailed extends StepEnded {
  readonly ok: false;
  readonly failure: Failure;
  readonly body: Extract<RecordBody, { kind: "step-failed" }>;
}

/** Enters the phase `state.phase`: opens its gate, or makes its first steps ready. Phases without steps are passed. */
export function enterPhase(site: Site, state: RunState, at: string, bodies: readonly RecordBody[] = []): Change {
  const phase = site.plan.phases[state.phase];
  if (phase === undefined) {
    const last = Math.max(0, site.plan.phases.length - 1);
    return end({ ...state, phase: last }, "done", "every phase is done", at, bodies);
  }
  const { gate } = phase;
  if (gate !== null && !state.approvals.some((approval) => approval.gate === gate.id)) {
    const open = openGate(state, { ...gate, hash: state.planHash, kind: "phase" }, at);
    const waiting: RunState = { ...state, status: "waiting", gate: open };
    const opened = [...bodies, openedRecord(open)];
    if (!state.preapproved.includes(gate.id)) return { ...change(waiting, opened), opened: open };
    return approve(site, waiting, open, state.by, at, opened);
  }
  const { first, count } = site.graph.phases[state.phase] ?? { first: 0, count: 0 };
  const ready: number[] = [];
  for (let index = first; index < first + count; index++) {
    if (state.marks[index] === MARKS.waiting && needsMet(site.graph, state.marks, index)) ready.push(index);
  }
  const marks = mark(state.marks, ready, MARKS.ready);
  const entered: RunState = { ...state, status: "running", gate: null, ready, marks };
  if (ready.length === 0) return leavePhase(site, entered, at, bodies);
  return dispatch(site, entered, bodies);
}

/** Approves the open gate. The caller has checked that it is the one meant, and still open. */
export function approve(
  site: Site,
  state: RunState,
  { id, hash, kind }: OpenGate,
  by: string,
  at: string,
  before: readonly RecordBody[] = [],
): Change {
  const bodies: RecordBody[] = [
    ...before,
    { kind: "gate-approved", gate: id, of: kind === "fix" ? "fix" : "plan", hash, by },
  ];
  const approvals = [...state.approvals, { gate: id, by, at, hash }];
  const approved: RunState = { ...state, approvals, gate: null, problem: null };
  return kind === "fix" ? retryPhase(site, approved, at, bodies) : enterPhase(site, approved, at, bodies);
}

/** Runs the failed phase again: every step of it, since a fix may have changed what an earlier one made. */
export function retryPhase(site: Site, state: RunState, at: string, bodies: readonly RecordBody[] = []): Change {
  const { first, count } = site.graph.phases[state.phase] ?? { first: 0, count: 0 };
  const again = Array.from({ length: count }, (_, k) => first + k);
  const attempts = { ...state.attempts };
  for (const index of again) {
    const ran = state.marks[index] !== MARKS.waiting && state.marks[index] !== MARKS.ready;
    if (ran) attempts[index] = (attempts[index] ?? 0) + 1;
  }
  const marks = mark(state.marks, again, MARKS.waiting);
  const reset: RunState = { ...state, attempts, problem: null, wanted: "run", ready: [], marks };
  return enterPhase(site, reset, at, bodies);
}

/**
 * Takes in steps that have ended and decides what is next. What is not at work, or is of an earlier attempt, has been
 * taken in before and says nothing new.
 */
export function report(site: Site, state: RunState, reports: readonly StepReport[], at: string): Change {
  if (state.status === "rolling-back") return change(state);
  const running = new Set(state.running);
  const fresh = reports.filter(
    ({ index, attempt }) => attempt === 1 + (state.attempts[index] ?? 0) && running.delete(index),
  );
  if (fresh.length === 0) return change(state);
  const doing = { ...state.doing };
  for (const { index } of fresh) delete doing[index];
  let { marks } = state;
  for (const [end, ended] of Map.groupBy(fresh, endOf)) marks = mark(marks, ended.map(indexOf), end);
  const dependents = fresh.flatMap((item) => (item.ok ? (site.graph.dependents[item.index] ?? []) : []));
  const ready = [...new Set(dependents)].filter(
    (index) => marks[index] === MARKS.waiting && needsMet(site.graph, marks, index),
  );
  const failed = fresh.find((item) => !item.ok);
  const problem = failed?.ok === false ? problemOf(site, failed.index, failed.failure) : null;
  const next: RunState = {
    ...state,
    doing,
    marks: mark(marks, ready, MARKS.ready),
    // What has just become ready goes first: ships are finished one after another, and a host's steps stay together.
    ready: [...ready, ...state.ready],
    running: [...running],
    problem: state.problem ?? problem,
  };
  const bodies = fresh.map((item) => item.body);
  return settle(site, next, at, bodies);
}

const indexOf = ({ index }: StepReport): number => index;

/** The mark a step leaves its end with. */
function endOf(report: StepReport): string {
  if (!report.ok) return MARKS.failed;
  return report.unchanged ? MARKS.unchanged : MARKS.done;
}

/** Goes on, or stops where it was asked to, once nothing more is running. */
export function settle(site: Site, state: RunState, at: string, bodies: readonly RecordBody[]): Change {
  const idle = state.running.length === 0;
  if (state.wanted === "cancel")
    return idle ? end(state, "cancelled", "cancelled by a person", at, bodies) : change(state, bodies);
  if (state.wanted === "rollback") return idle ? startRollback(site, state, at, bodies) : change(state, bodies);
  if (state.problem !== null) return idle ? stop(state, state.problem, at, bodies) : change(state, bodies);
  if (state.wanted === "pause") return change(idle ? { ...state, status: "paused" } : state, bodies);
  if (idle && state.ready.length === 0) return leavePhase(site, state, at, bodies);
  return dispatch(site, state, bodies);
}

function leavePhase(site: Site, state: RunState, at: string, bodies: readonly RecordBody[]): Change {
  const phase = site.plan.phases[state.phase];
  const done: RecordBody[] = phase === undefined ? [] : [{ kind: "phase-done", phase: phase.id, name: phase.name }];
  return enterPhase(site, { ...state, phase: state.phase + 1 }, at, [...bodies, ...done]);
}

/** Nothing runs any more and something is wrong: a proposed fix waits for approval, anything else for a choice. */
function stop(state: RunState, problem: Problem, at: string, bodies: readonly RecordBody[]): Change {
  const { fix, failure, step, alternatives } = problem;
  if (fix === null) {
    const because = `${failure.what} (${failure.kind}, ${failure.code})`;
    const record: RecordBody = { kind: "run-stopped", step, because, alternatives: [...alternatives] };
    return change({ ...state, status: "stopped" }, [...bodies, record]);
  }
  const shows = `${fix.diagnosis} Proposed: ${fix.steps.map((item) => item.purpose).join("; ")}.`;
  const earlier = state.approvals.filter((approval) => approval.gate.startsWith(FIX)).length;
  const gate = { id: `${FIX}${earlier + 1}`, shows, irreversible: false, hash: fix.hash, kind: "fix" } as const;
  const open = openGate(state, gate, at);
  return { ...change({ ...state, status: "waiting", gate: open }, [...bodies, openedRecord(open)]), opened: open };
}

const FIX = "fix-";

function problemOf(site: Site, index: number, failure: Failure): Problem {
  const step = site.graph.steps[index];
  const host = placesOf(site.plan).hosts.get(step?.action.host ?? "") ?? null;
  return { step: step?.id ?? String(index), failure, ...proposeFix(failure, host) };
}

function openGate(state: RunState, gate: Omit<OpenGate, "openedAt" | "expiresAt">, at: string): OpenGate {
  const { id, shows, irreversible, hash, kind } = gate;
  const expiresAt = new Date(Date.parse(at) + state.limits.gateHours * 3_600_000).toISOString();
  return { id, shows, irreversible, hash, openedAt: at, expiresAt, kind };
}

function openedRecord({ id, shows, expiresAt }: OpenGate): RecordBody {
  return { kind: "gate-opened", gate: id, shows, expiresAt };
}
