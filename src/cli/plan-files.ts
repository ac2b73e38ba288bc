import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { writeFileAtomic } from "../base/files.ts";
import { type Outcome, ok } from "../base/outcome.ts";
import { type Brief, BriefSchema } from "../brief/schema.ts";
import { type Decision, DecisionSchema } from "../decide/schema.ts";
import type { Plan } from "../plan/schema.ts";
import { type Home, runDirectory } from "../run/home.ts";
import { usage } from "./command.ts";
import type { Io } from "./io.ts";
import { planFromFile } from "./launching.ts";
import { runNames } from "./runs.ts";

/** A plan with what it was made from, as far as that was kept. */
export interface PlanFile {
  readonly plan: Plan;
  readonly reasons: Reasons | null;
}

export interface Reasons {
  readonly brief: Brief;
  readonly decision: Decision;
}

/** Hex digits of a plan's hash from which a plan is looked for. */
const LEAST_HASH = 6;

/** A plan by its file (what `plan --json` printed, or the plan alone), by a run that has it, or by its hash. */
export async function openPlan(io: Io, home: Home, word: string): Promise<Outcome<PlanFile>> {
  const stored = await storedPlan(home, word);
  const file = stored ?? resolve(io.cwd, word);
  if (stored === null && (await textOf(file)) === null)
    return usage(
      `there is no plan ${word}: no file, run or plan hash of that name`,
      'make one with: slipway plan "…" --json > plan.json',
    );
  const plan = await planFromFile(io, file);
  if (!plan.ok) return plan;
  const reasons = (await reasonsOf(file)) ?? (await reasonsOf(reasonsFile(home, plan.value.hash)));
  return ok({ plan: plan.value, reasons });
}

/** Keeps a decision beside the plan it led to, so that a run can be explained later. */
export async function keepReasons(home: Home, hash: string, reasons: Reasons): Promise<void> {
  const { brief, decision } = reasons;
  await writeFileAtomic(reasonsFile(home, hash), `${JSON.stringify({ brief, decision })}\n`);
}

function reasonsFile(home: Home, hash: string): string {
  return join(home.plans, `${hash}.decision.json`);
}

/** The file of a run's plan, or of the one stored plan whose hash begins so; null when there is none. */
async function storedPlan(home: Home, word: string): Promise<string | null> {
  const runs = await runNames(home);
  const run = word === "last" ? runs[0] : runs.find((name) => name === word);
  if (run !== undefined) return join(runDirectory(home, run), "plan.json");
  if (word.length < LEAST_HASH || !/^[0-9a-f]+$/.test(word)) return null;
  const files = await readdir(home.plans).catch(() => []);
  const matching = files.filter((name) => name.startsWith(word) && /^[0-9a-f]{64}\.json$/.test(name));
  return matching.length === 1 ? join(home.plans, matching[0] ?? "") : null;
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, "utf8").catch(() => null);
}

/** The brief and decision a file holds, or null. */
export async function reasonsOf(file: string): Promise<Reasons | null> {
  try {
    const value = JSON.parse((await textOf(file)) ?? "null") as Partial<Record<keyof Reasons, unknown>> | null;
    const brief = BriefSchema.safeParse(value?.brief);
    const decision = DecisionSchema.safeParse(value?.decision);
    return brief.success && decision.success ? { brief: brief.data, decision: decision.data } : null;
  } catch {
    return null;
  }
}
