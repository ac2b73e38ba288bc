import { assume } from "./assume.ts";
import { type Decide, distance } from "./decider.ts";
import { isEmpty, valueAt, withValue } from "./fields.ts";
import type { Brief, Framework } from "./schema.ts";
import { FRAMEWORK } from "./sentence.ts";

/** The questions of the seed document. */
export const QUESTIONS = ["goal", "experience", "infrastructure", "compliance", "budget", "timeline"] as const;
export type QuestionId = (typeof QUESTIONS)[number];

/** One answer that can be chosen. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  /** What it gives the fields of the brief. */
  readonly sets: Readonly<Record<string, unknown>>;
}

export interface Question {
  readonly id: QuestionId;
  readonly text: string;
  /** Why it is asked of this brief. */
  readonly because: string;
  readonly choices: readonly Choice[];
  /** Taken when nobody answers: the value of a choice. */
  readonly usual: string;
  /** Several choices may hold at once. */
  readonly several: boolean;
  /** How much the answers change the decision; 0 for a question not worth asking. */
  readonly weight: number;
}

type Asked = Omit<Question, "because" | "weight"> & {
  /** The fields it fills; it is open while nobody spoke of any of them. */
  readonly fields: readonly string[];
};

/** "Not sure" leaves the fields as they are; of the platform it is what brings the advisor in. */
export const NOT_SURE = "not-sure";
const notSure = (sets: Choice["sets"] = {}): Choice => ({ value: NOT_SURE, label: "not sure", sets });

const ASKED: readonly Asked[] = [
  {
    id: "goal",
    text: "How many ships shall run?",
    fields: ["ships.count", "ships.names"],
    usual: "single",
    several: false,
    choices: [
      { value: "single", label: "a single ship", sets: { "ships.count": 1 } },
      { value: "small", label: "a small fleet (2 to 20 ships)", sets: { "ships.count": 8 } },
      {
        value: "enterprise",
        label: "an enterprise fleet (50 ships or more)",
        sets: { "ships.count": 50, enterprise: true },
      },
      notSure(),
    ],
  },
  {
    id: "experience",
    text: "How much do you know of running servers?",
    fields: ["experience"],
    usual: "intermediate",
    several: false,
    choices: [
      { value: "beginner", label: "beginner", sets: { experience: "beginner" } },
      { value: "intermediate", label: "intermediate", sets: { experience: "intermediate" } },
      { value: "expert", label: "expert", sets: { experience: "expert" } },
      notSure(),
    ],
  },
  {
    id: "infrastructure",
    text: "What shall they run on?",
    fields: ["infrastructure", "unsure", "selfHosted"],
    usual: NOT_SURE,
    several: false,
    choices: [
      { value: "bare-metal", label: "bare metal", sets: { infrastructure: "bare-metal" } },
      { value: "vps", label: "rented virtual servers (VPS)", sets: { infrastructure: "vps" } },
      { value: "groundseg", label: "containers (GroundSeg)", sets: { infrastructure: "groundseg" } },
      { value: "kubernetes", label: "Kubernetes", sets: { infrastructure: "kubernetes" } },
      notSure({ unsure: true }),
    ],
  },
  {
    id: "compliance",
    text: "Does a compliance framework apply?",
    fields: ["compliance"],
    usual: "none",
    several: true,
    choices: [
      ...(Object.entries(FRAMEWORK) as [Framework, string][]).map(([value, label]) => ({
        value,
        label,
        sets: { compliance: [value] },
      })),
      { value: "none", label: "none", sets: { compliance: [] } },
      notSure(),
    ],
  },
  {
    id: "budget",
    text: "What may it cost a month?",
    fields: ["budgetUsdPerMonth", "budgetBand"],
    usual: NOT_SURE,
    several: false,
    choices: [
      { value: "0-50", label: "up to $50", sets: { budgetUsdPerMonth: 50, budgetBand: { lowUsd: 0, highUsd: 50 } } },
      {
        value: "50-500",
        label: "$50 to $500",
        sets: { budgetUsdPerMonth: 500, budgetBand: { lowUsd: 50, highUsd: 500 } },
      },
      {
        value: "500+",
        label: "$500 or more",
        sets: { budgetUsdPerMonth: null, budgetBand: { lowUsd: 500, highUsd: null } },
      },
      notSure(),
    ],
  },
  {
    id: "timeline",
    text: "When must it be done?",
    fields: ["timelineDays", "deadline"],
    usual: NOT_SURE,
    several: false,
    choices: [
      { value: "immediate", label: "at once", sets: { timelineDays: 1 } },
      { value: "1-week", label: "within a week", sets: { timelineDays: 7 } },
      { value: "1-month", label: "within a month", sets: { timelineDays: 30 } },
      notSure(),
    ],
  },
];

/**
 * The questions still worth asking, the one that changes most first. Each open question's answers are decided one by
 * one; where they all come to the same decision the question is left out. `answered` were asked already.
 */
export function openQuestions(
  brief: Brief,
  decide: Decide,
  answered: ReadonlySet<QuestionId> = new Set(),
): readonly Question[] {
  if (brief.intent !== "deploy" && brief.intent !== "migrate") return [];
  return ASKED.filter((asked) => !answered.has(asked.id) && isOpen(brief, asked))
    .map((asked) => weighed(brief, decide, asked))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || QUESTIONS.indexOf(a.id) - QUESTIONS.indexOf(b.id));
}

/** A question by its name, whether or not it is open. */
export function choicesOf(id: QuestionId): readonly Choice[] {
  return ASKED.find((asked) => asked.id === id)?.choices ?? [];
}

/** Nobody spoke of its fields, even to say "none". */
function isOpen(brief: Brief, { fields }: Asked): boolean {
  const spoken = brief.sources.some(
    ({ field, from }) => from !== "default" && from !== "interpreter" && fields.includes(field),
  );
  return !spoken && fields.every((path) => isEmpty(valueAt(brief, path)));
}

function weighed(brief: Brief, decide: Decide, asked: Asked): Question {
  const { fields: _, ...question } = asked;
  const usual = asked.choices.find(({ value }) => value === asked.usual);
  const base = decide(assume(withChoice(brief, usual)));
  const changes = asked.choices
    .filter((choice) => choice !== usual && choice.value !== NOT_SURE)
    .map((choice) => ({ choice, verdict: decide(assume(withChoice(brief, choice))) }))
    .map(({ choice, verdict }) => ({ choice, verdict, by: distance(base, verdict) }));
  const weight = changes.reduce((sum, { by }) => sum + by, 0) / Math.max(1, changes.length);
  const most = changes.reduce(
    (best, change) => (change.by > best.by ? change : best),
    changes[0] ?? ({ by: 0 } as never),
  );
  return {
    ...question,
    weight: Math.round(weight * 1000) / 1000,
    because: weight === 0 ? "" : why(brief, asked, base, most),
  };
}

type Change = { readonly choice: Choice; readonly verdict: ReturnType<Decide> };

/** What hangs on the answer, said with the answer that changes most. */
function why(
  brief: Brief,
  { id, usual, choices }: Asked,
  base: ReturnType<Decide>,
  { choice, verdict }: Change,
): string {
  const hints = id === "compliance" ? brief.hints.map(({ because }) => because) : [];
  if (id === "infrastructure") return `without a wish it would be ${base.platform.choice}`;
  const expected = choices.find(({ value }) => value === usual)?.label ?? usual;
  return [...hints, `"${choice.label}" would mean ${effect(base, verdict)}, "${expected}" would not`].join("; ");
}

function effect(base: ReturnType<Decide>, other: ReturnType<Decide>): string {
  if (!other.feasible && base.feasible) return "that it cannot be had as asked";
  if (other.feasible && !base.feasible) return "that it can be had as asked";
  if (other.platform.choice !== base.platform.choice)
    return `${other.platform.choice} instead of ${base.platform.choice}`;
  if (other.security.level !== base.security.level)
    return `${other.security.level} security instead of ${base.security.level}`;
  if (other.monitoring.level !== base.monitoring.level)
    return `monitoring ${other.monitoring.level} instead of ${base.monitoring.level}`;
  if (other.platform.lead !== base.platform.lead) return `${other.platform.lead} in the lead`;
  return `about $${middle(other)} a month instead of $${middle(base)}`;
}

function middle({ cost }: ReturnType<Decide>): number {
  return Math.round(cost.monthlyUsd ?? (cost.lowUsd + cost.highUsd) / 2);
}

/** The brief as an answer would leave it. */
export function withChoice(brief: Brief, choice: Choice | undefined): Brief {
  return Object.entries(choice?.sets ?? {}).reduce((next, [path, value]) => withValue(next, path, value), brief);
}
