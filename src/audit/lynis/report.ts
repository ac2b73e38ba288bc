/** A remark of lynis: the test that made it, what it says, about what, and what would mend it. Empty where it says nothing. */
export interface LynisRemark {
  readonly test: string;
  readonly text: string;
  readonly details: string;
  readonly solution: string;
}

/** What one run of lynis came to, as its `report.dat` has it. */
export interface LynisReport {
  readonly version: string;
  /** Its own score, 1 to 100: for comparing a host with itself, not a grade. */
  readonly index: number;
  readonly warnings: readonly LynisRemark[];
  readonly suggestions: readonly LynisRemark[];
  /** Ids of the tests that ran; those that did not apply are not among them. */
  readonly executed: readonly string[];
}

/**
 * Reads a `report.dat`: `key=value` lines, `key[]=value` for lists, fields parted by bars. Null when it is none, or one of
 * a run that did not come to its end.
 */
export function parseLynisReport(text: string): LynisReport | null {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [, key = "", value = ""] = /^([a-z0-9_-]+(?:\[\])?)=(.*)$/i.exec(line.trimEnd()) ?? [];
    if (key !== "") values.set(key, [...(values.get(key) ?? []), value]);
  }
  const one = (key: string) => values.get(key)?.at(-1) ?? "";
  const index = Number(one("hardening_index"));
  if (one("finish") !== "true" || !Number.isInteger(index) || index < 1 || index > 100) return null;
  return {
    version: one("lynis_version"),
    index,
    warnings: (values.get("warning[]") ?? []).map(remarkOf),
    suggestions: (values.get("suggestion[]") ?? []).map(remarkOf),
    executed: one("tests_executed").split("|").filter(Boolean),
  };
}

/** `TEST|text|details|solution|`, a dash for nothing. */
function remarkOf(value: string): LynisRemark {
  const [test = "", ...fields] = value.split("|").map((field) => (field === "-" ? "" : field));
  const [text = "", details = "", solution = ""] = fields;
  return { test, text, details, solution };
}
