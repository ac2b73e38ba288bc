import type { Decision } from "./schema.ts";

/** A decision as plain text: the choice, why, what lost to what, levels, cost, and what cannot be. */
export function decisionText(decision: Decision): string {
  const { platform, security, monitoring, cost } = decision;
  const price =
    cost.monthlyUsd === null
      ? `$${cost.lowUsd} to $${cost.highUsd}`
      : `$${cost.monthlyUsd} ($${cost.lowUsd} to $${cost.highUsd})`;
  return [
    `Decided: ${platform.choice}, led by ${platform.lead}`,
    ...platform.because.map((reason) => `  because ${reason}`),
    ...platform.rejected.map(({ choice, because }) => `  not ${choice}: ${because}`),
    `  security ${security.level}: ${security.controls.join(", ")}`,
    `  monitoring ${monitoring.level}${monitoring.components.length > 0 ? `: ${monitoring.components.join(", ")}` : ""}`,
    `  cost ${price} a month`,
    ...cost.lines.map(
      (line) =>
        `    ${line.quantity} × ${line.item}${line.monthlyUsd === null ? "" : ` = $${line.monthlyUsd}`} (as of ${line.asOf})`,
    ),
    ...(decision.feasible ? [] : ["Not feasible as asked:"]),
    ...decision.conflicts.map(({ requirements, because }) => `  ${requirements.join(" + ")}: ${because}`),
    ...decision.alternatives.map(
      ({ offer, givesUp, sentence }) => `  instead: ${offer} (gives up ${givesUp})\n    slipway launch "${sentence}"`,
    ),
    "",
  ].join("\n");
}
