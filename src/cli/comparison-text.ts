import { money } from "../base/amounts.ts";
import type { Comparison } from "./comparison.ts";

/** A comparison for reading: what changed, line by line; what did not is left out. */
export function comparisonText(comparison: Comparison): string {
  const { hash, platform, feasible, security, controls, monitoring, ships, days, phases, steps } = comparison;
  if (
    hash.before === hash.after &&
    (feasible === null || feasible.before === feasible.after) &&
    comparison.lines.length === 0
  )
    return "Nothing differs.\n";
  const lines = [
    ...changed("feasible", feasible && { before: yes(feasible.before), after: yes(feasible.after) }),
    ...changed("platform", platform),
    ...changed("ships", ships),
    ...costLines(comparison),
    ...changed("security", security),
    ...signed("", controls.removed, controls.added),
    ...changed("monitoring", monitoring),
    ...changed("days", { before: range(days.before), after: range(days.after) }),
    ...(phases.added.length + phases.removed.length > 0 ? ["  phases"] : []),
    ...signed("", phases.removed, phases.added),
    ...(steps.length > 0 ? ["  steps"] : []),
    ...steps.map(
      ({ kind, before, after }) =>
        `    ${after > before ? "+" : "−"} ${Math.abs(after - before)} × ${kind} (${before} → ${after})`,
    ),
  ];
  return `${[`Plan ${hash.before.slice(0, 12)} → ${hash.after.slice(0, 12)}`, ...lines].join("\n")}\n`;
}

function changed(
  name: string,
  change: { readonly before: string | number; readonly after: string | number } | null,
): string[] {
  if (change === null || change.before === change.after) return [];
  return [`  ${name.padEnd(10)} ${change.before} → ${change.after}`];
}

function signed(indent: string, removed: readonly string[], added: readonly string[]): string[] {
  return [...removed.map((item) => `${indent}    − ${item}`), ...added.map((item) => `${indent}    + ${item}`)];
}

function costLines({ cost, lines }: Comparison): string[] {
  if (cost === null || lines.length === 0) return [];
  const known = cost.before.monthlyUsd !== null && cost.after.monthlyUsd !== null;
  const by = known ? (cost.after.monthlyUsd ?? 0) - (cost.before.monthlyUsd ?? 0) : null;
  const total = ({ monthlyUsd, lowUsd, highUsd }: typeof cost.before) =>
    monthlyUsd === null ? `$${money(lowUsd)} to $${money(highUsd)}` : `$${money(monthlyUsd)}`;
  const difference =
    by === null || by === 0 ? "" : ` (${by > 0 ? "+" : "−"}$${money(Math.round(Math.abs(by) * 100) / 100)})`;
  return [
    `  cost       ${total(cost.before)} → ${total(cost.after)} a month${difference}`,
    ...lines.flatMap(({ item, before, after }) => [
      ...(before === null ? [] : [`    − ${before.quantity} × ${item}, ${amount(before)}`]),
      ...(after === null ? [] : [`    + ${after.quantity} × ${item}, ${amount(after)}`]),
    ]),
  ];
}

function amount(line: {
  readonly monthlyUsd: number | null;
  readonly lowUsd: number;
  readonly highUsd: number;
}): string {
  return line.monthlyUsd === null ? `$${money(line.lowUsd)} to $${money(line.highUsd)}` : `$${money(line.monthlyUsd)}`;
}

function range({ low, high }: { readonly low: number; readonly high: number }): string {
  return low === high ? `${low}` : `${low} to ${high}`;
}

function yes(value: boolean): string {
  return value ? "yes" : "no";
}
