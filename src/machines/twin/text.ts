/** POSIX character classes, as the line resource's `match` may use them. */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  digit: "0-9",
  lower: "a-z",
  space: "\\s",
  upper: "A-Z",
};

/** A POSIX extended regular expression as one of ours; null when it is none. */
export function posix(expression: string): RegExp | null {
  try {
    return new RegExp(expression.replace(/\[:([a-z]+):\]/g, (all, name: string) => CLASSES[name] ?? all));
  } catch {
    return null;
  }
}

/** The lines of a text; a missing newline at its end makes no other text. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** The first line that matches, or with no `match` to go by the line itself; null where there is none. */
export function foundLine(text: string, line: string, match: RegExp | null): string | null {
  const lines = linesOf(text);
  return (
    (match === null ? undefined : lines.find((known) => match.test(known))) ??
    lines.find((known) => known === line) ??
    null
  );
}

/** The text with `line` in place of the first match, or at its end. */
export function withLine(text: string, line: string, match: RegExp | null): string {
  const lines = linesOf(text);
  const at = match === null ? -1 : lines.findIndex((known) => match.test(known));
  if (at < 0) lines.push(line);
  else lines[at] = line;
  return `${lines.join("\n")}\n`;
}

/** The text with the first such line taken out, or put back to what it was. */
export function withoutLine(text: string, line: string, old: string | null): string {
  const lines = linesOf(text);
  const at = lines.indexOf(line);
  if (at < 0) return text;
  lines.splice(at, 1, ...(old === null ? [] : [old]));
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
