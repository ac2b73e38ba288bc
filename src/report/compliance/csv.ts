import type { ControlStanding } from "../../audit/standing.ts";

const HEADER = ["control", "title", "spec", "standing", "because", "check", "on", "status", "seen", "at", "sha256"];

/** One row per control and check, a control without checks once: RFC 4180, UTF-8, CRLF. */
export function standingsCsv(all: readonly ControlStanding[]): string {
  const rows = all.flatMap(({ control, standing, because, findings }) => {
    const about = [control.id, control.title, control.spec, standing, because];
    if (findings.length === 0) return [[...about, "", "", "", "", "", ""]];
    return findings.map(({ check, on, status, seen, observation }) => [
      ...about,
      check,
      on,
      status,
      seen,
      observation?.at ?? "",
      observation?.rawSha256 ?? "",
    ]);
  });
  return [HEADER, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** A cell that a spreadsheet would take for a formula is given a quote in front. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
