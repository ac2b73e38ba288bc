import type { Failure } from "../base/outcome.ts";
import type { RecordBody } from "../evidence/schema.ts";
import type { Plan } from "../plan/schema.ts";
import type { Graph } from "./graph.ts";
import { pick } from "./pick.ts";
import { proposeFix } from "./policy.ts";
import { isDone, MARKS, mark, type OpenGate, type Problem, type RunState } from "./state.ts";

/** What one transition asks of the engine. Batches are step indices of one host, run together. */
export interface Change {
  readonly state: RunState;
  readonly bodies: readonly RecordBody[];
  readonly dispatch: readonly (readonly number[])[];
  /** Per host, steps to undo one after another, newest first. */
  readonly undo: readonly (readonly number[])[];
  /** A gate that was opened: its expiry is to be checked at `expiresAt`. */
  readonly opened: OpenGate | null;
}

/** How one step ended, as its specialist reported it. */
export type StepReport =
  | { readonly index: number; readonly ok: true; readonly unchanged: boolean; readonly body: RecordBody }
  | { readonly index: number; readonly ok: false; readonly failure: Failure; readonly body: RecordBody };

export interface UndoReport {
  readonly index: number;
  readonly undone: boolean;
  readonly body: RecordBody;
}

type Site = { readonly plan: Plan; readonly graph: Graph };

export function change(state: RunState, bodies: readonly RecordBody[] = []): Change {
  return { state, bodies, dispatch: [], undo: [], opened: null };
}

/** Enters the phase `state.phase`: opens its gate, or makes its first steps ready. Phases without steps are passed. */
export function enterPhase(site: Site, state: RunState, at: string, bodies: readonly RecordBody[] = []): Change {
  const phase = site.plan.phases[state.phase];
  if (phase === undefined) return end({ ...state, gate: null }, "done", "every phase is done", at, bodies);
  const gate = phase.gate;
  if (gate !== null && !state.approvals.some((approval) => approval.gate === gate.id)) {
    const open = openGate(state, gate, "phase", at);
    const record: RecordBody = { kind: "gate-opened", gate: gate.id, shows: gate.shows, expiresAt: open.expiresAt };
    const waiting: RunState = { ...state, status: "waiting", gate: open };
    if (!state.preapproved.includes(gate.id)) {
      return { ...change(waiting, [...bodies, record]), opened: open };
    }
    return approve(site, waiting, gate.id, state.by, state.planHash, at, [...bodies, record]);
  }
  const { first, count } = site.graph.phases[state.phase] ?? { first: 0, count: 0 };
  const ready: number[] = [];
  for (let index = first; index < first + count; index++) {
    if (state.marks[index] === MARKS.waiting && needsMet(site.graph, state.marks, index)) ready.push(index);
  }
  const entered: RunState = {
    ...state,
    status: "running",
    gate: null,
    ready,
    marks: mark(state.marks, ready, MARKS.ready),
  };
  if (ready.length === 0 && state.running.length === 0) return leavePhase(site, entered, at, bodies);
  return dispatch(site, entered, bodies);
}

/** Approves the open gate. The caller has checked that it is the one meant and that the hash is the plan's. */
export function approve(
  site: Site,
  state: RunState,
  gate: string,
  by: string,
  planHash: string,
  at: string,
  before: readonly RecordBody[] = [],
): Change {
  const bodies: RecordBody[] = [...before, { kind: "gate-approved", gate, planHash, by }];
  const approvals = [...state.approvals, { gate, by, at, planHash }];
  const approved: RunState = { ...state, approvals, gate: null, problem: null };
  if (state.gate?.kind === "fix") return retryPhase(site, approved, at, bodies);
  return enterPhase(site, approved, at, bodies);
}

/** Runs the failed phase again: every step of it, since a fix may have changed what an earlier one made. */
export function retryPhase(site: Site, state: RunState, at: string, bodies: readonly RecordBody[] = []): Change {
  const { first, count } = site.graph.phases[state.phase] ?? { first: 0, count: 0 };
  const again = Array.from({ length: count }, (_, k) => first + k);
  const attempts = { ...state.attempts };
  for (const index of again) {
    if (state.marks[index] !== MARKS.waiting) attempts[index] = (attempts[index] ?? 0) + 1;
  }
  const reset: RunState = {
    ...state,
    attempts,
    problem: null,
    wanted: "run",
    ready: [],
    marks: mark(state.marks, again, MARKS.waiting),
  };
  return enterPhase(site, reset, at, bodies);
}

/** Takes in a batch of finished steps and decides what is next. */
export function report(site: Site, state: RunState, reports: readonly StepReport[], at: string): Change {
  const running = new Set(state.running);
  const fresh = reports.filter((item) => running.has(item.index));
  if (fresh.length === 0) return change(state);
  for (const item of fresh) running.delete(item.index);
  const letters = state.marks.split("");
  const doing = { ...state.doing };
  for (const item of fresh) {
    letters[item.index] = item.ok ? (item.unchanged ? MARKS.unchanged : MARKS.done) : MARKS.failed;
    delete doing[item.index];
  }
  const marks = letters.join("");
  const newlyReady = new Set<number>();
  for (const item of fresh) {
    if (!item.ok) continue;
    for (const dependent of site.graph.dependents[item.index] ?? []) {
      if (marks[dependent] === MARKS.waiting && needsMet(site.graph, marks, dependent)) newlyReady.add(dependent);
    }
  }
  const ready = [...newlyReady];
  const failed = fresh.find((item) => !item.ok);
  const next: RunState = {
    ...state,
    doing,
    marks: mark(marks, ready, MARKS.ready),
    // What has just become ready goes first: ships are finished one after another, and a host's steps stay together.
    ready: [...ready, ...state.ready],
    running: [...running],
    problem: state.problem ?? (failed && !failed.ok ? problemOf(site, failed.index, failed.failure) : null),
  };
  return settle(
    site,
    next,
    at,
    fresh.map((item) => item.body),
  );
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

/** Undoes what can be undone, newest first, host by host. */
export function startRollback(site: Site, state: RunState, at: string, bodies: readonly RecordBody[] = []): Change {
  const byHost = new Map<string, number[]>();
  for (let index = site.graph.steps.length - 1; index >= 0; index--) {
    const letter = state.marks[index];
    if (!isDone(letter) && letter !== MARKS.failed) continue;
    const host = site.graph.steps[index]?.action.host ?? "";
    byHost.set(host, [...(byHost.get(host) ?? []), index]);
  }
  const undo = [...byHost.values()];
  const rolling: RunState = {
    ...state,
    status: "rolling-back",
    gate: null,
    ready: [],
    running: undo.flat(),
    wanted: "rollback",
  };
  if (undo.length === 0) return end(rolling, "rolled-back", "nothing had been done", at, bodies);
  return { ...change(rolling, bodies), undo };
}

export function undone(state: RunState, reports: readonly UndoReport[], at: string): Change {
  const left = new Set(state.running);
  const fresh = reports.filter((item) => left.has(item.index));
  let { marks } = state;
  for (const item of fresh) {
    left.delete(item.index);
    marks = mark(marks, [item.index], item.undone ? MARKS.undone : MARKS.kept);
  }
  const next: RunState = { ...state, marks, running: [...left] };
  const bodies = fresh.map((item) => item.body);
  if (left.size > 0) return change(next, bodies);
  const kept = marks.split("").filter((letter) => letter === MARKS.kept).length;
  const because = kept === 0 ? "every step was undone" : `${kept} step(s) could not be undone`;
  return end(next, "rolled-back", because, at, bodies);
}

export function end(
  state: RunState,
  status: "done" | "cancelled" | "rolled-back" | "rejected",
  because: string,
  at: string,
  bodies: readonly RecordBody[] = [],
): Change {
  const over: RunState = { ...state, status, endedAt: at, gate: null, ready: [], doing: {} };
  return change(over, [...bodies, { kind: "run-ended", outcome: status, because }]);
}

function leavePhase(site: Site, state: RunState, at: string, bodies: readonly RecordBody[]): Change {
  const phase = site.plan.phases[state.phase];
  const done: RecordBody[] = phase === undefined ? [] : [{ kind: "phase-done", phase: phase.id, name: phase.name }];
  return enterPhase(site, { ...state, phase: state.phase + 1 }, at, [...bodies, ...done]);
}

function stop(state: RunState, problem: Problem, at: string, bodies: readonly RecordBody[]): Change {
  if (problem.fix === null) return change({ ...state, status: "stopped" }, bodies);
  const shows = `${problem.fix.diagnosis} Proposed: ${problem.fix.steps.map((step) => step.purpose).join("; ")}.`;
  const id = `fix-${state.approvals.filter((approval) => approval.gate.startsWith("fix-")).length + 1}`;
  const open = openGate(state, { id, shows, irreversible: false }, "fix", at);
  const record: RecordBody = { kind: "gate-opened", gate: id, shows, expiresAt: open.expiresAt };
  return { ...change({ ...state, status: "waiting", gate: open }, [...bodies, record]), opened: open };
}

function problemOf(site: Site, index: number, failure: Failure): Problem {
  const step = site.graph.steps[index];
  const host = site.plan.hosts.find((target) => target.name === step?.action.host) ?? null;
  return { step: step?.id ?? String(index), failure, ...proposeFix(failure, host) };
}

function openGate(
  state: RunState,
  gate: { id: string; shows: string; irreversible: boolean },
  kind: OpenGate["kind"],
  at: string,
): OpenGate {
  const expiresAt = new Date(Date.parse(at) + state.limits.gateHours * 3_600_000).toISOString();
  return { id: gate.id, shows: gate.shows, irreversible: gate.irreversible, openedAt: at, expiresAt, kind };
}

function needsMet(graph: Graph, marks: string, index: number): boolean {
  return (graph.needs[index] ?? []).every((need) => isDone(marks[need]));
}

/** Hands out ready steps within the limits, gathered per host so that one report brings several back. */
function dispatch(site: Site, state: RunState, bodies: readonly RecordBody[]): Change {
  const { batches, left } = pick(site.graph, state);
  const indices = batches.flat();
  const next: RunState = {
    ...state,
    status: "running",
    ready: left,
    running: [...state.running, ...indices],
    marks: mark(state.marks, indices, MARKS.running),
  };
  return { ...change(next, bodies), dispatch: batches };
}
