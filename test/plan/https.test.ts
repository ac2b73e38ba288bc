import { describe, expect, test } from "vitest";
import { lint } from "../../src/plan/lint.ts";
import { monitoringPlan, productionPlan } from "../../src/plan/maintenance.ts";
import type { Https } from "../../src/plan/site.ts";
import { LETS_ENCRYPT } from "../../src/specialists/urbit-deployment-specialist/https/acme.ts";
import { planOf, siteOf, stepsOf } from "./ground.ts";

const https = (base: string | null, named: Https["named"] = {}): Https => ({ base, named, acme: LETS_ENCRYPT });
const placed = {
  "~zod": { host: "alder", amesPort: 34_540, httpPort: 8080, fake: true },
  "~nec": { host: "alder", amesPort: 34_541, httpPort: 8081, fake: true },
};
const wish = { securityLevel: "standard", monitoringLevel: "none", compliance: [] } as const;
const domains = (plan: ReturnType<typeof planOf>) => plan.ships.map(({ name, domain }) => [name, domain ?? null]);
const kinds = (plan: ReturnType<typeof planOf>) =>
  stepsOf(plan)
    .map(({ action }) => `${action.kind}/${action.ship ?? action.host}`)
    .filter((kind) => kind.startsWith("https"));

describe("a launch with a domain", () => {
  test("serves a single ship at the name itself", () => {
    const plan = planOf("Deploy fake ~zod to production on my own server at ships.example.com", siteOf("alder"));
    expect(lint(plan)).toEqual([]);
    expect(domains(plan)).toEqual([["~zod", "ships.example.com"]]);
    expect(kinds(plan)).toEqual(["https-front/alder", "https/~zod"]);
    expect(plan.acme?.directory).toContain("letsencrypt.org");
  });

  test("serves several ships below it, each once it is proved, behind one front", () => {
    const plan = planOf("Deploy 2 fake ships to production on my own server at ships.example.com", siteOf("alder"));
    expect(lint(plan)).toEqual([]);
    expect(domains(plan).map(([, domain]) => domain)).toEqual(
      plan.ships.map(({ name }) => `${name.slice(1)}.ships.example.com`),
    );
    for (const step of stepsOf(plan).filter(({ action }) => action.kind === "https"))
      expect(step.needs).toEqual(
        expect.arrayContaining(["production/https-front/alder", `production/sandbox/${step.action.ship}`]),
      );
  });

  test("gives a ship the name said for it, before any other", () => {
    const plan = planOf("Deploy fake ~zod to production on my own server at ships.example.com", {
      ...siteOf("alder"),
      https: https(null, { "~zod": "zod.example.org" }),
    });
    expect(domains(plan)).toEqual([["~zod", "zod.example.org"]]);
  });

  test("puts up environment after environment, the front wherever there is a ship for it", () => {
    const plan = planOf("Deploy 3 fake ships to dev, staging and production at ships.example.com on my own servers", {
      ...siteOf("alder"),
    });
    expect(lint(plan)).toEqual([]);
    expect(kinds(plan).filter((kind) => kind === "https-front/alder")).toHaveLength(3);
  });
});

test("a launch without a domain sets up none, and says what there is instead", () => {
  const plan = planOf("Deploy fake ~zod to production on my own server", siteOf("alder"));
  expect(kinds(plan)).toEqual([]);
  expect(plan.acme).toBeUndefined();
  expect(plan.notCovered).toEqual(expect.arrayContaining([expect.stringMatching(/^https: .*--domain.*arvo\.network/)]));
});

describe("setup-production", () => {
  test("serves the ships that were named, and leaves the others alone", () => {
    const plan = productionPlan(
      { ...siteOf("alder"), placed, https: https(null, { "~nec": "nec.example.org" }) },
      { ...wish, compliance: [] },
    );
    expect(lint(plan)).toEqual([]);
    expect(kinds(plan)).toEqual(["https-front/alder", "https/~nec"]);
  });

  test("touches no certificate unless it is asked to", () => {
    const served = { ...placed, "~zod": { ...placed["~zod"], domain: "zod.example.org" } };
    const plan = productionPlan({ ...siteOf("alder"), placed: served }, { ...wish, compliance: [] });
    expect(kinds(plan)).toEqual([]);
    expect(plan.acme).toBeUndefined();
  });
});

test("setup-monitoring knows the names ships were last served under", () => {
  const served = { ...placed, "~zod": { ...placed["~zod"], domain: "zod.example.org" } };
  const plan = monitoringPlan(
    { ...siteOf("alder"), placed: served },
    { ...wish, compliance: [], monitoringLevel: "standard", slo: { uptimePercent: null, responseMs: null } },
  );
  expect(domains(plan)).toContainEqual(["~zod", "zod.example.org"]);
  expect(kinds(plan)).toEqual([]);
});
