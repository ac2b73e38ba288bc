import type { Brief } from "./schema.ts";

/** The requirement sheet: each field, its value, and where it came from. */
export function briefText(brief: Brief, sentence: string | null): string {
  const rows: [string, string][] = [
    ["wants", brief.intent],
    [
      "ships",
      `${brief.ships.count ?? "?"}${brief.ships.fake ? " fake" : ""}${brief.ships.names.length > 0 ? ` (${brief.ships.names.slice(0, 5).join(", ")}${brief.ships.names.length > 5 ? ", …" : ""})` : ""}`,
    ],
    ["environments", brief.environments.join(", ")],
    ["platform", brief.infrastructure ?? (brief.selfHosted ? "own servers" : "")],
    ["compliance", brief.compliance.join(", ")],
    ["hardening", brief.hardening ?? ""],
    ["monitoring", brief.monitoring === null ? "" : brief.monitoring ? "yes" : "no"],
    ["recovery", brief.disasterRecovery ? "disaster recovery" : ""],
    ["budget", brief.budgetUsdPerMonth === null ? "" : `$${brief.budgetUsdPerMonth} a month`],
    ["timeline", brief.timelineDays === null ? "" : `${brief.timelineDays} days`],
    ["regions", brief.regions.join(", ")],
    ["uptime", brief.slo.uptimePercent === null ? "" : `${brief.slo.uptimePercent} %`],
    ["response", brief.slo.responseMs === null ? "" : `${brief.slo.responseMs} ms`],
    ["experience", brief.experience ?? ""],
    ["priority", brief.priority ?? ""],
  ];
  const said = rows.filter(([, value]) => value !== "").map(([name, value]) => `  ${name.padEnd(13)} ${value}`);
  const assumed = brief.assumptions.map(
    ({ field, value, because }) => `  ${field} = ${JSON.stringify(value)}: ${because}`,
  );
  const unread = sentence === null ? [] : brief.unread.map(({ text }) => `"${text}"`);
  return [
    "Understood:",
    ...said,
    ...(assumed.length > 0 ? ["Assumed:", ...assumed] : []),
    ...(unread.length > 0 ? [`Not read: ${unread.join(", ")}`] : []),
    "",
  ].join("\n");
}
