import { configuration, type Outcome, ok } from "../base/outcome.ts";
import { EMPTY } from "./empty.ts";
import { type Brief, BriefSchema } from "./schema.ts";

/** A brief from YAML: the same fields as the JSON, all optional; an error names its line. */
export async function briefFromYaml(text: string, file: string): Promise<Outcome<Brief>> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    return configuration(
      "brief-unreadable",
      `${file}:${broken.linePos?.[0].line ?? 1}: ${broken.message.split("\n")[0]}`,
      "mend that line",
    );
  }
  const given = (document.toJS() ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(given).find((key) => !(key in EMPTY));
  if (unknown !== undefined)
    return configuration(
      "brief-field",
      `${file} has a field "${unknown}", which a brief does not`,
      `fields: ${Object.keys(EMPTY).slice(0, 17).join(", ")}`,
    );
  const merged = {
    ...EMPTY,
    ...given,
    ships: { ...EMPTY.ships, ...(given.ships as object) },
    slo: { ...EMPTY.slo, ...(given.slo as object) },
  };
  const parsed = BriefSchema.safeParse(merged);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.map(String) ?? [];
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
    const line = node?.range === undefined ? 1 : lines.linePos(node.range[0]).line;
    return configuration(
      "brief-field",
      `${file}:${line}: ${path.join(".")}: ${issue?.message ?? "wrong"}`,
      "mend that line",
    );
  }
  const sources = Object.keys(given).map((field) => ({ field, from: "file" as const, start: null, end: null }));
  return ok({ ...parsed.data, sources });
}
