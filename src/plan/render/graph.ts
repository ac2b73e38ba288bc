import { escapeHtml } from "../../base/markup.ts";
import type { Phase, Plan } from "../schema.ts";
import { colourClass } from "./palette.ts";
import { groupsOf, listText, nameOf, type StepGroup } from "./words.ts";

const WIDTH = 1080;
const LABEL = 164;
const NODE = { width: 166, height: 40, gapX: 18, gapY: 14 };
const BAND = { pad: 20, gap: 12 };

/** Height from which a line crosses other phases. */
const FAR = 130;
/** Letters of a phase's name that fit beside its steps. */
const LABEL_LETTERS = 16;

interface Node {
  readonly group: StepGroup;
  readonly x: number;
  readonly y: number;
}

interface Band {
  readonly phase: Phase;
  readonly index: number;
  readonly y: number;
  readonly height: number;
  readonly nodes: readonly Node[];
}

/** Who waits for whom: a band per phase, a box per kind of step, a line from what makes an input to what takes it. An SVG element. */
export function graphSvg(plan: Plan): string {
  const bands: Band[] = [];
  let y = 4;
  for (const [index, phase] of plan.phases.entries()) {
    const band = layBand(phase, index, y);
    bands.push(band);
    y += band.height + BAND.gap;
  }
  const owner = new Map<string, Node>();
  for (const band of bands) {
    for (const node of band.nodes) for (const step of node.group.steps) owner.set(step.id, node);
  }
  const drawn = bands.map(bandSvg).join("");
  const lines = bands.flatMap((band) => band.nodes.flatMap((node) => linesTo(node, owner, new Set(band.nodes))));
  const nodes = bands.flatMap((band) => band.nodes.map(nodeSvg)).join("");
  return `<svg class="graph" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="The steps and what they need of each other">${drawn}${lines.join("")}${nodes}</svg>`;
}

/** Columns by how many steps of the phase come before; more columns than fit go on in the next row. */
function layBand(phase: Phase, index: number, y: number): Band {
  const groups = groupsOf(phase);
  const kindOf = new Map(phase.steps.map((step) => [step.id, step.action.kind]));
  const depths = new Map<string, number>();
  for (const group of groups) {
    const before = group.steps.flatMap((step) => step.needs).map((need) => kindOf.get(need));
    const depth =
      Math.max(
        -1,
        ...before.map((kind) => (kind === undefined || kind === group.kind ? -1 : (depths.get(kind) ?? -1))),
      ) + 1;
    depths.set(group.kind, depth);
  }
  const perRow = Math.max(1, Math.floor((WIDTH - LABEL - 8 + NODE.gapX) / (NODE.width + NODE.gapX)));
  const deepest = Math.max(0, ...depths.values());
  const nodes: Node[] = [];
  let top = y + BAND.pad;
  for (let from = 0; from <= deepest; from += perRow) {
    let rows = 1;
    for (let depth = from; depth < from + perRow && depth <= deepest; depth++) {
      const column = groups.filter((group) => depths.get(group.kind) === depth);
      rows = Math.max(rows, column.length);
      for (const [row, group] of column.entries()) {
        nodes.push({
          group,
          x: LABEL + (depth - from) * (NODE.width + NODE.gapX),
          y: top + row * (NODE.height + NODE.gapY),
        });
      }
    }
    top += rows * (NODE.height + NODE.gapY);
  }
  const label = 44 + wrap(phase.name, LABEL_LETTERS).length * 16 + (phase.gate === null ? 0 : 18);
  return { phase, index, y, height: Math.max(label, top - NODE.gapY + BAND.pad - y), nodes };
}

function bandSvg({ phase, index, y, height }: Band): string {
  const words = wrap(phase.name, LABEL_LETTERS);
  const lines = words.map((line, at) => `<tspan x="18" dy="${at === 0 ? 0 : 16}">${escapeHtml(line)}</tspan>`).join("");
  const gate =
    phase.gate === null
      ? ""
      : `<g><title>${escapeHtml(phase.gate.shows)}</title><path class="gate${phase.gate.irreversible ? " final" : ""}" d="M24 ${y + 33 + words.length * 16}l6 6-6 6-6-6z"/><text class="gatename" x="36" y="${y + 43 + words.length * 16}">${escapeHtml(short(phase.gate.id, 17))}</text></g>`;
  return (
    `<rect class="band" x="0.5" y="${y}" width="${WIDTH - 1}" height="${height}" rx="10"/>` +
    `<text class="number" x="18" y="${y + 22}">PHASE ${index + 1}</text>` +
    `<text class="phase" x="18" y="${y + 40}">${lines}</text>${gate}`
  );
}

function nodeSvg({ group, x, y }: Node): string {
  const { first, steps, kind } = group;
  const badge = `× ${steps.length.toLocaleString("en-US")}`;
  const wide = 10 + badge.length * 6;
  const count =
    steps.length > 1
      ? `<rect class="badge" x="${x + NODE.width - wide - 6}" y="${y - 9}" width="${wide}" height="17" rx="8.5"/><text class="count" x="${x + NODE.width - 6 - wide / 2}" y="${y + 3.5}">${badge}</text>`
      : "";
  const about = [
    first.purpose,
    `takes ${listText(first.inputs)}`,
    `makes ${listText(first.outputs)}`,
    `checks ${first.checks.join("; ")}`,
  ];
  const behind =
    steps.length > 1
      ? `<rect class="node" x="${x + 3}" y="${y + 3}" width="${NODE.width}" height="${NODE.height}" rx="7"/>`
      : "";
  return (
    `<g class="${colourClass(first.specialist)}${first.effect === "irreversible" ? " final" : ""}"><title>${escapeHtml(about.join("\n"))}</title>${behind}` +
    `<rect class="node" x="${x}" y="${y}" width="${NODE.width}" height="${NODE.height}" rx="7"/>` +
    `<rect class="edge" x="${x}" y="${y}" width="4" height="${NODE.height}" rx="2"/>` +
    `<text class="kind" x="${x + 13}" y="${y + 17}">${escapeHtml(short(nameOf(kind), 24))}</text>` +
    `<text class="who" x="${x + 13}" y="${y + 31}">${escapeHtml(short(first.specialist.replace(/^.*:/, ""), 28))}</text>${count}</g>`
  );
}

/** Lines from the nodes that make this one's inputs; those from earlier phases are fainter. */
function linesTo(node: Node, owner: ReadonlyMap<string, Node>, here: ReadonlySet<Node>): string[] {
  const makers = new Set(node.group.steps.flatMap((step) => step.needs.flatMap((need) => owner.get(need) ?? [])));
  makers.delete(node);
  return [...makers].map((maker) => {
    const inside = here.has(maker) && maker.x < node.x;
    const [x1, y1] = inside
      ? [maker.x + NODE.width, maker.y + NODE.height / 2]
      : [maker.x + NODE.width / 2, maker.y + NODE.height];
    const [x2, y2] = inside ? [node.x, node.y + NODE.height / 2] : [node.x + NODE.width / 2, node.y];
    const bend = inside ? Math.max(14, (x2 - x1) / 2) : Math.max(16, (y2 - y1) / 2);
    const path = inside
      ? `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
      : `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
    const reach = here.has(maker) ? "" : y2 - y1 < FAR ? " far" : " farther";
    return `<path class="line${reach}" d="${path}"/>`;
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function short(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
