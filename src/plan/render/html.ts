import { escapeHtml } from "../../base/markup.ts";
import type { Decision } from "../../decide/schema.ts";
import { schedule } from "../schedule.ts";
import type { Phase, Plan } from "../schema.ts";
import { ganttSvg } from "./gantt.ts";
import { graphSvg } from "./graph.ts";
import { decisionHtml, infeasibleHtml } from "./html-decision.ts";
import { colourClass } from "./palette.ts";
import { styleFor } from "./style.ts";
import {
  bringsUp,
  daysText,
  frameworksText,
  groupCost,
  groupMinutes,
  groupsOf,
  listText,
  nameOf,
  type StepGroup,
  shipsText,
  spanText,
  specialistsOf,
  subjectsOf,
  titleOf,
  usd,
  verdictText,
} from "./words.ts";

/** More steps of a kind than this in one phase are shown as one. */
const EACH = 3;
/** Ships listed one by one; a larger fleet's are in the JSON. */
const LISTED = 200;

/** A plan as one file: no scripts, nothing fetched, light and dark, good on paper. With the decision, its reasons and cost come too. */
export function planHtml(plan: Plan, decision: Decision | null = null): string {
  const specialists = specialistsOf(plan);
  const title = titleOf(plan);
  const legend = specialists.map((name) => `<span class="${colourClass(name)}"><i></i>${name}</span>`).join("");
  const gates = plan.phases.flatMap((phase) => phase.gate ?? []);
  const gateLegend = [
    gates.some((gate) => !gate.irreversible) ? '<span><i class="gate"></i>approval</span>' : "",
    gates.some((gate) => gate.irreversible) ? '<span><i class="gate final"></i>cannot be undone</span>' : "",
  ].join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plan: ${escapeHtml(title)}</title><style>${styleFor(specialists)}</style></head>
<body><main>
<div class="over">Slipway plan · ${plan.complexity}</div>
<h1>${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(leadText(plan))}</p>
${decision === null ? "" : infeasibleHtml(decision)}
<div class="cards">${cards(plan, decision)}</div>
<h2>In time</h2><p class="note">Drawn by the high estimate, from the approval of the plan; the solid part of a bar is its low estimate. ${escapeHtml(dominated(plan))}</p>
<div class="sheet"><div class="legend">${legend}${gateLegend}</div>${ganttSvg(plan)}</div>
<h2>Who waits for whom</h2><p class="note">Each line goes from the step that makes something to the step that takes it.</p>
<div class="sheet">${graphSvg(plan)}</div>
<h2>Phases</h2><p class="note">Every step says what it takes, what it makes, and how it is checked.</p>
${phasesHtml(plan)}
${decision === null || !bringsUp(plan) ? "" : decisionHtml(decision)}
${openHtml(plan)}
${shipsHtml(plan)}
<footer>Plan <code>${plan.hash}</code>. An approval is bound to this hash: a changed plan asks again.</footer>
</main></body></html>
`;
}

function leadText(plan: Plan): string {
  const regions = plan.regions.length > 0 ? ` in ${plan.regions.join(" and ")}` : "";
  if (!bringsUp(plan)) return `${plan.phases.length} phases, ${specialistsOf(plan).length} specialists.`;
  const parts = [
    `${plan.phases.length} phases`,
    `${plan.securityLevel} security${plan.compliance.length > 0 ? ` for ${frameworksText(plan)}` : ""}`,
    plan.monitoringLevel === "none" ? "no monitoring" : `${plan.monitoringLevel} monitoring`,
    ...(plan.disasterRecovery ? ["disaster recovery"] : []),
  ];
  return `${parts.join(", ")}${regions}.`;
}

function cards(plan: Plan, decision: Decision | null): string {
  const tone = { within: "good", uncertain: "warn", beyond: "bad", "not asked": "" }[plan.timeline.verdict];
  const gates = plan.phases.flatMap((phase) => phase.gate ?? []);
  const final = gates.filter((gate) => gate.irreversible).length;
  const steps = plan.phases.reduce((sum, phase) => sum + phase.steps.length, 0);
  const card = (name: string, big: string, small: string, colour = "") =>
    `<div class="card"><span>${name}</span><b>${escapeHtml(big)}</b><small class="${colour}">${escapeHtml(small)}</small></div>`;
  return [
    card("Time", daysText(plan.days), verdictText(plan), tone),
    costCard(plan, decision, card),
    plan.ships.length === 0
      ? ""
      : card(
          "Ships",
          shipsText(plan),
          plan.platform === "kubernetes"
            ? "each with one writer"
            : `${plan.hosts.length} host${plan.hosts.length === 1 ? "" : "s"}, ${plan.platform}`,
        ),
    card("Work", `${steps.toLocaleString("en-US")} steps`, `${specialistsOf(plan).length} specialists`),
    card(
      "Approvals",
      `${gates.length} gate${gates.length === 1 ? "" : "s"}`,
      final === 0 ? "everything can be undone" : `${final} before what cannot be undone`,
    ),
  ].join("");
}

function costCard(
  plan: Plan,
  decision: Decision | null,
  card: (name: string, big: string, small: string, colour?: string) => string,
): string {
  if (!bringsUp(plan) || (decision === null && plan.monthlyUsd === null)) return "";
  const { lowUsd, highUsd } = decision?.cost ?? { lowUsd: plan.monthlyUsd ?? 0, highUsd: plan.monthlyUsd ?? 0 };
  const range = lowUsd === highUsd ? "" : `${usd(Math.round(lowUsd))} to ${usd(Math.round(highUsd))}`;
  const big = plan.monthlyUsd === null ? range : `${usd(Math.round(plan.monthlyUsd))}`;
  const budget = plan.budgetUsdPerMonth;
  const asked = budget === null ? "no budget was given" : `budget ${usd(budget)}`;
  const tone = budget === null ? "" : highUsd <= budget ? "good" : lowUsd <= budget ? "warn" : "bad";
  return card(
    "A month",
    big,
    [plan.monthlyUsd === null ? "" : range, asked].filter((text) => text !== "").join("; "),
    tone,
  );
}

function dominated(plan: Plan): string {
  const [first, ...rest] = plan.timeline.dominatedBy;
  if (first === undefined) return "";
  const also = rest.map(({ what, percent }) => `${what} (${percent} %)`).join(", ");
  return `What takes most of it: ${first.what} (${first.percent} %)${also === "" ? "" : `, then ${also}`}.`;
}

function phasesHtml(plan: Plan): string {
  const slow = schedule(plan.phases, "high");
  return plan.phases
    .map((phase, index) => {
      const span = slow[index];
      const when = span === undefined ? "" : `up to ${spanText(span.end - span.start)}`;
      return `<details class="phase" open><summary><span class="n">${index + 1}</span><b>${escapeHtml(phase.name)}</b><span class="when">${when}</span></summary>${gateHtml(phase)}${stepsHtml(phase)}</details>`;
    })
    .join("\n");
}

function gateHtml({ gate }: Phase): string {
  if (gate === null) return "";
  const { id, irreversible, shows } = gate;
  return `<p class="gateline${irreversible ? " final" : ""}"><b>Gate ${escapeHtml(id)}</b>${irreversible ? ", cannot be undone" : ""}: ${escapeHtml(shows)}</p>`;
}

function stepsHtml(phase: Phase): string {
  return groupsOf(phase)
    .flatMap((group) =>
      group.steps.length > EACH ? [group] : group.steps.map((step) => ({ ...group, first: step, steps: [step] })),
    )
    .map(stepHtml)
    .join("");
}

function stepHtml(group: StepGroup): string {
  const { first, steps, kind } = group;
  const many = steps.length > 1;
  const cost = groupCost(group);
  const subject = many ? subjectsOf(group) : (first.action.ship ?? first.action.host ?? "");
  const tags = [
    `<span class="tag who ${colourClass(first.specialist)}">${first.specialist}</span>`,
    `<span class="tag">${groupMinutes(group)}${many ? " each" : ""}</span>`,
    `<span class="tag${first.effect === "irreversible" ? " final" : ""}">${first.effect}</span>`,
    cost === "" ? "" : `<span class="tag">${escapeHtml(cost)}</span>`,
    `<span class="tag ${first.risk.level}">${first.risk.level} risk</span>`,
  ];
  return `<div class="step"><div><h4>${nameOf(kind)}${many ? ` × ${steps.length}` : ""}<code>${escapeHtml(subject)}</code></h4><p>${escapeHtml(first.purpose)}${many ? ", and so on" : ""}</p><div class="tags">${tags.join("")}</div></div>
<dl><dt>takes</dt><dd>${escapeHtml(listText(first.inputs))}</dd><dt>makes</dt><dd>${escapeHtml(listText(first.outputs))}</dd><dt>checks</dt><dd><ul>${first.checks.map((check) => `<li>${escapeHtml(check)}</li>`).join("")}</ul></dd><dt>risk</dt><dd>${escapeHtml(`${first.risk.what}: ${first.risk.answer}`)}</dd></dl></div>`;
}

function openHtml({ notCovered }: Plan): string {
  if (notCovered.length === 0) return "";
  return `<h2>Decided, and not set by this version</h2><p class="note">Every report of a run lists these as not proven.</p><div class="sheet"><ul class="open">${notCovered.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul></div>`;
}

function shipsHtml({ ships }: Plan): string {
  if (ships.length === 0) return "";
  const rows = ships
    .slice(0, LISTED)
    .map(
      ({ name, fake, environment, host, amesPort, httpPort }) =>
        `<tr><td>${escapeHtml(name)}${fake ? " (fake)" : ""}</td><td>${environment}</td><td>${escapeHtml(host)}</td><td class="num">${amesPort}</td><td class="num">${httpPort}</td></tr>`,
    )
    .join("");
  const rest = ships.length > LISTED ? `<p class="note">and ${ships.length - LISTED} more, in the plan's JSON</p>` : "";
  return `<h2>Ships</h2><p class="note">Where each one goes, and its own ports.</p><div class="sheet"><table><tr><th>ship</th><th>environment</th><th>host</th><th class="num">Ames, udp</th><th class="num">web, tcp</th></tr>${rows}</table>${rest}</div>`;
}
