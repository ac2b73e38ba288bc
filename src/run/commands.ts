import { configuration, type Outcome, ok } from "../base/outcome.ts";
import type { Plan } from "../plan/schema.ts";
import { approve, type Change, change, end, enterPhase, retryPhase, settle, startRollback } from "./advance.ts";
import type { Graph } from "./graph.ts";
import { DEFAULT_LIMITS, isOver, type Limits, MARKS, type RunState } from "./state.ts";

type Site = { readonly plan: Plan; readonly graph: Graph };

export interface StartRequest {
  readonly run: string;
  readonly planHash: string;
  /** Who started it: their name stands on the approvals given with it. */
  readonly by: string;
  readonly at: string;
  readonly rehearsal: boolean;
  /** Gates approved with the launch itself. */
  readonly preapproved: readonly string[];
  readonly limits: Partial<Limits>;
}

export function start(site: Site, request: StartRequest): Change {
  const state: RunState = {
    run: request.run,
    planHash: request.planHash,
    by: request.by,
    rehearsal: request.rehearsal,
    startedAt: request.at,
    endedAt: null,
    status: "running",
    phase: 0,
    marks: MARKS.waiting.repeat(site.graph.steps.length),
    ready: [],
    running: [],
    doing: {},
    attempts: {},
    gate: null,
    approvals: [],
    problem: null,
    wanted: "run",
    limits: { ...DEFAULT_LIMITS, ...request.limits },
    preapproved: request.preapproved,
    head: { offset: 0, seq: 0, hash: "0".repeat(64) },
  };
  const { run, planHash, by, rehearsal } = request;
  return enterPhase(site, state, request.at, [{ kind: "run-started", run, planHash, by, rehearsal }]);
}

/** What a person can tell a run. `gate` null means the one that is open. */
export type Command =
  | { readonly kind: "approve"; readonly gate: string | null; readonly by: string; readonly planHash: string }
  | { readonly kind: "reject"; readonly gate: string | null; readonly by: string; readonly because: string }
  | { readonly kind: "pause" | "resume" | "cancel" | "rollback"; readonly by: string };

/** Applies a person's command, or says why it cannot be. */
export function command(site: Site, state: RunState, order: Command, at: string): Outcome<Change> {
  if (order.by.trim() === "") return configuration("approver-missing", "nobody is named", "add --by NAME");
  switch (order.kind) {
    case "approve":
      return approveGate(site, state, order, at);
    case "reject": {
      const wrong = gateProblem(state, order.gate);
      if (wrong !== null) return wrong;
      const gate = state.gate?.id ?? "";
      const record = { kind: "gate-rejected", gate, by: order.by, because: order.because } as const;
      return ok(end(state, "rejected", `${gate} was rejected by ${order.by}: ${order.because}`, at, [record]));
    }
    case "pause":
      if (state.status !== "running") return refused(state, "pause");
      return ok(settle(site, { ...state, wanted: "pause" }, at, []));
    case "resume":
      return resume(site, state, at);
    case "cancel":
      if (isOver(state.status)) return refused(state, "cancel");
      return ok(settle(site, { ...state, wanted: "cancel", problem: null }, at, []));
    case "rollback":
      if (state.status === "rolling-back" || state.status === "rolled-back") return refused(state, "rollback");
      if (state.running.length > 0) return ok(change({ ...state, wanted: "rollback" }));
      return ok(startRollback(site, { ...state, endedAt: null }, at));
  }
}

/** Ends a wait whose gate nobody answered in time. A no-op when that gate is no longer the open one. */
export function expire(state: RunState, gate: string, openedAt: string, at: string): Change {
  if (state.gate?.id !== gate || state.gate.openedAt !== openedAt) return change(state);
  const because = `nobody approved ${gate} before ${state.gate.expiresAt}`;
  return end(state, "rejected", because, at, [{ kind: "gate-rejected", gate, by: "slipway", because }]);
}

function approveGate(
  site: Site,
  state: RunState,
  order: Extract<Command, { kind: "approve" }>,
  at: string,
): Outcome<Change> {
  const wrong = gateProblem(state, order.gate);
  if (wrong !== null) return wrong;
  if (order.planHash !== state.planHash) {
    return configuration(
      "plan-changed",
      `the approval is for plan ${order.planHash.slice(0, 12)}, the run carries ${state.planHash.slice(0, 12)}`,
      `look at the plan again: slipway plan show ${state.run}, then slipway approve ${state.run}`,
    );
  }
  if (state.gate !== null && Date.parse(state.gate.expiresAt) <= Date.parse(at)) {
    return configuration(
      "gate-expired",
      `${state.gate.id} expired at ${state.gate.expiresAt}`,
      "launch the plan again",
    );
  }
  return ok(approve(site, state, state.gate?.id ?? "", order.by, order.planHash, at));
}

function resume(site: Site, state: RunState, at: string): Outcome<Change> {
  if (state.status === "stopped") return ok(retryPhase(site, state, at));
  if (state.status === "paused" || state.wanted === "pause") {
    return ok(settle(site, { ...state, status: "running", wanted: "run" }, at, []));
  }
  return refused(state, "resume");
}

function gateProblem(state: RunState, gate: string | null) {
  if (state.gate === null) {
    return configuration(
      "no-gate-open",
      `run ${state.run} is ${state.status} and waits for nobody`,
      `slipway status ${state.run}`,
    );
  }
  if (gate !== null && gate !== state.gate.id) {
    return configuration(
      "other-gate-open",
      `gate ${gate} is not open; ${state.gate.id} is`,
      `slipway approve ${state.run} ${state.gate.id}`,
    );
  }
  return null;
}

function refused(state: RunState, verb: string) {
  return configuration(
    `cannot-${verb}`,
    `run ${state.run} is ${state.status}: there is nothing to ${verb}`,
    `slipway status ${state.run}`,
  );
}
