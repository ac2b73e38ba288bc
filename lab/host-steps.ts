import { productionPlan } from "../src/plan/maintenance.ts";
import type { Step, StepContext } from "../src/specialists/step.ts";
import type { Level } from "../src/specialists/urbit-deployment-specialist/hardening/control.ts";
import type { Counted } from "./counted.ts";
import { contextFor } from "./step-context.ts";

/** What a run would give a step of a host without ships, which needs neither lease nor key. */
export function hostContext(machine: StepContext["machine"], level: Level, run: string): StepContext {
  const { name } = machine;
  const host = { name, address: name };
  const site = { hosts: [host], runtime: { version: "4.5", vereSha256: null, pillSha256: null }, keys: {}, placed: {} };
  const plan = productionPlan(site, { securityLevel: level, monitoringLevel: "none", compliance: [] });
  return contextFor({ run, target: { plan, host, ship: null, shipsOnHost: [], phase: "security" }, machine });
}

/** Applies a step and looks, as the engine does, and gives its round trips. Throws where a check does not hold. */
export async function carriedOut(step: Step, { machine, taken }: Counted, level: Level, run: string) {
  taken();
  const context = hostContext(machine, level, run);
  const applied = await step.apply(context);
  if (!applied.ok) throw new Error(`${step.kind}: ${applied.failure.what} ${applied.failure.why ?? ""}`);
  if (applied.value.kind !== "done") throw new Error(`${step.kind} is still going on: ${applied.value.doing}`);
  const checks = await step.check(context);
  if (!checks.ok) throw new Error(`${step.kind}: ${checks.failure.what} ${checks.failure.why ?? ""}`);
  const missed = checks.value.filter(({ passed }) => !passed);
  if (missed.length > 0) throw new Error(`${step.kind}: ${missed.map((one) => `${one.check}: ${one.detail}`)}`);
  return { trips: taken(), unchanged: applied.value.unchanged };
}
