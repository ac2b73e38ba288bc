import { money } from "../base/amounts.ts";
import { costLines, platformLines, verdictText } from "../decide/render.ts";
import type { CostLine, Decision } from "../decide/schema.ts";
import type { Phase, Plan, PlanStep } from "../plan/schema.ts";

/** The decision at length: what was chosen and why, what each level holds and who sets it, and what holds whatever happens. */
export function decisionExplained(decision: Decision): string {
  const { security, monitoring, platform } = decision;
  const scores = platform.scores.map(({ choice, total, criteria }) => {
    const parts = Object.entries(criteria).map(([name, value]) => `${name} ${value}`);
    return `  ${choice.padEnd(10)} ${String(total).padStart(4)} of 10: ${parts.join(", ")}`;
  });
  return [
    ...platformLines(decision),
    "Scores:",
    ...scores,
    `Security ${security.level}:`,
    ...security.setBy.map(({ control, specialist, step }) => `  ${control}: set by ${step} (${specialist})`),
    `Monitoring ${monitoring.level}${monitoring.components.length > 0 ? `: ${monitoring.components.join(", ")}` : ""}`,
    "Whatever happens:",
    ...decision.truths.map(({ about, says }) => `  ${about}: ${says}`),
    `${decision.feasible ? "Feasible as asked." : verdictText(decision).trimEnd()}`,
    "",
  ].join("\n");
}

/** The bill at length: each line with its range, its date, where it comes from and how sure it is; the sum by hand. */
export function costExplained({ cost }: Decision): string {
  const known = cost.lines.flatMap(({ monthlyUsd }) => monthlyUsd ?? []);
  const sum =
    cost.monthlyUsd === null
      ? "a line has no known price: see the range"
      : `${known.map(money).join(" + ")} = $${money(cost.monthlyUsd)}`;
  return [
    ...costLines(cost)
      .slice(0, 1)
      .map((line) => line.trim()),
    ...cost.lines.flatMap(lineExplained),
    ...costLines(cost)
      .slice(1 + cost.lines.length)
      .map((line) => line.slice(2)),
    ...(cost.rate === null ? [] : [`  € at ${cost.rate.usdPerEur} USD/EUR of ${cost.rate.asOf}: ${cost.rate.source}`]),
    `  sum: ${sum}`,
    "",
  ].join("\n");
}

function lineExplained(line: CostLine): string[] {
  const unit =
    line.unitUsd === null
      ? "no price is known"
      : `${line.quantity} × $${line.unitUsd} = $${money(line.monthlyUsd ?? 0)}`;
  const sure = `${line.confidence}, as of ${line.asOf}, ${line.expired ? "EXPIRED" : "good until"} ${line.expires}`;
  return [
    `  ${line.item}`,
    `    ${unit}; $${money(line.lowUsd)} to $${money(line.highUsd)}`,
    `    ${sure}: ${line.source}`,
  ];
}

/** Steps a word can mean: by id, else by kind, else by the end of an id. */
export function stepsMeant(plan: Plan, word: string): readonly PlanStep[] {
  const steps = plan.phases.flatMap((phase) => phase.steps);
  const byId = steps.filter(({ id }) => id === word);
  if (byId.length > 0) return byId;
  const byKind = steps.filter(({ action }) => action.kind === word);
  return byKind.length > 0 ? byKind : steps.filter(({ id }) => id.endsWith(`/${word}`));
}

/** One step at length: what it is for, what it waits for and what waits for it, and what of the decision it sets. */
export function stepExplained(plan: Plan, step: PlanStep, decision: Decision | null): string {
  const phase = plan.phases.find(({ steps }) => steps.includes(step));
  const after = plan.phases.flatMap(({ steps }) => steps).filter(({ needs }) => needs.includes(step.id));
  const sets = (decision?.security.setBy ?? [])
    .filter(({ step: kind }) => kind === step.action.kind)
    .map(({ control }) => control);
  const { low, high } = step.minutes;
  const rows: readonly (readonly [string, string])[] = [
    ["for", step.purpose],
    ["by", step.specialist],
    ["phase", phaseText(phase)],
    ["takes", step.inputs.join("; ")],
    ["gives", step.outputs.join("; ")],
    ["proved by", step.checks.join("; ")],
    ["effect", step.effect],
    ["minutes", low === high ? `${low}` : `${low} to ${high}`],
    ["after", step.needs.join(", ")],
    ["before", listed(after.map(({ id }) => id))],
    ["sets", sets.join("; ")],
  ];
  return `${[step.id, ...rows.filter(([, text]) => text !== "").map(([name, text]) => `  ${name.padEnd(10)} ${text}`)].join("\n")}\n`;
}

function phaseText(phase: Phase | undefined): string {
  if (phase === undefined) return "";
  return phase.gate === null ? phase.name : `${phase.name}, behind gate ${phase.gate.id}: ${phase.gate.shows}`;
}

const SHOWN = 5;

function listed(items: readonly string[]): string {
  const more = items.length - SHOWN;
  return more > 0 ? `${items.slice(0, SHOWN).join(", ")} and ${more} more` : items.join(", ");
}
