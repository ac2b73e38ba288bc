import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../base/files.ts";
import { configuration, critical, type Outcome, ok } from "../base/outcome.ts";
import { hashOf } from "../plan/compose.ts";
import type { Plan } from "../plan/schema.ts";
import { compileGraph } from "./graph.ts";
import { heldUp } from "./held-up.ts";
import type { Home } from "./home.ts";
import type { LoadedPlan } from "./workshop.ts";

/** Keeps a plan under its hash; plans are immutable, so keeping one twice is keeping it once. */
export async function storePlan(home: Home, plan: Plan): Promise<void> {
  await writeFileAtomic(planFile(home, plan.hash), `${JSON.stringify(plan)}\n`);
}

/** The plan of this hash; one that was edited since it was approved is refused. */
export async function readPlan(home: Home, hash: string): Promise<Outcome<Plan>> {
  const file = planFile(home, hash);
  const next = `put a copy back: plan.json of the run's directory, as ${file}`;
  let plan: Plan;
  try {
    plan = JSON.parse(await readFile(file, "utf8")) as Plan;
  } catch (error) {
    return configuration("plan-unreadable", `${file} cannot be read`, next, (error as Error).message);
  }
  if (plan.hash === hash && hashOf(plan) === hash) return ok(plan);
  return critical("plan-edited", `${file} was edited: it is not the plan that was approved`, next);
}

/** Plans by hash, each parsed once; the few most recent are kept. */
export function planCache(home: Home, kept = 4): (hash: string) => Promise<LoadedPlan> {
  const cache = new Map<string, Promise<LoadedPlan>>();
  return (hash) => {
    const known = cache.get(hash);
    if (known !== undefined) return known;
    const loading = readPlan(home, hash).then((plan) => {
      if (!plan.ok) throw heldUp(plan.failure);
      return { plan: plan.value, graph: compileGraph(plan.value) };
    });
    loading.catch(() => cache.delete(hash));
    cache.set(hash, loading);
    const oldest = cache.keys().next().value;
    if (cache.size > kept && oldest !== undefined) cache.delete(oldest);
    return loading;
  };
}

function planFile(home: Home, hash: string): string {
  return join(home.plans, `${hash}.json`);
}
