import { describe, expect, test } from "vitest";
import { z } from "zod";
import { controlChecks, FRAMEWORKS, frameworkCatalogue } from "../../src/knowledge/controls.ts";

const Expectation = z.union([
  z.strictObject({ equals: z.string() }),
  z.strictObject({ oneOf: z.array(z.string()).min(1) }),
  z.strictObject({ matches: z.string() }),
  z.strictObject({ notMatches: z.string() }),
  z.strictObject({ empty: z.literal(true) }),
  z.strictObject({ notEmpty: z.literal(true) }),
  z.strictObject({ atLeast: z.number() }),
  z.strictObject({ atMost: z.number() }),
]);
const Check = z.strictObject({
  id: z.string().regex(/^[a-z]+\.[a-z0-9-]+$/),
  scope: z.enum(["host", "run"]),
  title: z.string().min(8),
  command: z.string().optional(),
  fact: z.string().optional(),
  applies: z.string().optional(),
  parser: z.enum(["text", "number"]),
  expect: Expectation,
  evidence: z.partialRecord(z.enum(FRAMEWORKS), z.array(z.string()).min(1)),
});

describe("the checks", () => {
  test("are at least sixty, well formed, each evidence for something", () => {
    const checks = controlChecks();
    expect(checks.length).toBeGreaterThanOrEqual(60);
    for (const check of checks) {
      Check.parse(check);
      expect(Object.keys(check.evidence).length, check.id).toBeGreaterThan(0);
    }
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });

  test("name controls that there are", () => {
    for (const framework of FRAMEWORKS) {
      const ids = new Set(frameworkCatalogue(framework).controls.map(({ id }) => id));
      const named = controlChecks().flatMap(({ evidence }) => evidence[framework] ?? []);
      expect(named.filter((id) => !ids.has(id))).toEqual([]);
      expect(named.length).toBeGreaterThan(20);
    }
  });

  test("only read: no command writes, installs or restarts", () => {
    const writing =
      /(^|[;|&({]\s*)(rm|mv|cp|tee|touch|mkdir|chmod|chown|systemctl (start|stop|restart|enable|disable)|apt-get install|kill)\b|>\s*\/(?!dev\/null)/;
    for (const check of controlChecks())
      if (check.scope === "host") expect(check.command, check.id).not.toMatch(writing);
  });
});

describe("the frameworks", () => {
  test("have every control once, with a title", () => {
    const sizes = Object.fromEntries(FRAMEWORKS.map((name) => [name, frameworkCatalogue(name).controls.length]));
    expect(sizes).toEqual({ hipaa: 58, gdpr: 18, soc2: 43, iso27001: 93 });
    for (const name of FRAMEWORKS) {
      const { controls } = frameworkCatalogue(name);
      expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length);
      expect(controls.filter(({ title }) => title.trim() === "")).toEqual([]);
    }
  });

  test("tell HIPAA's addressable specifications from the required ones", () => {
    const spec = (id: string) => frameworkCatalogue("hipaa").controls.find((control) => control.id === id)?.spec;
    expect(spec("164.312(a)(2)(i)")).toBe("required");
    expect(spec("164.312(a)(2)(ii)")).toBe("required");
    expect(spec("164.312(a)(2)(iv)")).toBe("addressable");
    expect(spec("164.312(e)(2)(ii)")).toBe("addressable");
  });
});
