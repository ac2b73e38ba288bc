import { type Outcome, ok } from "../../../base/outcome.ts";
import type { Answer, Answers, Convergence, Facts, Question, Seen, Sighting } from "../../../machines/machine.ts";
import type { Resource } from "../../../machines/resources.ts";
import { CONVERGED, couldNotBeSet, failedOf, takenBack } from "../../batch.ts";
import { batchOf, check, done } from "../../lib.ts";
import type { Card, Check, Description, Step, StepContext } from "../../step.ts";

/** A host as a monitoring step sees it before it sets anything. */
export interface View {
  readonly facts: Facts;
  readonly answers: Answers;
}

/** What a step wants of its host, or why it cannot have it. */
export interface Wish {
  readonly resources: readonly Resource[];
  /** What a person should know, one line each. */
  readonly notes: readonly string[];
  /** What is decided and cannot be set here, with the reason: the report says so. */
  readonly notSet: readonly string[];
  /** Looks at other hosts that had to be prepared. */
  readonly sightings?: readonly Sighting[];
}

/** Something to see when it is set, asked with fresh eyes. */
export interface Proof {
  readonly check: string;
  readonly question: Question;
  /** Null when the answer shows it, else what is seen instead. */
  readonly refutes: (answer: Answer) => string | null;
}

/** A step that sets one host by a batch of resources and proves it by questions. */
export interface Setting extends Omit<Card, "effect" | "describe"> {
  readonly describe: Card["describe"];
  readonly effect?: Card["effect"];
  /** Names its batch. */
  readonly batch: string;
  /** Asked before it wishes. */
  readonly questions: readonly Question[];
  /** Debian packages without which the step leaves itself out, said in the report. */
  packages(view: View): readonly string[];
  wish(context: StepContext, view: View): Promise<Outcome<Wish>>;
  proofs(context: StepContext, view: View): readonly Proof[];
  /** What is left out when a package cannot be had. */
  readonly component: string;
  readonly revertAfterSeconds?: number;
  /** After the batch was taken back: what it left behind, and what was set on other hosts. */
  afterUndo?(context: StepContext): Promise<Outcome<null>>;
}

interface Progress {
  readonly view: View;
  readonly wish: Wish;
  readonly look: Seen<Convergence> | null;
}
const PROGRESS = new WeakMap<StepContext, Progress>();

/** The three verbs of a setting. */
export function settingStep(setting: Setting): Step {
  const batch = (context: StepContext) => batchOf(context, setting.batch);
  const converge = (
    context: StepContext,
    resources: readonly Resource[],
    dryRun: boolean,
    asked: readonly Question[],
  ) =>
    context.machine.converge({
      batch: batch(context),
      resources,
      dryRun,
      revertAfterSeconds: dryRun ? null : (setting.revertAfterSeconds ?? null),
      questions: asked,
    });
  const questions = (context: StepContext, view: View) => setting.proofs(context, view).map(({ question }) => question);

  return {
    ...setting,
    effect: setting.effect ?? (() => "reversible"),
    apply: async (context) => {
      const { machine } = context;
      const surveyed = await machine.survey(setting.questions);
      if (!surveyed.ok) return surveyed;
      const view = surveyed.value.value;
      const missing = await packagesMissing(
        setting,
        context,
        view,
        (resources) => converge(context, resources, false, []),
        () => machine.undo(batch(context)),
      );
      if (!missing.ok) return missing;
      const wished: Outcome<Wish> =
        missing.value.length > 0
          ? ok({ resources: [], notes: [], notSet: missing.value })
          : await setting.wish(context, view);
      if (!wished.ok) return wished;
      const { resources, notes, notSet, sightings = [] } = wished.value;
      if (resources.length === 0) {
        PROGRESS.set(context, { view, wish: wished.value, look: null });
        return done(true, [...notes, ...notSet.map((item) => `not set: ${item}`)], { notSet }, [
          surveyed.value.sighting,
        ]);
      }
      const converged = await converge(context, resources, false, questions(context, view));
      if (!converged.ok) return converged;
      const { changed, failed, records } = converged.value.value;
      if (failed > 0) return couldNotBeSet(machine, failedOf(converged.value.value));
      PROGRESS.set(context, { view, wish: wished.value, look: changed === 0 ? converged.value : null });
      const what = changed === 0 ? "already as wished" : `${changed} of ${records.length} settings changed`;
      const outputs = { changed, settings: records.length, notSet };
      const said = [`${setting.component} on ${machine.name}: ${what}`, ...notes];
      return done(changed === 0, said, outputs, [...sightings, converged.value.sighting]);
    },
    check: async (context) => {
      const known = PROGRESS.get(context);
      if (known === undefined) return ok([]);
      const { view, wish, look } = known;
      if (wish.resources.length === 0) return ok([]);
      const looked = look === null ? await converge(context, wish.resources, true, questions(context, view)) : ok(look);
      if (!looked.ok) return looked;
      const { records, answers } = looked.value.value;
      const off = records.filter(({ status }) => status !== "ok").map(({ id }) => id);
      const detail = off.length === 0 ? `${records.length} settings looked at` : off.join(", ");
      return ok([
        check(CONVERGED, off.length === 0, detail, looked.value.sighting),
        ...setting.proofs(context, view).map((proof) => proven(proof, answers, looked.value.sighting)),
      ]);
    },
    undo: async (context) => {
      const undone = await context.machine.undo(batch(context));
      if (!undone.ok) return undone;
      const after = await (setting.afterUndo?.(context) ?? Promise.resolve(ok(null)));
      if (!after.ok) return after;
      return ok(takenBack(undone.value));
    },
  };
}

/** Lines for the report where a package cannot be had here; empty where all of them are there now. */
async function packagesMissing(
  setting: Setting,
  { machine }: StepContext,
  view: View,
  converge: (resources: readonly Resource[]) => Promise<Outcome<Seen<Convergence>>>,
  undo: () => Promise<Outcome<unknown>>,
): Promise<Outcome<readonly string[]>> {
  const names = setting.packages(view);
  if (names.length === 0) return ok([]);
  const resources = names.map((name): Resource => ({ kind: "package", id: `package ${name}`, name }));
  const converged = await converge([...asides(names), ...resources]);
  if (!converged.ok) return converged;
  const off = failedOf(converged.value.value);
  if (off.some(({ kind }) => kind !== "package")) return couldNotBeSet(machine, off);
  if (off.length === 0) return ok([]);
  // What did come, and the note of what was tried, go again: a step that leaves itself out leaves nothing behind.
  const undone = await undo();
  if (!undone.ok) return undone;
  const which = off.map(({ id }) => id).join(", ");
  return ok([`${setting.component} on ${machine.name}: ${which} cannot be installed here`]);
}

/** Daemons' packages that start a unit of their own, open to the world. */
const DAEMONS: ReadonlySet<string> = new Set([
  "prometheus",
  "prometheus-alertmanager",
  "prometheus-blackbox-exporter",
  "prometheus-node-exporter",
]);

/**
 * Keeps a package's own unit down: Slipway's, on loopback, runs in its place. It is there before the package comes,
 * which would start its unit at once.
 */
export function asides(packages: readonly string[]): readonly Resource[] {
  return packages
    .filter((name) => DAEMONS.has(name))
    .map((name) => {
      const path = `/etc/systemd/system/${name}.service.d/50-slipway.conf`;
      return file(path, `# Written by Slipway.\n[Unit]\nConditionPathExists=!${path}\n`);
    });
}

export function file(path: string, content: string, mode = "0644"): Resource {
  return { kind: "file", id: `file ${path}`, path, owner: "root", group: "root", mode, content };
}

export function directory(path: string, mode = "0755", owner = "root"): Resource {
  return { kind: "directory", id: `directory ${path}`, path, owner, group: owner, mode };
}

export function running(name: string, content: string): Resource {
  return { kind: "unit", id: `unit ${name}`, name, content, enabled: true, active: true };
}

/** The answer's text, or `otherwise` where nothing was answered (the twin, a missing tool). */
export function said(answers: Answers, id: string, otherwise = ""): string {
  const answer = answers[id];
  return answer === undefined || answer.exit !== 0 ? otherwise : answer.text.trim();
}

/** The twin answers no question: there the model's own look stands. */
function proven(proof: Proof, answers: Answers, sighting: Sighting): Check {
  const answer = answers[proof.question.id];
  const why = answer === undefined ? "not answered" : answer.exit === null ? null : proof.refutes(answer);
  return check(proof.check, why === null, why ?? "seen", sighting);
}

/** A description without its usual parts. */
export function described(
  words: Pick<Description, "purpose" | "inputs" | "outputs" | "checks" | "commands">,
  [low, high]: readonly [number, number],
  [level, what, answer]: readonly [Description["risk"]["level"], string, string],
): Description {
  return { ...words, checks: [CONVERGED, ...words.checks], minutes: { low, high }, risk: { level, what, answer } };
}
