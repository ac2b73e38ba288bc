import { describe, expect, test } from "vitest";
import { lint } from "../../src/plan/lint.ts";
import { productionPlan } from "../../src/plan/maintenance.ts";
import { LETS_ENCRYPT } from "../../src/specialists/urbit-deployment-specialist/https/acme.ts";
import { siteOf } from "./ground.ts";

const placed = { "~zod": { host: "alder", amesPort: 34_540, httpPort: 8080, fake: true } };
const site = {
  ...siteOf("alder"),
  placed,
  https: { base: null, named: { "~zod": "zod.example.com" }, acme: LETS_ENCRYPT },
};
const planAt = (securityLevel: "standard" | "strict") =>
  productionPlan(site, { securityLevel, monitoringLevel: "none", compliance: [] });

describe("setup-production at the strict level", () => {
  test("serves ships over HTTPS before the planned restart, which then proves it", () => {
    const plan = planAt("strict");
    expect(lint(plan)).toEqual([]);
    expect(plan.phases.map(({ id }) => id)).toEqual([
      "requirements",
      "baseline",
      "security",
      "volume",
      "ships",
      "https",
      "restart",
    ]);
  });

  test("says in the plan's own gate that two more gates each want an approval", () => {
    const gates = planAt("strict").phases.flatMap(({ gate }) => gate ?? []);
    expect(gates.map(({ id }) => id)).toEqual(["plan", "volume", "restart"]);
    expect(gates[0]?.shows).toContain("slipway approve");
    expect(gates[0]?.shows).toContain("--yes does not give it");
  });

  test("no other level has more than the plan's gate", () => {
    const gates = planAt("standard").phases.flatMap(({ gate }) => gate ?? []);
    expect(gates.map(({ id }) => id)).toEqual(["plan"]);
    expect(gates[0]?.shows).not.toContain("approval of their own");
  });
});
