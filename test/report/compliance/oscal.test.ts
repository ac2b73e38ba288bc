import { expect, test } from "vitest";
import type { Finding } from "../../../src/audit/finding.ts";
import { standings } from "../../../src/audit/standing.ts";
import { controlChecks, FRAMEWORKS, frameworkCatalogue } from "../../../src/knowledge/controls.ts";
import { assessmentResults } from "../../../src/report/compliance/oscal.ts";
import { oscalErrors } from "./schema.ts";

/** The export against NIST's own schema, where a validator other than ours judges it. */
const AT = "2026-11-24T10:00:00.000Z";

/** Every check there is, on one host, in a status each: outputs of all shapes, and hosts and ships of all names. */
const STATUSES = ["shown", "refuted", "inapplicable", "unanswered"] as const;
const SEEN = ["no", "", " led by a blank ", "first\nsecond", "~zod: naïve \u0007 bell"];
const findings = controlChecks().map((check, index): Finding => {
  const status = STATUSES[index % STATUSES.length] ?? "shown";
  const command = "command" in check ? check.command : `slipway verify r1  # ${check.fact}`;
  const raw = { at: AT, host: "alder", command, exit: 0, rawSha256: "a".repeat(64), rawBytes: 2, rehearsed: false };
  return {
    check: check.id,
    title: check.title,
    on: "alder",
    status,
    seen: SEEN[index % SEEN.length] ?? "",
    command,
    observation: status === "shown" || status === "refuted" ? raw : null,
    evidence: check.evidence,
  };
});

const CASES = [
  ["what was looked at", findings],
  ["nothing looked at", []],
] as const;

test.each(FRAMEWORKS.flatMap((framework) => CASES.map(([name, seen]) => ({ framework, name, seen }))))(
  "$framework with $name is assessment-results by the schema",
  ({ framework, seen }) => {
    const { title } = frameworkCatalogue(framework);
    const all = standings(framework, seen, [], "2026-11-24");
    const document = assessmentResults({ framework, title, at: AT, subjects: ["alder", "run-1"], standings: all });
    expect(oscalErrors(document)).toEqual([]);
  },
);

test("the validator refuses what is no such document", () => {
  expect(oscalErrors({ "assessment-results": { uuid: "1" } })).not.toEqual([]);
});
