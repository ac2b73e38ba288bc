/** One metric family: its name without suffix, what it means, and its samples. */
export interface Family {
  readonly name: string;
  readonly type: "gauge" | "counter" | "info";
  /** As OpenMetrics spells units: `bytes`, `seconds`; part of the name. */
  readonly unit?: "bytes" | "seconds";
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export const CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** The text format of OpenMetrics 1.0. A family without samples is left out. */
export function exposition(families: readonly Family[]): string {
  const lines: string[] = [];
  for (const { name, type, unit, help, samples } of families) {
    if (samples.length === 0) continue;
    lines.push(`# TYPE ${name} ${type}`);
    if (unit !== undefined) lines.push(`# UNIT ${name} ${unit}`);
    lines.push(`# HELP ${name} ${help}`);
    const suffix = type === "counter" ? "_total" : type === "info" ? "_info" : "";
    for (const { labels, value } of samples) lines.push(`${name}${suffix}${labelText(labels)} ${numberText(value)}`);
  }
  lines.push("# EOF");
  return `${lines.join("\n")}\n`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}
