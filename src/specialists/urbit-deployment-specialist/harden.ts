import { type Outcome, ok } from "../../base/outcome.ts";
import type { Answers, Convergence, ConvergeRequest, Seen } from "../../machines/machine.ts";
import { batchOf, check, done, hostOf } from "../lib.ts";
import type { Check, Step, StepContext } from "../step.ts";
import { converge } from "./baseline.ts";
import type { HostView } from "./hardening/control.ts";
import { controlsOf, questionsOf, wishOf } from "./hardening/controls.ts";

const CONVERGED = "a second look finds nothing to change";
const REVERT_SECONDS = 60;

/** What was seen of a host while its step is at work: a look is not repeated within one step. */
const VIEWS = new WeakMap<StepContext, HostView>();
/** The last convergence, when it changed nothing: as good as a look with fresh eyes, since it was one. */
const LOOKS = new WeakMap<StepContext, Seen<Convergence>>();

/** P9 of deploy-planet, setup-production: the host's controls by level, one reversible batch under the dead-man revert. */
export const harden: Step = {
  kind: "harden",
  specialist: "urbit-deployment-specialist",
  scope: "host",
  effect: () => "reversible",
  describe: (target) => {
    const controls = controlsOf(target.plan.securityLevel);
    return {
      purpose: `Harden ${hostOf(target).name}: ${target.plan.securityLevel} level`,
      inputs: [`facts of ${hostOf(target).name}`],
      outputs: [`hardening of ${hostOf(target).name}`],
      checks: [CONVERGED, ...controls.map(({ name }) => name)],
      commands: controls.map(({ name }) => `converge ${name}`),
      minutes: { low: 1, high: 10 },
    };
  },
  apply: async (context) => {
    const view = await viewOf(context);
    if (!view.ok) return view;
    const { adopted, notes } = wishOf(view.value);
    const converged = await converge(context.machine, requestFor(context, view.value, REVERT_SECONDS));
    if (!converged.ok) return converged;
    const { changed, records } = converged.value.value;
    if (changed === 0) LOOKS.set(context, converged.value);
    const what = changed === 0 ? "already as wished" : `${changed} of ${records.length} settings changed`;
    const text = `${context.machine.name} hardened to ${view.value.level}: ${what}`;
    return done(changed === 0, [text, ...adopted, ...notes], { changed, settings: records.length }, [
      converged.value.sighting,
    ]);
  },
  check: async (context) => {
    const view = await viewOf(context);
    if (!view.ok) return view;
    const known = LOOKS.get(context);
    const looked = known === undefined ? await look(context, view.value) : ok(known);
    if (!looked.ok) return looked;
    const { records, changed, failed, answers } = looked.value.value;
    const off = records.filter((record) => record.status !== "ok").map((record) => record.id);
    const detail = off.length === 0 ? `${records.length} settings as wished` : off.join(", ");
    return ok([
      check(CONVERGED, changed + failed === 0, detail, looked.value.sighting),
      ...proven(view.value, answers, looked.value),
    ]);
  },
  undo: async (context) => {
    const undone = await context.machine.undo(batchOf(context, "harden"));
    if (!undone.ok) return undone;
    const { failed, changed, records } = undone.value.value;
    const off = records.filter(({ status }) => status === "failed").map(({ id, why }) => `${id}: ${why}`);
    return ok({
      undone: failed === 0,
      detail: failed === 0 ? `${changed} change(s) taken back` : off.join("; "),
      checks: [check("every change was taken back", failed === 0, `${changed} taken back`, undone.value.sighting)],
    });
  },
};

async function viewOf(context: StepContext): Promise<Outcome<HostView>> {
  const known = VIEWS.get(context);
  if (known !== undefined) return ok(known);
  const { machine, target } = context;
  const level = target.plan.securityLevel;
  const surveyed = await machine.survey(questionsOf(level));
  if (!surveyed.ok) return surveyed;
  const view: HostView = { ...surveyed.value.value, level, ships: target.shipsOnHost };
  VIEWS.set(context, view);
  return ok(view);
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

function look(context: StepContext, view: HostView): Promise<Outcome<Seen<Convergence>>> {
  return context.machine.converge(requestFor(context, view, null));
}

/** One check per control, failing on the first proof that does not hold. The twin answers no question: there the model's own look stands. */
function proven(view: HostView, answers: Answers, { sighting }: Seen<Convergence>): readonly Check[] {
  return controlsOf(view.level).map((control) => {
    const proofs = control.proofs(view);
    const refuted = proofs.flatMap((proof) => {
      const answer = answers[proof.question.id];
      if (answer === undefined) return [`${proof.check}: not answered`];
      const why = answer.exit === null ? null : proof.refutes(answer);
      return why === null ? [] : [`${proof.check}: ${why}`];
    });
    const detail = refuted.length === 0 ? `${proofs.length} look(s)` : refuted.join("; ");
    return check(control.name, refuted.length === 0, detail, sighting);
  });
}
