import type { Line, Report } from "./model.ts";
import { phaseMarkdown } from "./phase-report.ts";

const MARKS: Readonly<Record<Line["standing"], string>> = {
  proved: "✓",
  attested: "✍",
  rehearsed: "≈",
  "not proven": "·",
};

/** The final report as Markdown; each line says how it stands and links to what shows it. */
export function reportMarkdown(report: Report): string {
  const { tally } = report;
  const head = [
    `# ${report.title}`,
    "",
    `Run ${report.run}, plan ${report.planHash.slice(0, 12)}, ${report.startedAt} to ${report.endedAt ?? "now"}: ${report.because}.`,
    `${report.evidence.records} records, head ${report.evidence.head}; check it: slipway verify ${report.run} --head ${report.evidence.head.slice(0, 16)}`,
    `${tally.proved} line(s) proved, ${tally.attested} attested, ${tally.rehearsed} rehearsed, ${tally["not proven"]} not proven.`,
  ];
  const sections = report.sections.flatMap((section) => ["", `${section.title}:`, ...section.lines.map(lineMarkdown)]);
  const phases = report.phases.flatMap((phase) => ["", "```", phaseMarkdown(phase, null), "```"]);
  return `${[...head, ...sections, "", "## Phases", ...phases].join("\n")}\n`;
}

function lineMarkdown({ text, standing, proof }: Line): string {
  const links = proof.slice(0, 3).map((path, index) => `[${index + 1}](${path})`);
  return `${MARKS[standing]} ${text} — ${standing}${links.length > 0 ? ` ${links.join(" ")}` : ""}`;
}
