import type { Plan, PlanStep } from "./schema.ts";

/** Steps shown one by one; a longer phase is summed up by kind. */
const SHOWN = 24;

/** A plan for reading in a terminal: phases, their gates, each step with who does it, what it needs, makes and checks. */
export function planText(plan: Plan): string {
  const lines = [
    `Plan ${plan.hash.slice(0, 12)} (${plan.complexity}): ${plan.ships.length} ship(s), ${plan.hosts.length} host(s), ${plan.days.low === plan.days.high ? plan.days.low : `${plan.days.low} to ${plan.days.high}`} day(s)${plan.monthlyUsd === null ? "" : `, $${plan.monthlyUsd} a month`}`,
  ];
  for (const [index, phase] of plan.phases.entries()) {
    lines.push("", `Phase ${index + 1}: ${phase.name}`);
    if (phase.gate !== null)
      lines.push(`  gate ${phase.gate.id}${phase.gate.irreversible ? " (cannot be undone)" : ""}: ${phase.gate.shows}`);
    if (phase.steps.length <= SHOWN) for (const step of phase.steps) lines.push(...stepLines(step));
    else lines.push(...summed(phase.steps));
  }
  if (plan.notCovered.length > 0) {
    lines.push("", "Decided, and not set by this version:", ...plan.notCovered.map((item) => `  ${item}`));
  }
  return `${lines.join("\n")}\n`;
}

function stepLines(step: PlanStep): string[] {
  const { low, high } = step.minutes;
  return [
    `  ${step.id}  [${step.specialist}, ${step.effect}, ${low === high ? low : `${low}–${high}`} min]`,
    `    ${step.purpose}`,
    `    in: ${step.inputs.join("; ")}   out: ${step.outputs.join("; ")}`,
    `    checks: ${step.checks.join("; ")}`,
  ];
}

function summed(steps: readonly PlanStep[]): string[] {
  const kinds = new Map<string, PlanStep[]>();
  for (const step of steps) kinds.set(step.action.kind, [...(kinds.get(step.action.kind) ?? []), step]);
  return [...kinds].map(([kind, group]) => {
    const first = group[0];
    return `  ${group.length} × ${kind}  [${first?.specialist}, ${first?.effect}]\n    such as: ${first?.purpose}\n    checks: ${first?.checks.join("; ")}`;
  });
}

/** The same as Markdown, every step a row. */
export function planMarkdown(plan: Plan): string {
  const lines = [
    `# Plan ${plan.hash.slice(0, 12)}`,
    "",
    `${plan.ships.length} ship(s) on ${plan.hosts.length} host(s), ${plan.platform}, ${plan.days.low} to ${plan.days.high} day(s).`,
  ];
  for (const [index, phase] of plan.phases.entries()) {
    lines.push("", `## Phase ${index + 1}: ${phase.name}`, "");
    if (phase.gate !== null) lines.push(`Gate **${phase.gate.id}**: ${phase.gate.shows}`, "");
    lines.push(
      "| step | specialist | purpose | inputs | outputs | checks | effect | minutes |",
      "|---|---|---|---|---|---|---|---|",
    );
    for (const step of phase.steps) {
      const cells = [
        step.id,
        step.specialist,
        step.purpose,
        step.inputs.join("; "),
        step.outputs.join("; "),
        step.checks.join("; "),
        step.effect,
        `${step.minutes.low}–${step.minutes.high}`,
      ];
      lines.push(`| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}
