import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { jsonPieces } from "../../base/canonical.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import { type Command, type Input, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failPlanning, failWith } from "../exit.ts";
import type { Io } from "../io.ts";
import { PLANNING_OPTIONS, type Planned, planFor } from "../planning.ts";
import { homeOf } from "../site.ts";

const FORMATS = ["text", "markdown", "html", "json"] as const;
type Format = (typeof FORMATS)[number];

/** What a file's name says of its format. */
const BY_EXTENSION: Readonly<Record<string, Format>> = {
  md: "markdown",
  html: "html",
  htm: "html",
  json: "json",
  txt: "text",
};

export const command: Command = {
  name: "plan",
  summary: "read a sentence, decide, and plan; touches nothing",
  usage: "[SENTENCE]",
  words: [0, 1],
  examples: [
    'slipway plan "Deploy 3 fake ships to dev, staging and production on my own servers"',
    'slipway plan "Deploy a 50-ship fleet on Kubernetes with HIPAA compliance" --out plan.html',
    'slipway plan "~sampel-palnet on my own server" --key ~sampel-palnet=./sampel-palnet-1.key --json > plan.json',
  ],
  options: {
    ...PLANNING_OPTIONS,
    format: { type: "string", value: "FORMAT", about: "text (default), markdown, html or json" },
    out: { type: "string", value: "FILE", about: "write to this file; its name can say the format (plan.html)" },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const format = formatOf(input);
    const json = format.ok && format.value === "json";
    if (!format.ok) return failWith(io, format.failure, input.flag("json"), EXIT.usage);
    // A plan of ten thousand ships is made of little that lasts: its garbage needs no room to grow in.
    setFlagsFromString("--semi-space-growth-factor=1");
    const sentence = input.words[0] ?? null;
    const planned = await planFor(io, homeOf(io), input, sentence);
    if (!planned.ok) return failPlanning(io, planned.failure, json);
    const { feasible } = planned.value.decision;
    const file = input.text("out");
    if (file === null) await render(io, planned.value, format.value, sentence, io.out);
    else {
      const pieces: string[] = [];
      await render({ color: false }, planned.value, format.value, sentence, (text) => void pieces.push(text));
      const written = await writeTo(resolve(io.cwd, file), pieces.join(""));
      if (!written.ok) return failWith(io, written.failure, json);
      io.out(`${file} written\n`);
    }
    if (format.value === "text" && file === null && feasible) {
      io.out((await import("../plan-text.ts")).nextStep(planned.value, sentence));
    }
    return feasible ? EXIT.done : EXIT.infeasible;
  },
};

function formatOf(input: Input): Outcome<Format> {
  const wanted = input.text("format");
  if (input.flag("json")) {
    return wanted === null || wanted === "json"
      ? ok("json")
      : usage("--json and --format were both given", "give one of them");
  }
  if (wanted === null) return ok(BY_EXTENSION[input.text("out")?.split(".").at(-1)?.toLowerCase() ?? ""] ?? "text");
  const format = FORMATS.find((known) => known === wanted);
  return format === undefined ? usage(`"${wanted}" is no format`, `--format ${FORMATS.join(", ")}`) : ok(format);
}

/** Hands the plan on in a format; long JSON in pieces. */
async function render(
  io: Pick<Io, "color" | "columns">,
  planned: Planned,
  format: Format,
  sentence: string | null,
  put: (text: string) => void,
): Promise<void> {
  const { brief, decision, plan, hint } = planned;
  switch (format) {
    case "json":
      for (const piece of jsonPieces({ brief, decision, plan, hint })) {
        put(piece);
        // Standard output lets go of what it has written only between turns.
        await setImmediate();
      }
      return put("\n");
    case "markdown":
      return put((await import("../../plan/render/markdown.ts")).planMarkdown(plan, decision));
    case "html":
      return put((await import("../../plan/render/html.ts")).planHtml(plan, decision));
    case "text":
      return put((await import("../plan-text.ts")).plannedText(io, planned, sentence));
  }
}

/** A plan for people to read: not private like the state. */
async function writeTo(path: string, text: string): Promise<Outcome<null>> {
  try {
    await writeFileAtomic(path, text, 0o644);
    return ok(null);
  } catch (error) {
    return configuration(
      "not-written",
      `${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`,
      "choose another --out",
    );
  }
}
