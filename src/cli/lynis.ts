import { join } from "node:path";
import type { HostAudit } from "../audit/host.ts";
import type { LynisLook } from "../audit/lynis/look.ts";
import type { LynisRemark } from "../audit/lynis/report.ts";
import { type Outcome, ok } from "../base/outcome.ts";
import { storeRaw } from "../evidence/raw.ts";
import type { Home } from "../run/home.ts";

export const LYNIS_OPTION = {
  type: "boolean",
  about: "run also the host's own lynis, where it has it: a minute or more; it is never installed",
} as const;

/** Keeps each host's report.dat under its digest; the file of each, by host. */
export async function keepReports(
  home: Home,
  audits: readonly HostAudit[],
): Promise<Outcome<ReadonlyMap<string, string>>> {
  const files = new Map<string, string>();
  for (const { host, lynis, raw } of audits) {
    if (lynis?.kind !== "report") continue;
    const kept = await storeRaw(home.audits, raw.get(lynis.observation.rawSha256) ?? "");
    if (!kept.ok) return kept;
    files.set(host, join(home.audits, "raw", kept.value.sha256));
  }
  return ok(files);
}

/** A look as a person reads it; `all` shows the suggestions too. */
export function lynisLines(look: LynisLook & { readonly file: string | null }, all: boolean): readonly string[] {
  if (look.kind === "none") return [`lynis: ${look.why}; ${look.next}`];
  const { version, index, executed, warnings, suggestions } = look.report;
  const counts = `${warnings.length} warning(s), ${suggestions.length} suggestion(s)`;
  return [
    `lynis ${version}: hardening index ${index} of 100, ${executed.length} tests, ${counts}`,
    ...warnings.map((remark) => `  warning ${said(remark)}`),
    ...(all ? suggestions.map((remark) => `  suggestion ${said(remark)}`) : []),
    `  report: ${look.file}`,
  ];
}

function said({ test, text, details }: LynisRemark): string {
  return `${test}: ${text}${details === "" ? "" : ` (${details})`}`;
}
