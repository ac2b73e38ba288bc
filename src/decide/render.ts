import { money } from "../base/amounts.ts";
import type { CostLine, Decision } from "./schema.ts";

/** A decision as plain text: the choice, why, what lost to what, levels, cost, and what cannot be. */
export function decisionText(decision: Decision): string {
  return [
    ...platformLines(decision),
    `  security ${decision.security.level}: ${decision.security.controls.join(", ")}`,
    `  monitoring ${decision.monitoring.level}${decision.monitoring.components.length > 0 ? `: ${decision.monitoring.components.join(", ")}` : ""}`,
    ...costLines(decision.cost),
    ...decision.truths.map(({ about, says }) => `  ${about}: ${says}`),
    ...verdictLines(decision),
    "",
  ].join("\n");
}

/** The choice with its reasons, the losers with theirs, and what would flip it. */
export function platformLines({ platform }: Decision): string[] {
  const { budgetFloor: floor, managedHosting: managed } = platform;
  return [
    `Decided: ${platform.choice}, led by ${platform.lead}`,
    ...platform.because.map((reason) => `  because ${reason}`),
    ...platform.rejected.map(({ choice, because }) => `  not ${choice}: ${because}`),
    ...platform.flips.map(({ when, choice }) => `  ${choice} wins ${when}`),
    `  below $${money(floor.usd)} a month ${platform.choice} no longer fits${floor.instead === null ? "" : `; ${floor.instead.choice} does, from $${money(floor.instead.usd)}`}`,
    `  managed hosting ${managed.suits ? "is worth a look" : "is not for this"}: ${managed.because}`,
  ];
}

/** The bill: every line with its price's date, what is unsure marked, and the sum. */
export function costLines(cost: Decision["cost"]): string[] {
  const range = `$${money(cost.lowUsd)} to $${money(cost.highUsd)}`;
  const total = cost.monthlyUsd === null ? range : `$${money(cost.monthlyUsd)} (${range})`;
  return [
    `  cost ${total} a month${cost.provider === null ? "" : `, ${cost.provider}`}`,
    ...cost.lines.map(lineText),
    ...cost.sizing.map(
      ({ machine, quantity, ramGiB, shipsEach }) =>
        `    ${quantity} × ${machine}, ${ramGiB} GiB: room for ${shipsEach} ship(s) each with a fifth of the memory free`,
    ),
    ...cost.once.map(
      ({ item, quantity, lowUsd, highUsd, asOf }) =>
        `    once: ${quantity} × ${item}: $${money(lowUsd)} to $${money(highUsd)} (as of ${asOf})`,
    ),
  ];
}

function lineText(line: CostLine): string {
  const amount =
    line.monthlyUsd === null || line.unitUsd === null
      ? `$${money(line.lowUsd)} to $${money(line.highUsd)}`
      : `$${line.unitUsd} = $${money(line.monthlyUsd)}`;
  const marks = [
    `as of ${line.asOf}`,
    ...(line.confidence === "sourced" ? [] : [line.confidence]),
    ...(line.expired ? ["expired"] : []),
  ];
  return `    ${line.quantity} × ${line.item} × ${amount} (${marks.join(", ")})`.replace(
    " × $",
    line.unitUsd === null ? ": $" : " × $",
  );
}

/** What stands against what, and what can be had instead; nothing for a feasible decision. */
export function verdictText(decision: Decision): string {
  return verdictLines(decision)
    .map((line) => `${line}\n`)
    .join("");
}

function verdictLines(decision: Decision): string[] {
  if (decision.feasible) return [];
  return [
    "Not feasible as asked:",
    ...decision.conflicts.map(({ requirements, because }) => `  ${requirements.join(" + ")}: ${because}`),
    ...decision.alternatives.map(
      ({ offer, givesUp, sentence, lowUsd, highUsd }) =>
        `  instead: ${offer}, $${money(lowUsd)} to $${money(highUsd)} a month (gives up ${givesUp})\n    slipway launch "${sentence}"`,
    ),
  ];
}
