import type { Failure, FailureKind } from "../../src/base/outcome.ts";
import type { Plan, PlanStep } from "../../src/plan/schema.ts";
import type { StepReport } from "../../src/run/advance.ts";
import type { Site } from "../../src/run/change.ts";
import type { StartRequest } from "../../src/run/commands.ts";
import { compileGraph } from "../../src/run/graph.ts";

/** A step of a plan made for a test: its id, its host, and what it needs. */
export interface StepSketch {
  readonly id: string;
  readonly host?: string | null;
  readonly needs?: readonly string[];
}

export interface PhaseSketch {
  readonly id: string;
  readonly gate?: "plain" | "irreversible" | null;
  readonly steps: readonly StepSketch[];
}

export const HASH = "ab".repeat(32);
export const T0 = "2026-11-24T10:00:00.000Z";

/** A plan with these phases; only what the run reads is more than a placeholder. */
export function siteOf(sketch: readonly PhaseSketch[]): Site {
  const phases = sketch.map(({ id, gate = null, steps }) => ({
    id,
    name: `Phase ${id}`,
    gate: gate === null ? null : { id: `gate-${id}`, shows: `what ${id} does`, irreversible: gate === "irreversible" },
    steps: steps.map((step) => stepOf(id, step)),
  }));
  const names = new Set(phases.flatMap((phase) => phase.steps.flatMap((step) => step.action.host ?? [])));
  const plan: Plan = {
    hash: HASH,
    complexity: "simple",
    days: { low: 1, high: 1 },
    timeline: { verdict: "not asked", criticalPath: [], dominatedBy: [] },
    intent: "deploy",
    controls: [],
    compliance: [],
    regions: [],
    disasterRecovery: false,
    slo: { uptimePercent: null, responseMs: null },
    platform: "bare-metal",
    securityLevel: "basic",
    monitoringLevel: "none",
    monitor: null,
    monthlyUsd: null,
    budgetUsdPerMonth: null,
    timelineDays: null,
    notCovered: [],
    runtime: { version: "4.5", vereSha256: null, pillSha256: null },
    hosts: [...names].map((name) => ({ name, address: "twin" })),
    ships: [],
    phases,
  };
  return { plan, graph: compileGraph(plan) };
}

function stepOf(phase: string, { id, host = null, needs = [] }: StepSketch): PlanStep {
  return {
    id,
    specialist: "urbit-deployment-specialist",
    purpose: `do ${id}`,
    inputs: [],
    outputs: [],
    checks: ["it is done"],
    effect: "reversible",
    needs: [...needs],
    minutes: { low: 1, high: 1 },
    working: false,
    cost: { lowUsd: 0, highUsd: 0 },
    risk: { level: "low", what: "nothing", answer: "nothing" },
    action: { kind: "sketch", host, ship: null, phase },
  };
}

export function request(changes: Partial<StartRequest> = {}): StartRequest {
  const given = { run: "r1", planHash: HASH, by: "ada", at: T0, rehearsal: true, preapproved: [], limits: {} };
  return { ...given, ...changes };
}

export function failureOf(kind: FailureKind, code = "broken"): Failure {
  return { kind, code, what: "it broke", next: "mend it" };
}

/** What a worker reports of a step that ended well. */
export function doneReport(site: Site, index: number, attempt = 1, unchanged = false): StepReport {
  const step = site.graph.steps[index];
  return {
    index,
    attempt,
    ok: true,
    unchanged,
    body: {
      kind: "step-done",
      step: step?.id ?? "",
      phase: step?.action.phase ?? "",
      specialist: "urbit-deployment-specialist",
      host: step?.action.host ?? null,
      ship: null,
      purpose: step?.purpose ?? "",
      unchanged,
      accomplished: [`did ${step?.id}`],
      outputs: {},
      checks: [],
      attempt,
    },
  };
}

export function failedReport(site: Site, index: number, kind: FailureKind, attempt = 1): StepReport {
  const step = site.graph.steps[index];
  const failure = failureOf(kind);
  const body = {
    kind: "step-failed",
    step: step?.id ?? "",
    phase: step?.action.phase ?? "",
    failure,
    attempt,
    observations: [],
  } as const;
  return { index, attempt, ok: false, failure, body: { ...body, observations: [] } };
}
