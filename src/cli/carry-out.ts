import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../base/files.ts";
import { critical, fail, type Outcome, ok } from "../base/outcome.ts";
import { readPlacements, writePlacements } from "../machines/placements.ts";
import type { Plan } from "../plan/schema.ts";
import type { StartRequest } from "../run/commands.ts";
import type { Engine } from "../run/engine/client.ts";
import { type Home, runDirectory, unwritableHome } from "../run/home.ts";
import { storePlan } from "../run/plans.ts";
import type { Limits } from "../run/state.ts";
import { leaseKey } from "../urbit/lease.ts";
import { type Input, usage } from "./command.ts";
import { EXIT, failWith } from "./exit.ts";
import { follow, left } from "./follow.ts";
import { type Io, interruption } from "./io.ts";
import { mayLaunch } from "./launching.ts";
import { noteMonitor } from "./monitoring.ts";
import { printRest } from "./outcome.ts";
import { keepReasons, type Reasons } from "./plan-files.ts";
import { progressPrinter } from "./progress.ts";
import { newRunName } from "./runs.ts";
import { approver, NOBODY, readyEngine } from "./site.ts";

/** Asks for approval, starts the run, follows it and prints how it came to rest. What the plan was made from is kept with it. */
export async function carryOut(
  io: Io,
  home: Home,
  input: Input,
  plan: Plan,
  reasons: Reasons | null = null,
): Promise<number> {
  const json = input.flag("json");
  const allowed = await mayLaunch(home, plan);
  if (!allowed.ok) return failWith(io, allowed.failure, json);
  const limits = limitsFrom(input);
  if (!limits.ok) return failWith(io, limits.failure, json, EXIT.usage);
  const by = approver(input);
  const preapproved = await preapprovals(io, input, plan);
  if (!preapproved.ok) return failWith(io, preapproved.failure, json, EXIT.usage);
  if (preapproved.value === "no" || preapproved.value === "left") {
    io.out("\nNothing was started, and nothing was touched.\n");
    return preapproved.value === "no" ? EXIT.failed : EXIT.interrupted;
  }
  const engine = await readyEngine(io, home);
  if (!engine.ok) return failWith(io, engine.failure, json);
  const rehearsal = plan.hosts.every((host) => host.address === "twin");
  const elsewhere = await patiently(io, home, () => livesElsewhere(engine.value, plan, rehearsal));
  if (!elsewhere.ok) return failWith(io, elsewhere.failure, json);
  const prepared = await prepareRun(home, plan, rehearsal, reasons);
  if (!prepared.ok) return failWith(io, prepared.failure, json);
  const run = prepared.value;
  const interrupted = interruption(io);
  try {
    return await startAndFollow(
      io,
      home,
      input,
      plan,
      engine.value,
      {
        run,
        planHash: plan.hash,
        by,
        at: new Date().toISOString(),
        rehearsal,
        preapproved: preapproved.value,
        limits: limits.value,
      },
      interrupted.signal,
    );
  } finally {
    interrupted.release();
  }
}

async function startAndFollow(
  io: Io,
  home: Home,
  input: Input,
  plan: Plan,
  engine: Engine,
  request: StartRequest,
  stop: AbortSignal,
): Promise<number> {
  const json = input.flag("json");
  const { run } = request;
  const started = await patiently(io, home, () => engine.start(request));
  if (!started.ok) return failWith(io, started.failure, json);
  if (!json) io.out(`Run ${run}\n`);
  if (input.flag("detach")) {
    io.out(json ? `${JSON.stringify({ run, status: started.value.status })}\n` : `  follow it: slipway watch ${run}\n`);
    return started.value.status === "waiting" ? EXIT.waiting : EXIT.done;
  }
  const printer = progressPrinter(json ? { ...io, out: () => undefined } : io, plan);
  const rested = await follow(io, home, engine, run, printer, stop);
  printer.end();
  if (!rested.ok) return failWith(io, rested.failure, json);
  if (rested.value === null) return left(io, run);
  return printRest(io, home, rested.value, json);
}

/** What is wrong with the options themselves: said before anything is planned. */
export function slipOf(input: Input): Outcome<null> {
  const limits = limitsFrom(input);
  if (!limits.ok) return limits;
  return approver(input) === "" ? fail(NOBODY) : ok(null);
}

function limitsFrom(input: Input): Outcome<Partial<Limits>> {
  const parallel = input.number("parallel");
  if (!parallel.ok) return parallel;
  const gateHours = input.number("gate-hours");
  if (!gateHours.ok) return gateHours;
  for (const [name, value] of [
    ["parallel", parallel.value],
    ["gate-hours", gateHours.value],
  ] as const)
    if (value === 0) return usage(`--${name} takes a number above 0`, "leave it out for the default");
  return ok({
    ...(parallel.value === null ? {} : { parallel: parallel.value }),
    ...(gateHours.value === null ? {} : { gateHours: gateHours.value }),
  });
}

const PATIENCE = 3;

/** An engine that was killed under a question is started again and asked again: a run started twice is started once. */
async function patiently<T>(io: Io, home: Home, ask: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (answer.ok || answer.failure.kind !== "transient" || tries === PATIENCE) return answer;
    const ready = await readyEngine(io, home);
    if (!ready.ok) return ready;
  }
}

/** Keeps the plan, and gives the run a name and a directory nobody else has. */
async function prepareRun(
  home: Home,
  plan: Plan,
  rehearsal: boolean,
  reasons: Reasons | null,
): Promise<Outcome<string>> {
  try {
    await storePlan(home, plan);
    if (reasons !== null) await keepReasons(home, plan.hash, reasons);
    if (!rehearsal) await notePlacements(home, plan);
    if (!rehearsal && plan.monitor !== null) await noteMonitor(home, plan.monitor);
    for (;;) {
      const run = newRunName(new Date(), Math.random());
      const folder = runDirectory(home, run);
      if ((await mkdir(folder, { recursive: true, mode: 0o700 })) === undefined) continue;
      await writeFileAtomic(join(folder, "plan.json"), `${JSON.stringify(plan)}\n`);
      return ok(run);
    }
  } catch (error) {
    return unwritableHome(home, error as NodeJS.ErrnoException);
  }
}

/** Most ships asked for one by one before a launch; a larger fleet's are refused by their own steps. */
const ASKED = 200;

/** A ship that another host holds is refused before anything is touched. */
async function livesElsewhere(engine: Engine, plan: Plan, rehearsal: boolean): Promise<Outcome<null>> {
  for (const ship of plan.ships.slice(0, ASKED)) {
    const lease = await engine.lease(leaseKey(ship.name, rehearsal));
    if (!lease.ok) return lease;
    const { holder, token } = lease.value;
    if (holder === null || holder.host === ship.host) continue;
    return critical(
      "ship-runs-elsewhere",
      `${ship.name} runs on ${holder.host} (token ${token}, since ${holder.since}); it may not be launched on ${ship.host}`,
      `slipway lease explain ${ship.name}`,
      "two copies of one ship break its network identity for good",
    );
  }
  return ok(null);
}

/** Remembers where the ships go, so that the next plan gives their ports to nobody else. */
async function notePlacements(home: Home, plan: Plan): Promise<void> {
  const known = await readPlacements(home.placements);
  const placed = plan.ships.map(
    ({ name, host, amesPort, httpPort, fake, domain = known[name]?.domain }) =>
      [name, { host, amesPort, httpPort, fake, ...(domain === undefined ? {} : { domain }) }] as const,
  );
  await writePlacements(home.placements, { ...known, ...Object.fromEntries(placed) });
}

/** `--yes` or a yes at the terminal approves the plan's own gate; an irreversible one is approved by its name alone. */
async function preapprovals(io: Io, input: Input, plan: Plan): Promise<Outcome<readonly string[] | "no" | "left">> {
  const gates = plan.phases.flatMap((phase) => (phase.gate === null ? [] : [phase.gate]));
  const irreversible = gates.filter((gate) => gate.irreversible).map((gate) => gate.id);
  const named = input.list("approve-irreversible");
  const unknown = named.find((id) => !irreversible.includes(id));
  if (unknown !== undefined) {
    const there = irreversible.length === 0 ? "it has none" : `it has: ${irreversible.join(", ")}`;
    return usage(`the plan has no irreversible gate "${unknown}"; ${there}`, "look at it first: slipway plan …");
  }
  const first = gates.find((gate) => !gate.irreversible);
  if (first === undefined) return ok(named);
  const asked = input.flag("yes") ? "yes" : input.flag("json") ? null : await io.confirm("Carry out this plan?");
  if (asked === "no" || asked === "left") return ok(asked);
  return ok(asked === "yes" ? [first.id, ...named] : named);
}
