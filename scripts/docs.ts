import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { COMMANDS } from "../src/cli/cli.ts";
import { helpOf } from "../src/cli/command.ts";
import { EXIT } from "../src/cli/exit.ts";
import {
  CheckJsonSchema,
  ErrorJsonSchema,
  LaunchJsonSchema,
  PlanJsonSchema,
  ReportJsonSchema,
  ShipJsonSchema,
  SiteJsonSchema,
  StatusJsonSchema,
  VerifyJsonSchema,
} from "../src/cli/shapes.ts";
import { DecisionSchema } from "../src/decide/schema.ts";
import { CheckResultSchema, EvidenceRecordSchema, FailureSchema, ObservationSchema } from "../src/evidence/schema.ts";
import { LineSchema } from "../src/report/model.ts";
import { type JsonSchema, shape, spelled } from "./shape.ts";

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "done",
  failed: "failed",
  usage: "wrong usage: nothing was tried",
  waiting: "waiting for an approval, or paused: it goes on where it stands",
  infeasible: "infeasible as asked; `plan --json` still prints its object",
  refused: "refused for safety, or not supported by this version yet",
  interrupted: "interrupted while watching; the run itself goes on",
};

/** Every variable that is read, with what it is for; a test holds this against the source. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  SLIPWAY_HOME: "where everything of this site lies; default `$XDG_STATE_HOME/slipway`, else `~/.local/state/slipway`",
  SLIPWAY_ENGINE_URL: "the ingress of a Restate cluster of your own, used instead of the engine `slipway up` starts",
  SLIPWAY_ENGINE_ADMIN_URL: "its admin URL; default the same host at port 9070",
  SLIPWAY_ENGINE_TOKEN: "sent to both as a bearer token",
  SLIPWAY_ENGINE_IDENTITY:
    "public keys (`publickeyv1_…`) whose signed requests a worker serves; needed with a cluster of your own",
  SLIPWAY_SSH_CONFIG: "a file for `ssh -F`; default your own `~/.ssh/config`",
  SLIPWAY_VERE: "the vere binary to pin and use, as `--vere` does",
  SLIPWAY_PILL: "the boot pill to pin and use, as `--pill` does",
  SLIPWAY_VERE_VERSION: "the version of that binary",
  SLIPWAY_MIRROR: "where `runtime add` fetches published files, in place of bootstrap.urbit.org",
  SLIPWAY_INTERPRETER_URL:
    "an OpenAI-compatible or Anthropic endpoint (its full address) that may propose what a sentence leaves open; unset: none is asked",
  SLIPWAY_INTERPRETER_MODEL: "the model asked for there",
  SLIPWAY_INTERPRETER_KEY_FILE: "the file its key lies in",
  SLIPWAY_INTERPRETER_WIRE: "`openai` or `anthropic`, where the address does not say it",
  SLIPWAY_INTERPRETER_TIMEOUT: "seconds to wait for it; default 20",
  SLIPWAY_DEBUG: "print the stack of a fault of Slipway's own",
  NO_COLOR: "no colour, on a terminal too",
};

const SHAPES = [
  { file: "plan", title: "`plan`", schema: PlanJsonSchema },
  { file: "status", title: "`status RUN`, and every order to a run (`approve`, `pause` …)", schema: StatusJsonSchema },
  { file: "check", title: "`check`", schema: CheckJsonSchema },
  { file: "site", title: "`status`", schema: SiteJsonSchema },
  { file: "launch", title: "`launch`, `watch`", schema: LaunchJsonSchema },
  { file: "report", title: "`report`", schema: ReportJsonSchema },
  { file: "verify", title: "`verify`", schema: VerifyJsonSchema },
  { file: "ship", title: "`ship`", schema: ShipJsonSchema },
  { file: "error", title: "Any command that failed", schema: ErrorJsonSchema },
  {
    file: "evidence",
    title: "A line of `evidence.jsonl` (see [EVIDENCE.md](EVIDENCE.md))",
    schema: EvidenceRecordSchema,
  },
] as const;

/** Shapes that occur more than once and go by a name. */
const PARTS: Readonly<Record<string, z.ZodType>> = {
  Status: StatusJsonSchema,
  Failure: FailureSchema,
  Platform: DecisionSchema.shape.platform.shape.choice,
  Specialist: DecisionSchema.shape.platform.shape.lead,
  Line: LineSchema,
  Check: CheckResultSchema,
  Observation: ObservationSchema,
};

/** The generated pages: path under the project's root, and text. */
export async function pages(): Promise<ReadonlyMap<string, string>> {
  const files = SHAPES.map(
    ({ file, schema }) =>
      [`docs/schemas/${file}.json`, `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`] as const,
  );
  return new Map([["docs/CLI.md", await cliPage()], ...files]);
}

async function cliPage(): Promise<string> {
  const lines = [
    "# Commands",
    "",
    "Made by `npm run docs` from the command tables and the schemas; a test fails while it is out of date.",
    "",
    "`slipway COMMAND --help` prints the same. Every command that prints a result takes `--json` and then prints one",
    "object on standard output, an error included. Colour appears on a terminal only.",
    "",
    "## Exit codes",
    "",
    "| code | meaning |",
    "|---|---|",
    ...Object.entries(EXIT).map(([name, code]) => `| ${code} | ${MEANINGS[name as keyof typeof EXIT]} |`),
    "",
    "## Environment",
    "",
    "| variable | what it does |",
    "|---|---|",
    ...Object.entries(ENVIRONMENT).map(([name, about]) => `| \`${name}\` | ${about} |`),
    "",
    "## The commands",
  ];
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    const { command } = await load();
    lines.push("", `### ${name}`, "", "```", helpOf(command).trimEnd(), "```");
  }
  return `${[...lines, ...shapes()].join("\n")}\n`;
}

function shapes(): string[] {
  const parts = Object.entries(PARTS).map(([name, schema]) => ({ name, schema: jsonSchema(schema) }));
  const known = new Map(parts.map(({ name, schema }) => [JSON.stringify(schema), name]));
  const lines = [
    "",
    "## What `--json` prints",
    "",
    "Written as TypeScript writes types. `integer` is a whole number, a time is ISO 8601 in UTC, an amount is US dollars",
    "a month. What is not known is `null`, never left out. The same as JSON Schema lies in `docs/schemas/`.",
  ];
  for (const { title, schema, file } of SHAPES) {
    lines.push(
      "",
      `### ${title}`,
      "",
      "```ts",
      file === "launch" ? launchShape(known) : shape(jsonSchema(schema), known),
      "```",
    );
  }
  lines.push("", "### Parts", "", "```ts");
  for (const { name, schema } of parts) lines.push(`type ${name} = ${spelled(schema, known)}`, "");
  return [...lines.slice(0, -1), "```"];
}

function launchShape(known: ReadonlyMap<string, string>): string {
  return `Status & ${shape(jsonSchema(LaunchJsonSchema.pick({ reports: true })), known)}`;
}

/** A schema without the mark of its dialect, so that it is the same at the top and inside another. */
function jsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return rest as JsonSchema;
}

if (import.meta.main) {
  const root = new URL("..", import.meta.url);
  for (const [path, text] of await pages()) {
    const file = fileURLToPath(new URL(path, root));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(path);
  }
}
