import { isOver, MARKS, type RunState } from "../run/state.ts";
import { type Wait, waitsOf } from "../run/waits.ts";
import { type Io, paint } from "./io.ts";

/** Waits shown one by one; a fleet's boots would hide the rest. */
const SHOWN = 5;

/** A run in a few lines: how far it is, what it waits for, and what would end the wait. */
export function statusText(io: Pick<Io, "color">, state: RunState, blocked: string | null = null): string {
  const { done, total } = counts(state);
  const phase = isOver(state.status) ? "" : `, phase ${state.phase + 1}`;
  const lines = [
    `${paint(io, "bold", state.run)}  ${state.status}  ${done}/${total} steps${phase}${state.rehearsal ? "  (rehearsal)" : ""}`,
  ];
  if (state.problem !== null) {
    const { failure, step } = state.problem;
    lines.push(`  ${paint(io, "red", failure.kind)}: ${failure.what} [${failure.code}, at ${step}]`);
    if (failure.why) lines.push(`  why: ${failure.why}`);
    lines.push(`  next: ${failure.next}`);
  }
  const waits = waitsOf(state, blocked);
  for (const wait of waits.slice(0, SHOWN)) lines.push(...waitLines(wait));
  if (waits.length > SHOWN) lines.push(`  and ${waits.length - SHOWN} more waits`);
  if (state.gate !== null) lines.push(`  the approval is for ${state.gate.hash.slice(0, 12)}`);
  return `${lines.join("\n")}\n`;
}

function waitLines({ for: what, ends, until }: Wait): string[] {
  const by = until === null ? "" : `, or at ${until}, when nobody did`;
  const [first = "", ...others] = ends;
  return [`  waits for ${what}`, `    ends with: ${first}${by}`, ...others.map((other) => `           or: ${other}`)];
}

/** What `--json` says of a run: its state with the counts a script wants, and its waits. */
export function statusJson(state: RunState, blocked: string | null) {
  const { head, ready: _ready, running: _running, ...rest } = state;
  return {
    ...rest,
    evidence: { records: head.seq, head: head.hash },
    blocked,
    waits: waitsOf(state, blocked),
    steps: counts(state),
  };
}

function counts({ marks, running, ready }: RunState) {
  const of = { total: marks.length, done: 0, changed: 0, unchanged: 0, failed: 0, undone: 0, kept: 0 };
  for (const letter of marks) {
    if (letter === MARKS.done) of.changed++;
    else if (letter === MARKS.unchanged) of.unchanged++;
    else if (letter === MARKS.failed) of.failed++;
    else if (letter === MARKS.undone) of.undone++;
    else if (letter === MARKS.kept) of.kept++;
  }
  return { ...of, done: of.changed + of.unchanged, running: running.length, ready: ready.length };
}
