import { describe, expect, test } from "vitest";
import { decide } from "../../src/decide/decide.ts";
import { leastDays } from "../../src/decide/limits.ts";
import { choose } from "../../src/decide/platform.ts";
import { compose } from "../../src/plan/compose.ts";
import type { Site } from "../../src/plan/site.ts";
import { NOWHERE, read } from "./briefs.ts";

const SITE: Site = {
  hosts: [],
  runtime: { version: "3.5", vereSha256: null, pillSha256: null },
  keys: {},
  placed: {},
};

const SENTENCES = [
  "Deploy a planet to dev on a VPS",
  "Deploy 3 planets to staging on a VPS",
  "Deploy 3 planets on a VPS with HIPAA compliance",
  "Deploy 3 planets on my own servers",
  "Deploy 3 planets on my own servers, GDPR compliance",
  "12 ships on my own server in the basement",
  "12 ships on my own server in the basement with SOC2 compliance",
  "Deploy 60 planets",
  "Deploy 60 planets to dev on Kubernetes",
  "Deploy a 50-ship production fleet on Kubernetes with HIPAA compliance, monitoring, and disaster recovery. Budget $2,000/month, timeline 4 weeks.",
];

describe.each(SENTENCES)("%s", (sentence) => {
  const brief = read(sentence);
  const decision = decide(brief, NOWHERE);
  const plan = compose(brief, decision, SITE);

  test("every control the decision names is set by a step of its plan, or the plan says that it is not", () => {
    const kinds = new Set(plan.phases.flatMap(({ steps }) => steps).map(({ action }) => action.kind));
    const left = decision.security.setBy.filter(
      ({ control, step }) => !kinds.has(step) && !plan.notCovered.some((item) => item.includes(control)),
    );
    // Steps on hosts this version builds none for are named by kind in what is left out.
    expect(left.filter(({ step }) => !plan.notCovered.some((item) => item.includes(step)))).toEqual([]);
  });

  test("no timeline is refused that the plan holds possible", () => {
    const choice = choose(brief, NOWHERE);
    expect(leastDays(brief, choice.platform, choice.price(choice.platform))).toBeLessThanOrEqual(plan.days.low);
  });

  test("the same brief gives the same plan", () => {
    expect(compose(structuredClone(brief), decide(structuredClone(brief), NOWHERE), SITE).hash).toBe(plan.hash);
  });

  test("the plan carries the decision's cost", () => {
    expect(plan.monthlyUsd).toBe(decision.cost.monthlyUsd);
  });
});
