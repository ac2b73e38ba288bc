import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../base/files.ts";
import type { Plan } from "../plan/schema.ts";
import { compileGraph } from "./graph.ts";
import type { Home } from "./home.ts";
import type { LoadedPlan } from "./workshop.ts";

/** Keeps a plan under its hash; plans are immutable, so keeping one twice is keeping it once. */
export async function storePlan(home: Home, plan: Plan): Promise<void> {
  await writeFileAtomic(planFile(home, plan.hash), `${JSON.stringify(plan)}\n`);
}

export async function readPlan(home: Home, hash: string): Promise<Plan> {
  return JSON.parse(await readFile(planFile(home, hash), "utf8")) as Plan;
}

/** Plans by hash, each parsed once; the few most recent are kept. */
export function planCache(home: Home, kept = 4): (hash: string) => Promise<LoadedPlan> {
  const cache = new Map<string, Promise<LoadedPlan>>();
  return (hash) => {
    const known = cache.get(hash);
    if (known !== undefined) return known;
    const loading = readPlan(home, hash).then((plan) => ({ plan, graph: compileGraph(plan) }));
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
