import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type JsonSchema, shape } from "../scripts/shape.ts";
import { COMMANDS } from "../src/cli/cli.ts";
import { EXIT } from "../src/cli/exit.ts";
import * as shapes from "../src/cli/shapes.ts";

/**
 * What others script against. The first test fails when any of it moves; when it was meant to, `npx vitest run
 * test/api.test.ts -u` writes it anew, and the change shows the difference to whoever reads it.
 */

/** Every member of a shape, one line each: `brief.ships.count: integer | null`. */
function members(schema: JsonSchema, at = ""): string[] {
  const inner =
    schema.anyOf?.find(({ type }) => type === "object") ?? (schema.type === "array" ? schema.items : schema);
  if (inner?.properties === undefined) return [`${at}: ${shape(schema)}`];
  const mark = schema.type === "array" ? "[]" : schema.anyOf === undefined ? "" : "?";
  const prefix = at === "" ? "" : `${at}${mark}.`;
  return Object.entries(inner.properties).flatMap(([key, value]) => members(value, `${prefix}${key}`));
}

const membersOf = (schema: z.ZodType) => members(z.toJSONSchema(schema) as JsonSchema);

test("exit codes, commands, options and JSON are what they were", async () => {
  const lines = Object.entries(EXIT).map(([name, code]) => `exit ${code} ${name}`);
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    const { command } = await load();
    lines.push("", `slipway ${name} ${command.usage}`.trim());
    for (const [option, { type, value, short, multiple }] of Object.entries(command.options))
      lines.push(
        `  --${option}${type === "string" ? ` ${value ?? "TEXT"}` : ""}${short === undefined ? "" : ` -${short}`}${multiple ? " …" : ""}`,
      );
  }
  for (const [name, schema] of Object.entries(shapes))
    lines.push("", name, ...membersOf(schema).map((line) => `  ${line}`));
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("api.txt");
});

/** The members that were promised; others may join them, none may leave. */
const PROMISED = `
brief: intent, ships.count, ships.names, ships.fake, environments, experience, infrastructure, selfHosted, autoscaling,
  unsure, compliance, budgetUsdPerMonth, timelineDays, regions, disasterRecovery, monitoring, slo.uptimePercent,
  slo.responseMs, priority, assumptions[].field, assumptions[].value, assumptions[].because, sources[].field,
  sources[].from, sources[].start, sources[].end
decision: platform.choice, platform.lead, platform.because, platform.rejected[].choice, platform.rejected[].because,
  security.level, security.controls, monitoring.level, monitoring.components, cost.monthlyUsd, cost.lowUsd, cost.highUsd,
  cost.lines[].item, cost.lines[].quantity, cost.lines[].unitUsd, cost.lines[].monthlyUsd, cost.lines[].asOf, feasible,
  conflicts, alternatives
plan: hash, complexity, days.low, days.high, phases[].id, phases[].name, phases[].gate?.id, phases[].gate?.shows,
  phases[].steps[].id, phases[].steps[].specialist, phases[].steps[].purpose, phases[].steps[].inputs,
  phases[].steps[].outputs, phases[].steps[].checks, phases[].steps[].effect, phases[].steps[].needs
`;

test("what was promised of `plan --json` is there", () => {
  const there = membersOf(shapes.PlanJsonSchema).map((line) => line.split(":")[0] ?? "");
  const promised = PROMISED.trim()
    .split(/\n(?! )/)
    .flatMap((line) => {
      const [root, names = ""] = line.split(": ");
      return names.split(/,\s+/).map((name) => `${root}.${name}`);
    });
  expect(promised.filter((name) => !there.some((known) => known === name || known.startsWith(`${name}[]`)))).toEqual(
    [],
  );
});

describe("what is really printed has the documented shape", () => {
  const home = mkdtempSync(join(tmpdir(), "slipway-test-"));
  const program = fileURLToPath(new URL("../bin/slipway.mjs", import.meta.url));
  const slipway = (...argv: readonly string[]) => {
    const { stdout, status } = spawnSync(process.execPath, [program, ...argv, "--json"], {
      encoding: "utf8",
      env: { ...process.env, SLIPWAY_HOME: home },
    });
    return { value: JSON.parse(stdout) as unknown, status };
  };
  afterAll(() => {
    slipway("down");
    rmSync(home, { recursive: true, force: true });
  });

  const SENTENCE = "Deploy 2 fake ships to dev and production on my own servers";
  const INFEASIBLE = "200 ships for $100 a month with 99.99% uptime";
  const cases: readonly [string, number, z.ZodType, readonly string[]][] = [
    ["plan", EXIT.done, shapes.PlanJsonSchema, ["plan", SENTENCE]],
    ["plan, infeasible", EXIT.infeasible, shapes.PlanJsonSchema, ["plan", INFEASIBLE]],
    ["plan, no sentence", EXIT.usage, shapes.ErrorJsonSchema, ["plan", ""]],
    ["launch, waiting", EXIT.waiting, shapes.LaunchJsonSchema, ["launch", SENTENCE, "--twin", "--by", "ada"]],
    ["approve", EXIT.done, shapes.StatusJsonSchema, ["approve", "last", "--by", "ada"]],
    ["watch", EXIT.done, shapes.LaunchJsonSchema, ["watch", "last"]],
    ["status of a run", EXIT.done, shapes.StatusJsonSchema, ["status", "last"]],
    ["status", EXIT.done, shapes.SiteJsonSchema, ["status"]],
    ["report", EXIT.done, shapes.ReportJsonSchema, ["report", "last"]],
    ["ship", EXIT.done, shapes.ShipJsonSchema, ["ship", "~zod", "--twin"]],
    ["no such run", EXIT.usage, shapes.ErrorJsonSchema, ["status", "nowhere"]],
  ];

  test.each(cases)("%s", (_name, code, schema, argv) => {
    const { value, status } = slipway(...argv);
    expect(status).toBe(code);
    // Parsing leaves out what the shape does not name: nothing may be left out.
    expect(schema.parse(value)).toEqual(value);
  });
});
