import type { Plan } from "../plan/schema.ts";
import type { Home } from "../run/home.ts";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../base/files.ts";
import { runDirectory } from "../run/home.ts";
import { storePlan } from "../run/plans.ts";
import type { Input } from "./command.ts";
import { EXIT, failWith } from "./exit.ts";
import { follow } from "./follow.ts";
import type { Io } from "./io.ts";
import { mayLaunch } from "./launching.ts";
import { printRest } from "./outcome.ts";
import { progressPrinter } from "./progress.ts";
import { newRunName } from "./runs.ts";
import { approver, readyEngine } from "./site.ts";

/** Asks for approval, starts the run, follows it and prints how it came to rest. */
export async function carryOut(io: Io, home: Home, input: Input, plan: Plan): Promise<number> {
  const json = input.flag("json");
  const allowed = await mayLaunch(home, plan);
  if (!allowed.ok) return failWith(io, allowed.failure, json);
  const parallel = input.number("parallel");
  if (!parallel.ok) return failWith(io, parallel.failure, json, EXIT.usage);
  const by = approver(input);
  if (by === "") return failWith(io, { kind: "configuration", code: "approver-missing", what: "nobody is named as the approver", next: "--by NAME" }, json, EXIT.usage);
  const preapproved = await preapprovals(io, input, plan);
  const engine = await readyEngine(io, home);
  if (!engine.ok) return failWith(io, engine.failure, json);
  const run = newRunName(new Date(), Math.random());
  await storePlan(home, plan);
  const folder = runDirectory(home, run);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFileAtomic(join(folder, "plan.json"), `${JSON.stringify(plan)}\n`);
  const started = await engine.value.start({
    run,
    planHash: plan.hash,
    by,
    at: new Date().toISOString(),
    rehearsal: plan.hosts.every((host) => host.address === "twin"),
    preapproved,
    limits: parallel.value === null || parallel.value === 0 ? {} : { parallel: parallel.value },
  });
  if (!started.ok) return failWith(io, started.failure, json);
  if (!json) io.out(`Run ${run}\n`);
  if (input.flag("detach")) {
    io.out(json ? `${JSON.stringify({ run, status: started.value.status })}\n` : `  follow it: slipway watch ${run}\n`);
    return started.value.status === "waiting" ? EXIT.waiting : EXIT.done;
  }
  const printer = progressPrinter(json ? { ...io, out: () => undefined } : io, plan);
  const rested = await follow(io, home, engine.value, run, printer);
  printer.end();
  if (!rested.ok) return failWith(io, rested.failure, json);
  if (rested.value === null) {
    io.err(`\nthe run goes on without us; look again: slipway watch ${run}, stop it: slipway pause ${run}\n`);
    return EXIT.interrupted;
  }
  return printRest(io, home, rested.value, json);
}

/** `--yes` or a yes at the terminal approves the plan's own gate; an irreversible one is approved by its name alone. */
async function preapprovals(io: Io, input: Input, plan: Plan): Promise<readonly string[]> {
  const gates = plan.phases.flatMap((phase) => (phase.gate === null ? [] : [phase.gate]));
  const named = gates.filter((gate) => input.list("approve-irreversible").includes(gate.id)).map((gate) => gate.id);
  const first = gates.find((gate) => !gate.irreversible);
  if (first === undefined) return named;
  const agreed = input.flag("yes") || (!input.flag("json") && (await io.confirm("Carry out this plan?")) === true);
  return agreed ? [first.id, ...named] : named;
}
