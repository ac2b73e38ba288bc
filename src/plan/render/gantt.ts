import { escapeHtml } from "../../base/markup.ts";
import { daysOf, type PhaseSchedule, schedule } from "../schedule.ts";
import type { Plan } from "../schema.ts";
import { colourClass } from "./palette.ts";
import { groupMinutes, groupsOf, nameOf, type StepGroup, spanText, subjectsOf } from "./words.ts";

const WIDTH = 1080;
const LEFT = 270;
const RIGHT = 76;
const TOP = 34;
const PHASE_ROW = 30;
const ROW = 21;
const BAR = 11;

interface Row {
  readonly y: number;
  readonly svg: string;
}

/** The plan in time, by its high estimate: phases, their steps by kind, gates, and the day that was asked for. An SVG element. */
export function ganttSvg(plan: Plan): string {
  const slow = schedule(plan.phases, "high");
  const total = Math.max(
    slow.at(-1)?.end ?? 0,
    plan.timeline.verdict === "not asked" ? 0 : Math.min(plan.timelineDays ?? 0, (slow.at(-1)?.end ?? 0) * 1.6),
    1 / 1440,
  );
  const x = (days: number) => LEFT + (Math.min(days, total) / total) * (WIDTH - LEFT - RIGHT);
  let y = TOP;
  const rows: Row[] = [];
  for (const [index, planned] of slow.entries()) {
    rows.push({ y, svg: phaseRow(planned, index, y, x) });
    y += PHASE_ROW;
    for (const group of groupsOf(planned.phase)) {
      rows.push({ y, svg: groupRow(group, planned, y, x) });
      y += ROW;
    }
  }
  const height = y + 8;
  const { step, unit } = ticksFor(total);
  const grid: string[] = [];
  for (let at = 0; at <= total + 1e-9; at += step) {
    const label =
      unit.name === "day" ? `day ${Math.round(at)}` : `${Math.round((at / unit.days) * 10) / 10} ${unit.name}`;
    grid.push(
      `<line class="grid" x1="${px(x(at))}" x2="${px(x(at))}" y1="${TOP - 6}" y2="${height}"/>`,
      `<text class="tick" x="${px(x(at))}" y="${TOP - 13}">${label}</text>`,
    );
  }
  return `<svg class="gantt" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="The plan in time">${grid.join("")}${deadline(plan, total, height, x)}${rows.map((row) => row.svg).join("")}</svg>`;
}

function phaseRow({ phase, start, end }: PhaseSchedule, index: number, y: number, x: (days: number) => number): string {
  const middle = y + PHASE_ROW / 2 + 4;
  const width = Math.max(3, x(end) - x(start));
  const gate =
    phase.gate === null
      ? ""
      : `<path class="gate${phase.gate.irreversible ? " final" : ""}" d="M${px(x(start))} ${middle - 7}l6 6-6 6-6-6z"><title>${escapeHtml(`gate ${phase.gate.id}: ${phase.gate.shows}`)}</title></path>`;
  return (
    `<text class="phase" x="0" y="${middle + 3}">${index + 1}  ${escapeHtml(phase.name)}</text>` +
    `<rect class="span" x="${px(x(start))}" y="${middle - 5}" width="${px(width)}" height="8" rx="4"/>${gate}` +
    `<text class="took" x="${px(Math.min(x(end) + 12, WIDTH - RIGHT + 14))}" y="${middle + 3}">${spanText(end - start)}</text>`
  );
}

/** One bar per kind: from where its first step begins to where its last ends; solid as far as the low estimate reaches. */
function groupRow(group: StepGroup, planned: PhaseSchedule, y: number, x: (days: number) => number): string {
  const members = planned.phase.steps.flatMap((step, at) =>
    step.action.kind === group.kind ? [planned.steps[at]] : [],
  );
  const start = Math.min(...members.map((span) => span?.start ?? 0));
  const end = Math.max(...members.map((span) => span?.end ?? 0));
  const high = Math.max(...group.steps.map((step) => daysOf(step, "high")));
  const low = Math.max(...group.steps.map((step) => daysOf(step, "low")));
  const width = Math.max(3, x(end) - x(start));
  const solid = Math.max(2, width * (high === 0 ? 1 : low / high));
  const middle = y + ROW / 2;
  const count = group.steps.length > 1 ? ` × ${group.steps.length}` : "";
  const about = [
    group.first.purpose,
    group.steps.length > 1 ? subjectsOf(group) : "",
    `${group.first.specialist}, ${groupMinutes(group)}${group.steps.length > 1 ? " each" : ""}`,
  ].filter((line) => line !== "");
  const final = group.first.effect === "irreversible" ? " final" : "";
  return (
    `<g class="${colourClass(group.first.specialist)}"><title>${escapeHtml(about.join("\n"))}</title>` +
    `<rect class="hit" x="0" y="${y}" width="${WIDTH}" height="${ROW}"/>` +
    `<text class="kind${final}" x="16" y="${px(middle + 4)}">${nameOf(group.kind)}${count}</text>` +
    `<rect class="bar soft" x="${px(x(start))}" y="${px(middle - BAR / 2)}" width="${px(width)}" height="${BAR}" rx="3"/>` +
    `<rect class="bar" x="${px(x(start))}" y="${px(middle - BAR / 2)}" width="${px(solid)}" height="${BAR}" rx="3"/></g>`
  );
}

/** The asked day as a line, as far as it lies on the paper. */
function deadline(
  { timelineDays, timeline }: Plan,
  total: number,
  height: number,
  x: (days: number) => number,
): string {
  if (timelineDays === null || timelineDays > total) return "";
  const late = timeline.verdict === "within" ? "" : " late";
  const at = px(x(timelineDays));
  return `<line class="deadline${late}" x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${height}"/><text class="deadline${late}" x="${at}" y="${TOP - 25}">asked: day ${timelineDays}</text>`;
}

const UNITS = [
  { name: "min", days: 1 / 1440, steps: [1, 2, 5, 10, 15, 30] },
  { name: "h", days: 1 / 24, steps: [1, 2, 4, 6, 12] },
  { name: "day", days: 1, steps: [1, 2, 5, 7, 14, 30, 60, 120, 365] },
] as const;

/** The smallest step between lines that leaves at most a dozen of them. */
function ticksFor(total: number) {
  for (const unit of UNITS) {
    for (const count of unit.steps) if (total / (count * unit.days) <= 12) return { step: count * unit.days, unit };
  }
  return { step: total / 10, unit: UNITS[2] };
}

/** A coordinate with as many digits as a screen can show. */
function px(value: number): number {
  return Math.round(value * 10) / 10;
}
