import { escapeHtml } from "../../base/markup.ts";
import type { Decision } from "../../decide/schema.ts";
import { usd } from "./words.ts";

/** Why what was asked for cannot be had, and what could be; empty when it can. */
export function infeasibleHtml({ feasible, conflicts, alternatives }: Decision): string {
  if (feasible) return "";
  const why = conflicts.map(
    ({ requirements, because }) => `<li>${escapeHtml(`${requirements.join(" + ")}: ${because}`)}</li>`,
  );
  const instead = alternatives.map(
    ({ offer, givesUp, sentence }) =>
      `<li>${escapeHtml(`${offer} (gives up ${givesUp})`)}<br><code>slipway plan "${escapeHtml(sentence)}"</code></li>`,
  );
  return `<div class="banner"><b>Not feasible as asked</b><ul>${why.join("")}</ul>${instead.length === 0 ? "" : `<p class="note" style="margin:10px 0 0">Instead:</p><ul>${instead.join("")}</ul>`}</div>`;
}

/** The platform with its reasons and rivals, the levels, the cost line by line, and what holds whatever happens. */
export function decisionHtml({ platform, security, monitoring, cost, truths }: Decision): string {
  const list = (items: readonly string[]) => `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
  const rows = cost.lines
    .map(
      ({ item, quantity, unitUsd, monthlyUsd, lowUsd, highUsd, asOf, confidence, expired }) =>
        `<tr><td>${escapeHtml(item)}</td><td class="num">${quantity.toLocaleString("en-US")}</td><td class="num">${unitUsd === null ? "" : usd(unitUsd)}</td><td class="num">${monthlyUsd === null ? `${usd(lowUsd)} to ${usd(highUsd)}` : usd(monthlyUsd)}</td><td class="num">${escapeHtml([asOf, ...(confidence === "sourced" ? [] : [confidence]), ...(expired ? ["expired"] : [])].join(", "))}</td></tr>`,
    )
    .join("");
  const total = cost.monthlyUsd === null ? "" : ` The lines add up to ${usd(cost.monthlyUsd)}.`;
  return `<h2>Decision</h2><p class="note">${platform.choice}, led by ${platform.lead}.</p>
<div class="two"><div class="sheet"><b>Why ${platform.choice}</b>${list(platform.because)}</div><div class="sheet"><b>Why not the others</b>${list(platform.rejected.map(({ choice, because }) => `${choice}: ${because}`))}</div>
<div class="sheet"><b>Security, ${security.level}</b>${list(security.controls)}</div><div class="sheet"><b>Monitoring, ${monitoring.level}</b>${list(monitoring.components)}</div></div>
<h2>Cost</h2><p class="note">${usd(cost.lowUsd)} to ${usd(cost.highUsd)} a month.${total}</p><div class="sheet"><table><tr><th>item</th><th class="num">quantity</th><th class="num">each</th><th class="num">a month</th><th class="num">price as of</th></tr>${rows}</table></div>
<div class="sheet"><b>What holds whatever happens</b>${list(truths.map(({ about, says }) => `${about}: ${says}`))}</div>`;
}
