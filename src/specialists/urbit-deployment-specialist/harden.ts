import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import type { Answers, Convergence, ConvergeRequest, Seen } from "../../machines/machine.ts";
import { CONVERGED, couldNotBeSet, lookOf, takeBack } from "../batch.ts";
import { batchOf, check, done, hostOf } from "../lib.ts";
import type { Check, Step, StepContext, StepTarget } from "../step.ts";
import type { Control, HostView, Level } from "./hardening/control.ts";
import { controlsOf, questionsOf, wishOf } from "./hardening/controls.ts";

const REVERT_SECONDS = 60;

/** What a step has seen of its host and found out so far; one step does not look twice. */
interface Progress {
  readonly view: HostView;
  /** Controls whose package this host cannot get, with the reason. */
  readonly notSet: ReadonlyMap<Control, string>;
  /** What was seen after the last change. */
  readonly look: Seen<Convergence> | null;
}
const PROGRESS = new WeakMap<StepContext, Progress>();

/** A development environment beside others gets the basic level; hosts that also carry those get theirs. */
export function levelHere({ plan, phase, shipsOnHost }: StepTarget): Level {
  if (phase !== "dev" || plan.securityLevel === "basic") return plan.securityLevel;
  return shipsOnHost.some((ship) => ship.environment !== "dev") ? plan.securityLevel : "basic";
}

/** P9 of deploy-planet, setup-production: the host's controls by level, one reversible batch under the dead-man revert. */
export const harden: Step = {
  kind: "harden-host",
  specialist: (target) =>
    target.plan.platform === "vps" && levelHere(target) === "basic"
      ? "vps-deployment-specialist"
      : "urbit-deployment-specialist",
  scope: "host",
  topic: null,
  effect: () => "reversible",
  describe: (target) => {
    const { name } = hostOf(target);
    const controls = controlsOf(levelHere(target));
    return {
      purpose: `Security hardening of ${name}, ${levelHere(target)}`,
      inputs: [`baseline of ${name}`],
      outputs: [`hardening of ${name}`, "hardened platform"],
      checks: [CONVERGED, ...controls.map((control) => control.name)],
      commands: controls.map((control) => `converge ${control.name}`),
      minutes: { low: 1, high: 10 },
      risk: {
        level: "high",
        what: "a setting locks us out",
        answer: "the host reverts by itself unless a new connection confirms",
      },
    };
  },
  apply: async (context) => {
    const found = await progressOf(context);
    if (!found.ok) return found;
    const { view } = found.value;
    const { adopted, notes } = wishOf(view);
    const converged = await context.machine.converge(requestFor(context, view, REVERT_SECONDS));
    if (!converged.ok) return converged;
    const settled = judge(context, view, converged.value.value);
    if (!settled.ok) return settled;
    const notSet = settled.value;
    const { changed, records } = converged.value.value;
    PROGRESS.set(context, { view, notSet, look: lookOf(converged.value) });
    const what = changed === 0 ? "already as wished" : `${changed} of ${records.length} settings changed`;
    const text = `${context.machine.name} hardened to ${view.level}: ${what}`;
    const outputs = {
      changed,
      settings: records.length,
      notSet: [...notSet].map(([control, why]) => `security: ${control.name} on ${context.machine.name}: ${why}`),
    };
    return done(changed === 0, [text, ...adopted, ...notes], outputs, [converged.value.sighting]);
  },
  check: async (context) => {
    const found = await progressOf(context);
    if (!found.ok) return found;
    const { view, notSet, look } = found.value;
    const looked = look === null ? await context.machine.converge(requestFor(context, view, null)) : ok(look);
    if (!looked.ok) return looked;
    const { records, answers } = looked.value.value;
    const excused = new Set([...notSet.keys()].flatMap((control) => idsOf(control, view)));
    const off = records.filter(({ id, status }) => status !== "ok" && !excused.has(id)).map(({ id }) => id);
    const detail = off.length === 0 ? `${records.length} settings looked at` : off.join(", ");
    const set = controlsOf(view.level).filter((control) => !notSet.has(control));
    return ok([
      check(CONVERGED, off.length === 0, detail, looked.value.sighting),
      ...set.map((control) => proven(control, view, answers, looked.value)),
    ]);
  },
  undo: (context) => takeBack(context, "harden"),
};

async function progressOf(context: StepContext): Promise<Outcome<Progress>> {
  const known = PROGRESS.get(context);
  if (known !== undefined) return ok(known);
  const { machine, target } = context;
  const level = levelHere(target);
  const surveyed = await machine.survey(questionsOf(level));
  if (!surveyed.ok) return surveyed;
  const view: HostView = { ...surveyed.value.value, level, ships: target.shipsOnHost };
  const progress: Progress = { view, notSet: new Map(), look: null };
  PROGRESS.set(context, progress);
  return ok(progress);
}

function requestFor(context: StepContext, view: HostView, revertAfterSeconds: number | null): ConvergeRequest {
  const questions = controlsOf(view.level).flatMap((control) => control.proofs(view).map(({ question }) => question));
  return {
    batch: batchOf(context, "harden"),
    resources: wishOf(view).resources,
    dryRun: revertAfterSeconds === null,
    revertAfterSeconds,
    questions: [...new Map(questions.map((question) => [question.id, question])).values()],
  };
}

function idsOf(control: Control, view: HostView): readonly string[] {
  return control.wish(view).resources.map(({ id }) => id);
}

/**
 * What could not be set. A control that is not essential and whose package the host cannot get is left for the report to
 * say; under a framework, and for anything else that failed, the step stops.
 */
function judge(context: StepContext, view: HostView, { records }: Convergence): Outcome<ReadonlyMap<Control, string>> {
  const failed = new Map(records.filter(({ status }) => status === "failed").map((record) => [record.id, record]));
  const notSet = new Map<Control, string>();
  const stops = (control: Control) => control.essential || context.target.plan.compliance.length > 0;
  for (const control of controlsOf(view.level)) {
    const { notHere } = control.wish(view);
    if (notHere !== undefined) {
      if (stops(control)) return impossible(context, control, notHere);
      notSet.set(control, notHere);
      continue;
    }
    const off = idsOf(control, view).flatMap((id) => failed.get(id) ?? []);
    const missing = off.find(({ kind }) => kind === "package");
    if (missing === undefined || stops(control)) continue;
    notSet.set(control, `${missing.id} cannot be installed here`);
    for (const { id } of off) failed.delete(id);
  }
  if (failed.size === 0) return ok(notSet);
  return couldNotBeSet(context.machine, [...failed.values()]);
}

function impossible({ machine }: StepContext, control: Control, why: string): Outcome<never> {
  return configuration(
    "control-impossible",
    `${machine.name} cannot have ${control.name}: ${why}`,
    "put that right on the host, or choose another host or level",
  );
}

/** Fails on the proofs that do not hold. The twin answers no question: there the model's own look stands. */
function proven(control: Control, view: HostView, answers: Answers, { sighting }: Seen<Convergence>): Check {
  const proofs = control.proofs(view);
  const refuted = proofs.flatMap((proof) => {
    const answer = answers[proof.question.id];
    if (answer === undefined) return [`${proof.check}: not answered`];
    const why = answer.exit === null ? null : proof.refutes(answer);
    return why === null ? [] : [`${proof.check}: ${why}`];
  });
  const detail = refuted.length === 0 ? `${proofs.length} look(s)` : refuted.join("; ");
  return check(control.name, refuted.length === 0, detail, sighting);
}
