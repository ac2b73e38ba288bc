import { expect, test } from "vitest";
import { readSentence } from "../../src/brief/read.ts";
import { planBrief } from "../../src/cli/planning.ts";
import { homeOf } from "../../src/cli/site.ts";
import { ioDouble } from "./doubles.ts";

const input = {
  words: [],
  text: () => null,
  list: () => [],
  flag: (name: string) => name === "twin",
  number: () => ({ ok: true, value: null }) as const,
} as unknown as Parameters<typeof planBrief>[2];

test.each([
  ["basic", "basic"],
  ["strict", "strict"],
  [null, "standard"],
] as const)("one ship to production, --hardening %s: hardened to %s", async (asked, level) => {
  const { io } = ioDouble();
  const read = readSentence("Deploy fake ship ~zod to production on my own server");
  if (!read.ok) throw new Error(read.failure.what);
  const planned = await planBrief(io, homeOf(io), input, read.value, asked);
  if (!planned.ok) throw new Error(planned.failure.what);
  expect(planned.value.decision.security.level).toBe(level);
  expect(planned.value.plan.securityLevel).toBe(level);
  expect(planned.value.plan.controls).toEqual(planned.value.decision.security.controls);
});
