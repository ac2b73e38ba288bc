import { describe, expect, test } from "vitest";
import { INTENTS, PLATFORMS } from "../../src/brief/schema.ts";
import { productionPlan } from "../../src/plan/maintenance.ts";
import { cardOf, catalogue, isBuilt, stepOf } from "../../src/specialists/catalogue.ts";
import { briefOf, planBrief, siteOf, stepsOf } from "./ground.ts";

/** Plans of everything Slipway plans, whatever their size, platform or level. */
const plans = [
  ...planned(),
  productionPlan(siteOf("alder"), { securityLevel: "strict", monitoringLevel: "none", compliance: [] }),
];

function planned() {
  return INTENTS.flatMap((intent) =>
    PLATFORMS.flatMap((infrastructure) =>
      ([2, 60] as const).map((count) =>
        planBrief(
          briefOf("Deploy ships to production", {
            intent,
            infrastructure,
            ships: { ...briefOf("Deploy ships").ships, count },
            compliance: count === 60 ? ["hipaa"] : [],
            enterprise: count === 60,
            disasterRecovery: true,
            monitoring: true,
            domain: "ships.example.com",
          }),
          intent === "deploy" && infrastructure === "vps" ? siteOf() : siteOf("alder"),
        ),
      ),
    ),
  );
}

describe("the catalogue", () => {
  test("has each kind once, and a step for each kind that is built", () => {
    const kinds = catalogue().map((card) => card.kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const kind of kinds.filter(isBuilt)) expect(stepOf(kind).kind).toBe(kind);
  });

  test("says of an unknown kind that there is none", () => {
    expect(() => cardOf("magic")).toThrow(/no step of kind magic/);
    expect(() => stepOf("hand-over")).toThrow(/no step of kind hand-over/);
  });

  test("has no card that no plan uses, bar those left out until they are built", () => {
    const used = new Set(plans.flatMap(stepsOf).map((step) => step.action.kind));
    expect(
      catalogue()
        .map((card) => card.kind)
        .filter((kind) => !used.has(kind)),
    ).toEqual([]);
  });

  test("tells steps apart in words: no two kinds have one purpose or one risk", () => {
    const byPurpose = new Map<string, string>();
    for (const step of plans.flatMap(stepsOf)) {
      const said = `${step.purpose} ${step.risk.what}`;
      expect(byPurpose.get(said) ?? step.action.kind).toBe(step.action.kind);
      byPurpose.set(said, step.action.kind);
    }
  });
});
