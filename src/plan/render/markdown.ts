import type { Decision } from "../../decide/schema.ts";
import type { Phase, Plan } from "../schema.ts";
import {
  bringsUp,
  daysText,
  frameworksText,
  groupCost,
  groupMinutes,
  groupsOf,
  listText,
  specialistsOf,
  subjectsOf,
  titleOf,
  usd,
  verdictText,
} from "./words.ts";

/** More steps of a kind than this in one phase are one row. */
const EACH = 3;

/** A plan as Markdown, for a review or a ticket. With the decision, its reasons and cost lines come too. */
export function planMarkdown(plan: Plan, decision: Decision | null = null): string {
  const facts: [string, string][] = [
    ["Time", `${daysText(plan.days)} (${verdictText(plan)})`],
    [
      "What takes it",
      plan.timeline.dominatedBy.map(({ what, days, percent }) => `${what}, ${days} d (${percent} %)`).join("; "),
    ],
    ["Platform", plan.platform],
    [
      "Size",
      `${plan.complexity}: ${plan.phases.length} phases, ${plan.ships.length} ship(s), ${plan.hosts.length} host(s)`,
    ],
    ["Security", `${plan.securityLevel}${plan.compliance.length > 0 ? `, ${frameworksText(plan)}` : ""}`],
    ["Monitoring", plan.monitoringLevel],
    ["Specialists", specialistsOf(plan).join(", ")],
  ];
  return `${[
    `# Plan: ${titleOf(plan)}`,
    "",
    `\`${plan.hash}\``,
    "",
    ...table(["", ""], facts),
    ...(decision === null || !bringsUp(plan) ? [] : decisionLines(decision)),
    ...plan.phases.flatMap(phaseLines),
    ...(plan.notCovered.length === 0
      ? []
      : ["", "## Decided, and not set by this version", "", ...plan.notCovered.map((item) => `- ${item}`)]),
  ].join("\n")}\n`;
}

function decisionLines({ platform, cost, conflicts, alternatives }: Decision): string[] {
  const lines = cost.lines.map((line) => [
    line.item,
    String(line.quantity),
    line.unitUsd === null ? "" : usd(line.unitUsd),
    line.monthlyUsd === null ? `${usd(line.lowUsd)} to ${usd(line.highUsd)}` : usd(line.monthlyUsd),
    `${line.asOf}${line.confidence === "sourced" ? "" : `, ${line.confidence}`}${line.expired ? ", expired" : ""}`,
  ]);
  return [
    "",
    "## Decision",
    "",
    `**${platform.choice}**, led by ${platform.lead}.`,
    "",
    ...platform.because.map((reason) => `- ${reason}`),
    ...platform.rejected.map(({ choice, because }) => `- not ${choice}: ${because}`),
    ...conflicts.map(({ requirements, because }) => `- **conflict** (${requirements.join(" + ")}): ${because}`),
    ...alternatives.map(({ offer, givesUp, sentence }) => `- instead: ${offer} (gives up ${givesUp}): \`${sentence}\``),
    "",
    `Cost: ${usd(cost.lowUsd)} to ${usd(cost.highUsd)} a month.`,
    ...(lines.length === 0 ? [] : ["", ...table(["item", "quantity", "each", "a month", "as of"], lines)]),
  ];
}

function phaseLines(phase: Phase, index: number): string[] {
  const rows = groupsOf(phase).flatMap((group) => {
    const groups =
      group.steps.length > EACH ? [group] : group.steps.map((step) => ({ ...group, first: step, steps: [step] }));
    return groups.map((item) => {
      const { first, steps } = item;
      return [
        steps.length > 1 ? `${steps.length} × ${item.kind}: ${subjectsOf(item)}` : `\`${first.id}\``,
        first.specialist,
        first.purpose,
        listText(first.inputs),
        listText(first.outputs),
        first.checks.join("; "),
        first.effect,
        groupMinutes(item),
        groupCost(item),
        `${first.risk.level}: ${first.risk.what}; ${first.risk.answer}`,
      ];
    });
  });
  const gate =
    phase.gate === null
      ? []
      : [`Gate **${phase.gate.id}**${phase.gate.irreversible ? " (cannot be undone)" : ""}: ${phase.gate.shows}`, ""];
  const header = ["step", "specialist", "purpose", "inputs", "outputs", "checks", "effect", "time", "cost", "risk"];
  return ["", `## Phase ${index + 1}: ${phase.name}`, "", ...gate, ...table(header, rows)];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [row(header), `|${header.map(() => "---").join("|")}|`, ...rows.map(row)];
}
