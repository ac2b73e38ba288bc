import { escapeHtml } from "../base/markup.ts";
import type { Line, Report } from "./model.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #6a737d; --rule: #d8dee4; --proved: #1a7f37; --attested: #0550ae; --rehearsed: #9a6700; --open: #6a737d }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --soft: #8b949e; --rule: #30363d; --proved: #3fb950; --attested: #58a6ff; --rehearsed: #d29922; --open: #8b949e } }
body { font: 15px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 56rem; margin: 2.5rem auto; padding: 0 1.25rem }
h1 { font-size: 1.6rem; margin: 0 0 .3rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--rule); padding-bottom: .2rem } h3 { font-size: 1rem; margin: 1.2rem 0 .3rem }
p.meta { color: var(--soft); margin: .2rem 0 } ul { list-style: none; padding: 0; margin: 0 } li { display: grid; grid-template-columns: 6.5rem 1fr; gap: .8rem; padding: .22rem 0; break-inside: avoid }
.standing { font-size: .72rem; font-weight: 600; letter-spacing: .02em; text-transform: uppercase; padding-top: .2rem } .proved { color: var(--proved) } .attested { color: var(--attested) } .rehearsed { color: var(--rehearsed) } .not-proven { color: var(--open) }
a { color: inherit } a.proof { font-size: .75rem; color: var(--soft); margin-left: .35rem } .tally { display: flex; gap: 1.2rem; flex-wrap: wrap; margin: 1rem 0; padding: .6rem .9rem; border: 1px solid var(--rule); border-radius: .5rem }
@media print { body { margin: 0; max-width: none; font-size: 11pt } a { text-decoration: none } h2 { break-after: avoid } }
`;

/** The final report as one file: no scripts, nothing fetched, readable when printed. */
export function reportHtml(report: Report): string {
  const { tally } = report;
  const counts = (["proved", "attested", "rehearsed", "not proven"] as const).map(
    (standing) => `<span class="${cssName(standing)}"><b>${tally[standing]}</b> ${standing}</span>`,
  );
  const sections = report.sections.map(({ title, lines }) => `<h2>${escapeHtml(title)}</h2>${list(lines)}`);
  const phases = report.phases.map((phase) =>
    [
      `<h3>Phase ${phase.number} ${phase.complete ? "Complete" : "Open"}: ${escapeHtml(phase.name)}</h3>`,
      list(phase.accomplishments),
      phase.outputs.length > 0 ? `<p class="meta">Outputs</p>${list(phase.outputs)}` : "",
      phase.issues.length > 0 ? `<p class="meta">Issues encountered</p>${list(phase.issues)}` : "",
    ].join(""),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.title)}</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(report.title)}</h1>
<p class="meta">Run ${escapeHtml(report.run)} · plan ${escapeHtml(report.planHash.slice(0, 12))} · ${escapeHtml(report.startedAt)} to ${escapeHtml(report.endedAt ?? "now")}</p>
<p class="meta">${escapeHtml(report.because)}. Check it offline: <code>slipway verify ${escapeHtml(report.run)} --head ${escapeHtml(report.evidence.head.slice(0, 16))}</code></p>
<div class="tally">${counts.join("")}</div>
${sections.join("\n")}
<h2>Phases</h2>${phases.join("\n")}
</body></html>
`;
}

function list(lines: readonly Line[]): string {
  if (lines.length === 0) return '<p class="meta">None</p>';
  return `<ul>${lines.map(item).join("")}</ul>`;
}

function item({ text, standing, proof }: Line): string {
  const links = proof
    .slice(0, 6)
    .map((path, index) => `<a class="proof" href="${escapeHtml(path)}">proof ${index + 1}</a>`);
  return `<li><span class="standing ${cssName(standing)}">${standing}</span><span>${escapeHtml(text)}${links.join("")}</span></li>`;
}

function cssName(standing: Line["standing"]): string {
  return standing.replace(" ", "-");
}
