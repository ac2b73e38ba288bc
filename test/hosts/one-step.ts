import { contextFor } from "../../lab/step-context.ts";
import type { Outcome } from "../../src/base/outcome.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { Acme, ShipTarget } from "../../src/plan/schema.ts";
import type { Applied, Step, StepContext } from "../../src/specialists/step.ts";

/** What a run would give a step that works on one ship and needs neither lease nor key. */
export function shipContext(machine: Machine, address: string, ship: ShipTarget, acme: Acme): StepContext {
  const host = { name: ship.host, address };
  const plan: StepContext["target"]["plan"] = {
    intent: "deploy",
    platform: "bare-metal",
    controls: [],
    compliance: [],
    regions: [],
    disasterRecovery: false,
    slo: { uptimePercent: null, responseMs: null },
    securityLevel: "standard",
    monitoringLevel: "none",
    monitor: null,
    runtime: { version: "4.5", vereSha256: null, pillSha256: null },
    hosts: [host],
    ships: [ship],
    acme,
  };
  const target = { plan, host, ship, shipsOnHost: [ship], phase: "one-step" };
  return contextFor({ run: "run-2", target, machine });
}

/** Applies as the engine does: again and again while it is pending. */
export async function applied(step: Step, context: StepContext): Promise<Outcome<Applied>> {
  for (;;) {
    const outcome = await step.apply(context);
    if (!outcome.ok || outcome.value.kind === "done") return outcome;
    await new Promise((later) => setTimeout(later, 500));
  }
}
