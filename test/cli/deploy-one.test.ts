import { expect, test } from "vitest";
import { readSentence } from "../../src/brief/read.ts";
import { parse } from "../../src/cli/command.ts";
import { command } from "../../src/cli/commands/deploy-planet.ts";
import { planBrief } from "../../src/cli/planning.ts";
import { homeOf } from "../../src/cli/site.ts";
import { ioDouble } from "./doubles.ts";

test.each([
  ["basic", "basic"],
  ["strict", "strict"],
  [null, "standard"],
] as const)("one ship to production, --hardening %s: hardened to %s", async (asked, level) => {
  const { io } = ioDouble();
  const input = parse(command, ["~zod", "--twin"]);
  if (!input.ok) throw new Error(input.failure.what);
  const read = readSentence("Deploy fake ship ~zod to production on my own server");
  if (!read.ok) throw new Error(read.failure.what);
  const planned = await planBrief(io, homeOf(io), input.value, read.value, asked);
  if (!planned.ok) throw new Error(planned.failure.what);
  expect(planned.value.decision.security.level).toBe(level);
  expect(planned.value.plan.securityLevel).toBe(level);
  expect(planned.value.plan.controls).toEqual(planned.value.decision.security.controls);
});
