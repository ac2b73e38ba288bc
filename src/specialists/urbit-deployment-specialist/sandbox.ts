import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import type { Answers, Question, Seen } from "../../machines/machine.ts";
import type { ShipState } from "../../machines/ships.ts";
import { shipPaths } from "../../urbit/layout.ts";
import { converge, everyChange } from "../batch.ts";
import { batchOf, check, done, holdsLease, hostOf, pending, shipOf, specOf } from "../lib.ts";
import type { Applied, Step, StepContext } from "../step.ts";
import { levelHere } from "./harden.ts";
import { dropIn, dropInPath, type Group, leftOutOf, nextTrial } from "./hardening/sandbox.ts";

const LOADED = "the ship runs under its sandbox";
const ANSWERS = "the ship answers under it: control socket, login, a hi to itself";
const SCORE = "systemd's own look at the unit";
const POLL_MS = 500;
const SECOND_MS = 1_100;

/** Setup-production 8: the ship's unit is closed in as far as the ship runs with it, each group of directives tried on it. */
export const sandbox: Step = {
  kind: "sandbox",
  specialist: "urbit-deployment-specialist",
  scope: "ship",
  topic: null,
  applies: (target) => levelHere(target) !== "basic",
  effect: () => "reversible",
  describe: (target) => ({
    purpose: `Close in the unit of ${shipOf(target).name} (restarts the ship)`,
    inputs: [`proof of ${shipOf(target).name}`],
    // It restarts the ship: who wants to use it waits for this proof too.
    outputs: [`sandbox of ${shipOf(target).name}`, `proof of ${shipOf(target).name}`],
    checks: [LOADED, ANSWERS, SCORE],
    commands: [`systemctl edit urbit-${shipOf(target).name.replace("~", "")}`],
    minutes: { low: 1, high: 15 },
    risk: {
      level: "medium",
      what: "the ship does not run with a directive",
      answer: "groups of directives are tried one by one, what it does not run with is left out",
    },
  }),
  apply: async (context) => {
    const looked = await look(context);
    if (!looked.ok) return looked;
    const { state, answers } = looked.value;
    if (state.unit === "absent") return done(true, [`${shipOf(context.target).name} has no unit here`], {}, []);
    const leftOut = leftOutOf(answers.drop?.text ?? "");
    // A ship that somebody stopped stays stopped; one that this run started and that fell over is tried with less.
    const ours = state.fence?.run === context.run;
    if (state.unit !== "active" && !ours) return set(context, leftOut, false);
    if (answers.drop?.exit !== 0 || answers.stale?.text === "stale") return set(context, leftOut, true);
    if (state.unit === "active") {
      return state.live ? settled(context, leftOut, ours) : pending(POLL_MS, state.unitLog.at(-1) ?? "starting");
    }
    const next = nextTrial(leftOut);
    return next === null ? notStarting(context, state) : set(context, next, true);
  },
  check: async (context) => {
    const { machine, target } = context;
    const ship = shipOf(target);
    const looked = await look(context);
    if (!looked.ok) return looked;
    const { state, answers, seen } = looked.value;
    const modelled = answers.drop?.exit === null;
    const loaded = modelled || (answers.drop?.exit === 0 && answers.stale?.text !== "stale");
    const score = /exposure level.*?: ([0-9.]+)/.exec(answers.score?.text ?? "")?.[1];
    const checks = [
      check(LOADED, loaded, `${dropInPath(ship.name)}, unit ${state.unit}`, seen.sighting),
      check(SCORE, modelled || score !== undefined, `exposure ${score ?? "not modelled"} of 10`, seen.sighting),
    ];
    if (state.unit !== "active") return ok(checks);
    const life = await machine.ships.life(specOf(ship));
    if (!life.ok) return life;
    const http = await machine.ships.http(specOf(ship));
    if (!http.ok) return http;
    const hi = await machine.ships.hi(specOf(ship));
    if (!hi.ok) return hi;
    const answering = life.value.value.who === ship.name && http.value.value.loggedInAs === ship.name;
    return ok([...checks, check(ANSWERS, answering, `a hi in ${hi.value.value.ms} ms`, hi.value.sighting)]);
  },
  undo: async (context) => {
    const { machine } = context;
    const undone = await machine.undo(batchOf(context, batchName(context)));
    if (!undone.ok) return undone;
    const { failed, changed } = undone.value.value;
    // The running ship keeps its sandbox until its next start; nothing is stopped to take a protection away.
    const detail = `${changed} file(s) taken away; a running ship keeps its sandbox until its next start`;
    return ok({
      undone: failed === 0,
      detail,
      checks: [everyChange(undone.value.value, undone.value.sighting)],
    });
  },
};

const batchName = (context: StepContext) => `sandbox-${shipOf(context.target).name.slice(1)}`;

function questions(name: string): readonly Question[] {
  const { unit } = shipPaths(name);
  const path = dropInPath(name);
  return [
    { id: "drop", command: `cat ${path}` },
    {
      // A process older than the file runs without it.
      id: "stale",
      command: `started=$(systemctl show -p ActiveEnterTimestamp --value ${unit}); [ -z "$started" ] || [ "$(stat -c %Y ${path})" -lt "$(date -d "$started" +%s)" ] || echo stale`,
    },
    { id: "score", command: `systemd-analyze security --no-pager ${unit} | tail -n 1` },
  ];
}

interface Look {
  readonly state: ShipState;
  readonly answers: Answers;
  readonly seen: Seen<Answers>;
}

async function look({ machine, target }: StepContext): Promise<Outcome<Look>> {
  const ship = shipOf(target);
  const found = await machine.ships.inspect(specOf(ship));
  if (!found.ok) return found;
  const asked = await machine.ask(questions(ship.name));
  if (!asked.ok) return asked;
  return ok({ state: found.value.value, answers: asked.value.value, seen: asked.value });
}

/** Writes the drop-in and, under a new token, starts the ship with it. */
async function set(context: StepContext, leftOut: readonly Group[], restart: boolean): Promise<Outcome<Applied>> {
  const { machine, target } = context;
  const ship = shipOf(target);
  const request = {
    batch: batchOf(context, batchName(context)),
    resources: [dropIn(ship, leftOut)],
    dryRun: false,
    revertAfterSeconds: null,
  };
  const converged = await converge(machine, request);
  if (!converged.ok) return converged;
  if (machine.rehearsal || !restart) {
    const { changed } = converged.value.value;
    return done(changed === 0, [`${ship.name} is closed in from its next start on`], { leftOut }, [
      converged.value.sighting,
    ]);
  }
  // The file's time and the start's are compared in whole seconds: they must not share one.
  if (converged.value.value.changed > 0) await new Promise((later) => setTimeout(later, SECOND_MS));
  const fence = await context.acquire();
  if (!fence.ok) return fence;
  const raised = await machine.ships.fence(fence.value);
  if (!raised.ok) return raised;
  const stopped = await machine.ships.stop(specOf(ship), fence.value);
  if (!stopped.ok) return stopped;
  const started = await machine.ships.start(specOf(ship), fence.value);
  if (!started.ok) return started;
  const without = leftOut.length === 0 ? "with the whole sandbox" : `without ${leftOut.join(", ")}`;
  return pending(POLL_MS, `starting ${without}`);
}

async function settled(context: StepContext, leftOut: readonly Group[], ours: boolean): Promise<Outcome<Applied>> {
  const lease = await holdsLease(context);
  if (!lease.ok) return lease;
  const { name } = shipOf(context.target);
  const what = leftOut.length === 0 ? "all directives kept" : `left out: ${leftOut.join(", ")}`;
  return done(!ours, [`${name} runs closed in on ${hostOf(context.target).name} (${what})`], { leftOut }, []);
}

function notStarting(context: StepContext, state: ShipState) {
  const { name } = shipOf(context.target);
  return configuration(
    "ship-not-starting",
    `${name} does not start, not even without any sandbox`,
    `journalctl -u urbit-${name.slice(1)} on the host, put right what it says`,
    state.unitLog.slice(-5).join(" · "),
  );
}
