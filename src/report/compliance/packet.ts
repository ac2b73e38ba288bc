import type { Finding } from "../../audit/finding.ts";
import type { ControlStanding } from "../../audit/standing.ts";
import { escapeHtml } from "../../base/markup.ts";

export interface PacketFacts {
  readonly framework: string;
  readonly source: string;
  readonly scope: string;
  readonly at: string;
  readonly standings: readonly ControlStanding[];
}

const ORDER = ["evidenced", "attested", "open"] as const;

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #5c6670; --rule: #d8dee4; --evidenced: #1a7f37; --attested: #0550ae; --open: #9a3412 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --soft: #8b949e; --rule: #30363d; --evidenced: #3fb950; --attested: #58a6ff; --open: #f0883e } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem; margin: 2.5rem auto; padding: 0 1.25rem }
h1 { font-size: 1.5rem; margin: 0 0 .3rem } h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; border-bottom: 1px solid var(--rule) } p.note { color: var(--soft) }
.tally { display: flex; gap: 2rem; margin: 1rem 0 } .tally b { font-size: 1.6rem; display: block }
section { break-inside: avoid; border-top: 1px solid var(--rule); padding: .6rem 0; display: grid; grid-template-columns: 11rem 1fr; gap: 1rem }
section h3 { font-size: .95rem; margin: 0 } .standing { font-weight: 600; font-size: .8rem } .evidenced { color: var(--evidenced) } .attested { color: var(--attested) } .open { color: var(--open) }
table { border-collapse: collapse; width: 100%; font-size: .8rem; margin-top: .4rem } td { border-top: 1px dotted var(--rule); padding: .2rem .5rem .2rem 0; vertical-align: top } code { font-size: .75rem; overflow-wrap: anywhere }
@media print { body { margin: 0; max-width: none; font-size: 10pt } h2 { break-after: avoid } }
`;

/** What an auditor is handed: three columns in one printable file, each line with the command that can be run again. */
export function compliancePacket({ framework, source, scope, at, standings }: PacketFacts): string {
  const count = (standing: string) => standings.filter((item) => item.standing === standing).length;
  const tally = ORDER.map((name) => `<span class="${name}"><b>${count(name)}</b>${name}</span>`).join("");
  const parts = ORDER.map((name) => {
    const here = standings.filter((item) => item.standing === name);
    return here.length === 0 ? "" : `<h2>${capital(name)}</h2>${here.map(controlHtml).join("")}`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence packet: ${escapeHtml(framework)}</title><style>${STYLE}</style></head>
<body><h1>Evidence packet: ${escapeHtml(framework)}</h1>
<p class="note">${escapeHtml(source)}. Scope: ${escapeHtml(scope)}. Looked at ${escapeHtml(at)}.</p>
<p class="note">Evidenced: a command showed it at that time, on that host; its output lies in <code>raw/</code> under its SHA-256. Attested: a person said so. Open: neither. This packet supports an assessor's judgement and does not replace it.</p>
<div class="tally">${tally}</div>
${parts.join("\n")}
</body></html>
`;
}

function controlHtml({ control, standing, because, findings, attestation }: ControlStanding): string {
  const word = attestation === null ? "" : `<p>${escapeHtml(wordOf(attestation))}</p>`;
  const rows = findings.map(findingHtml).join("");
  return `<section><div><h3>${escapeHtml(control.id)}</h3><span class="standing ${standing}">${standing}</span><br><span class="note">${control.spec}</span></div>
<div>${escapeHtml(control.title)}<p class="note">${escapeHtml(because)}</p>${word}${rows === "" ? "" : `<table>${rows}</table>`}</div></section>`;
}

function wordOf(attestation: NonNullable<ControlStanding["attestation"]>): string {
  const { by, at, file, fileSha256, expires, manner, note } = attestation;
  return `${manner}: ${by}, ${at.slice(0, 10)}, until ${expires}; ${file} (SHA-256 ${fileSha256.slice(0, 16)})${note === "" ? "" : `; ${note}`}`;
}

function findingHtml({ title, on, status, seen, command, observation }: Finding): string {
  const proof =
    observation === null
      ? ""
      : `<br><a href="raw/${observation.rawSha256}">output ${observation.rawSha256.slice(0, 12)}</a>, ${escapeHtml(observation.at)}`;
  return `<tr><td>${escapeHtml(on)}</td><td>${escapeHtml(title)}<br><code>${escapeHtml(command)}</code></td><td>${status}</td><td>${escapeHtml(seen)}${proof}</td></tr>`;
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
