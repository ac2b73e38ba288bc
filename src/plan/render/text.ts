import type { Phase, Plan } from "../schema.ts";
import {
  daysText,
  groupCost,
  groupMinutes,
  groupsOf,
  listText,
  type StepGroup,
  specialistsOf,
  subjectsOf,
  titleOf,
  verdictText,
} from "./words.ts";

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width?: number;
  readonly paint?: (style: "bold" | "dim" | "red" | "green" | "yellow" | "cyan", text: string) => string;
}

const WIDTH = 100;
const NARROWEST = 40;
/** More steps of a kind than this in one phase are shown as one. */
const EACH = 3;
/** Column the inner lines of a step hang at. */
const HANG = 11;

/** A plan for reading in a terminal: phases, their gates, each step with who does it, what it takes, makes and checks. */
export function planText(plan: Plan, options: TextOptions = {}): string {
  const width = Math.max(NARROWEST, options.width ?? WIDTH);
  const paint = options.paint ?? ((_, text) => text);
  const page = { width, paint };
  const { timeline } = plan;
  const late = timeline.verdict === "beyond" ? "red" : timeline.verdict === "uncertain" ? "yellow" : "green";
  const time = `${daysText(plan.days)}${timeline.verdict === "not asked" ? "" : `, ${verdictText(plan)}`}`;
  const took = timeline.dominatedBy.map(({ what, percent }) => `${what} ${percent} %`).join("; ");
  const head = [
    paint("bold", `Plan ${plan.hash.slice(0, 12)}: ${titleOf(plan)}`),
    ...hang(width, "  time", timeline.verdict === "not asked" ? time : paint(late, time)),
    ...hang(width, "  longest", took),
    ...hang(width, "  size", `${plan.complexity}: ${plan.phases.length} phases, ${stepsOf(plan)} steps`),
    ...hang(width, "  by", specialistsOf(plan).join(", ")),
  ];
  const phases = plan.phases.flatMap((phase, index) => ["", ...phaseLines(phase, index, page)]);
  const open =
    plan.notCovered.length === 0
      ? []
      : [
          "",
          paint("bold", "Decided, and not set by this version"),
          ...plan.notCovered.flatMap((item) => hang(width, "  ·", item, 4)),
        ];
  return `${[...head, ...phases, ...open].join("\n")}\n`;
}

type Page = Required<TextOptions>;

function phaseLines(phase: Phase, index: number, page: Page): string[] {
  const { width, paint } = page;
  const lines = [paint("bold", `Phase ${index + 1}: ${phase.name}`)];
  if (phase.gate !== null) {
    const { id, irreversible, shows } = phase.gate;
    const mark = paint(irreversible ? "red" : "yellow", irreversible ? "◆ cannot be undone" : "◆ approval");
    lines.push(...hang(width, "  ", `${mark} ${id}: ${shows}`, 4));
  }
  for (const group of groupsOf(phase))
    lines.push(...(group.steps.length > EACH ? [group] : alone(group)).flatMap((item) => groupLines(item, page)));
  return lines;
}

/** Each step of a small group as a group of its own. */
function alone({ kind, steps }: StepGroup): StepGroup[] {
  return steps.map((step) => ({ kind, first: step, steps: [step] }));
}

function groupLines(group: StepGroup, { width, paint }: Page): string[] {
  const { first, steps } = group;
  const many = steps.length > 1;
  const name = many ? `${steps.length} × ${group.kind} (${subjectsOf(group)})` : first.id;
  const effect = paint(first.effect === "irreversible" ? "red" : "dim", first.effect);
  const cost = groupCost(group);
  return [
    ...hang(width, `  ${paint("cyan", "•")}`, name, 4),
    ...hang(
      width,
      "    who",
      `${first.specialist}, ${effect}, ${groupMinutes(group)}${cost === "" ? "" : `, ${cost}`}`,
    ),
    ...hang(width, "    what", many ? `${first.purpose}, and so on` : first.purpose),
    ...hang(width, "    takes", listText(first.inputs)),
    ...hang(width, "    makes", listText(first.outputs)),
    ...hang(width, "    checks", first.checks.join("; ")),
    ...hang(width, "    risk", `${first.risk.level}: ${first.risk.what}; ${first.risk.answer}`),
  ];
}

function stepsOf(plan: Plan): number {
  return plan.phases.reduce((sum, phase) => sum + phase.steps.length, 0);
}

/** A label and its text, the text wrapped and hanging at one column. */
function hang(width: number, label: string, text: string, column = HANG): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(" ")) {
    const length = bare(word).length;
    if (used > 0 && column + used + 1 + length > width) {
      lines.push(line);
      [line, used] = ["", 0];
    }
    line = used === 0 ? word : `${line} ${word}`;
    used += (used === 0 ? 0 : 1) + length;
  }
  lines.push(line);
  const pad = " ".repeat(Math.max(1, column - bare(label).length));
  return lines.map((item, index) => (index === 0 ? `${label}${pad}${item}` : `${" ".repeat(column)}${item}`));
}

/** Text without its colours. */
function bare(text: string): string {
  return text.replace(/\u001b\[\d+m/g, "");
}
