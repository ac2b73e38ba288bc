import { KEY_SHAPED } from "../evidence/raw.ts";
import type { EvidenceRecord } from "../evidence/schema.ts";
import type { RunCheck } from "../knowledge/controls.ts";
import type { Plan } from "../plan/schema.ts";
import { type Finding, inLine, refutes } from "./finding.ts";

/** What is known of a run: its plan, its records, and whether its chain and outputs are whole. */
export interface RunFacts {
  readonly run: string;
  readonly plan: Plan;
  readonly records: readonly EvidenceRecord[];
  readonly whole: boolean;
}

/** Computes a run's facts and holds them against its checks. */
export function auditRun(facts: RunFacts, checks: readonly RunCheck[]): readonly Finding[] {
  return checks.map((check): Finding => {
    const text = FACTS[check.fact]?.(facts);
    const about = {
      check: check.id,
      title: check.title,
      on: facts.run,
      command: `slipway verify ${facts.run}  # ${check.fact}`,
      evidence: check.evidence,
      observation: null,
    };
    if (text === undefined) return { ...about, status: "unanswered", seen: `no fact ${check.fact}` };
    const against = refutes(check.expect, check.parser, text);
    return { ...about, status: against === null ? "shown" : "refuted", seen: against ?? inLine(text) };
  });
}

const FACTS: Readonly<Record<string, (facts: RunFacts) => string>> = {
  approved: ({ records }) => {
    const bodies = records.map(({ body }) => body);
    const first = bodies.findIndex((body) => body.kind === "step-done" && !body.unchanged);
    const approval = bodies.findIndex((body) => body.kind === "gate-approved");
    return approval >= 0 && (first < 0 || approval < first) ? "yes" : "no";
  },
  approvers: ({ records }) =>
    [...new Set(records.flatMap(({ body }) => (body.kind === "gate-approved" ? [body.by.trim()] : [])))]
      .filter(Boolean)
      .join(", "),
  planHash: ({ records, plan }) =>
    records.every(({ body }) =>
      body.kind === "run-started"
        ? body.planHash === plan.hash
        : body.kind === "gate-approved" && body.of === "plan"
          ? body.hash === plan.hash
          : true,
    )
      ? "same"
      : "different",
  chain: ({ whole }) => (whole ? "whole" : "broken"),
  raw: ({ whole }) => (whole ? "whole" : "broken"),
  kept: ({ records }) => (records.length > 0 ? "yes" : "no"),
  tokens: ({ records }) => (tokensGrow(records) ? "growing" : "not growing"),
  environments: ({ plan }) => (apart(plan) ? "apart" : "shared"),
  secrets: ({ records }) => (JSON.stringify(records).search(KEY_SHAPED) >= 0 ? "found" : "none"),
  inventory: ({ plan }) => [...plan.hosts, ...plan.ships].map(({ name }) => name).join(", "),
};

/** Tokens of a ship, as its checks name them, never go down. */
function tokensGrow(records: readonly EvidenceRecord[]): boolean {
  const last = new Map<string, number>();
  for (const { body } of records) {
    if (body.kind !== "step-done" || body.ship === null) continue;
    for (const { detail } of body.checks) {
      const token = Number(/^token (\d+)$/.exec(detail)?.[1] ?? Number.NaN);
      if (Number.isNaN(token)) continue;
      if (token < (last.get(body.ship) ?? 0)) return false;
      last.set(body.ship, token);
    }
  }
  return true;
}

function apart({ ships }: Plan): boolean {
  const environments = new Map<string, Set<string>>();
  for (const { host, environment } of ships) {
    environments.set(host, (environments.get(host) ?? new Set()).add(environment));
  }
  return [...environments.values()].every((here) => here.size === 1);
}
