import { configuration, type Outcome, ok } from "../base/outcome.ts";
import type { RecordBody } from "../evidence/schema.ts";
import { approve, enterPhase, retryPhase, settle } from "./advance.ts";
import { type Change, change, end, type Site } from "./change.ts";
import { DEFAULT_LIMITS, isOver, type Limits, MARKS, type OpenGate, type RunState } from "./state.ts";

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
  | {
      readonly kind: "approve";
      readonly gate: string | null;
      readonly by: string;
      /** The hash the approver saw, whole or its first characters (eight at least). */
      readonly hash: string;
    }
  | { readonly kind: "reject"; readonly gate: string | null; readonly by: string; readonly because: string }
  | { readonly kind: "pause" | "resume" | "cancel" | "rollback"; readonly by: string };

/** Applies a person's command, or says why it cannot be. */
export function command(site: Site, state: RunState, order: Command, at: string): Outcome<Change> {
  const by = order.by.trim();
  if (by === "") return configuration("approver-missing", "nobody is named", "add --by NAME");
  switch (order.kind) {
    case "approve": {
      const gate = openGate(state, order.gate);
      if (!gate.ok) return gate;
      const wrong = refuseApproval(state, gate.value, order.hash, at);
      return wrong ?? ok(approve(site, state, gate.value, by, at));
    }
    case "reject": {
      const gate = openGate(state, order.gate);
      if (!gate.ok) return gate;
      const { id } = gate.value;
      const record: RecordBody = { kind: "gate-rejected", gate: id, by, because: order.because };
      return ok(end(state, "rejected", `${id} was rejected by ${by}: ${order.because}`, at, [record]));
    }
    default:
      return steer(site, state, order.kind, at, { kind: "ordered", order: order.kind, by });
  }
}

/** Ends a wait whose gate nobody answered in time. A no-op when that gate is no longer the open one. */
export function expire(state: RunState, gate: string, openedAt: string, at: string): Change {
  if (state.gate?.id !== gate || state.gate.openedAt !== openedAt) return change(state);
  const because = `nobody approved ${gate} before ${state.gate.expiresAt}`;
  return end(state, "rejected", because, at, [{ kind: "gate-rejected", gate, by: "slipway", because }]);
}

function steer(
  site: Site,
  state: RunState,
  order: "pause" | "resume" | "cancel" | "rollback",
  at: string,
  record: RecordBody,
): Outcome<Change> {
  const { status, wanted } = state;
  switch (order) {
    case "pause":
      if (status !== "running" || wanted !== "run") return refused(state, order);
      return ok(settle(site, { ...state, wanted: "pause" }, at, [record]));
    case "resume":
      if (status === "stopped") return ok(retryPhase(site, state, at, [record]));
      if (wanted !== "pause") return refused(state, order);
      return ok(settle(site, { ...state, status: "running", wanted: "run" }, at, [record]));
    case "cancel":
      if (isOver(status) || status === "rolling-back") return refused(state, order);
      return ok(settle(site, { ...state, wanted: "cancel", problem: null }, at, [record]));
    case "rollback": {
      const again = status === "rolled-back" && state.marks.includes(MARKS.kept);
      if (status === "rolling-back" || (status === "rolled-back" && !again)) return refused(state, order);
      return ok(settle(site, { ...state, wanted: "rollback", gate: null }, at, [record]));
    }
  }
}

const SHORTEST_HASH = 8;

function refuseApproval(state: RunState, gate: OpenGate, hash: string, at: string) {
  if (hash.length < SHORTEST_HASH || !gate.hash.startsWith(hash)) {
    return configuration(
      "plan-changed",
      `the approval is for ${hash.slice(0, 12) || "nothing"}, what waits is ${gate.hash.slice(0, 12)}`,
      `look at what waits: slipway status ${state.run}, then slipway approve ${state.run} ${gate.id}`,
    );
  }
  if (Date.parse(gate.expiresAt) <= Date.parse(at)) {
    return configuration(
      "gate-expired",
      `${gate.id} expired at ${gate.expiresAt}`,
      "launch the plan again; what is already right is left alone",
    );
  }
  return null;
}

function openGate(state: RunState, gate: string | null): Outcome<OpenGate> {
  if (state.gate === null) {
    return configuration(
      "no-gate-open",
      `run ${state.run} is ${state.status} and waits for nobody's approval`,
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
  return ok(state.gate);
}

function refused({ run, status, wanted }: RunState, verb: string) {
  const now = wanted === "run" || status !== "running" ? status : `${status}, asked to ${wanted}`;
  return configuration(`cannot-${verb}`, `run ${run} is ${now}: there is nothing to ${verb}`, `slipway status ${run}`);
}
