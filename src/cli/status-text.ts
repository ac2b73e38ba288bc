import { isOver, MARKS, type RunState } from "../run/state.ts";
import { type Io, paint } from "./io.ts";

/** A run in a few lines: how far it is, what it waits for, and what would end the wait. */
export function statusText(io: Pick<Io, "color">, state: RunState, blocked: string | null = null): string {
  const count = (letter: string) => state.marks.split("").filter((item) => item === letter).length;
  const done = count(MARKS.done) + count(MARKS.unchanged);
  const phase = isOver(state.status) ? "" : `, phase ${state.phase + 1}`;
  const lines = [
    `${paint(io, "bold", state.run)}  ${state.status}  ${done}/${state.marks.length} steps${phase}${state.rehearsal ? "  (rehearsal)" : ""}`,
  ];
  if (state.gate !== null) {
    lines.push(
      `  waits for ${state.gate.id}: ${state.gate.shows}`,
      `  until ${state.gate.expiresAt}; ends with: slipway approve ${state.run} ${state.gate.id}, or slipway reject ${state.run} --because "…"`,
    );
  }
  if (state.problem !== null) {
    const { failure, step, alternatives } = state.problem;
    lines.push(`  ${paint(io, "red", failure.kind)}: ${failure.what} [${failure.code}, at ${step}]`);
    if (failure.why) lines.push(`  why: ${failure.why}`);
    lines.push(`  next: ${failure.next}`);
    if (state.gate === null) lines.push(...alternatives.map((choice) => `  or: ${choice.replace("RUN", state.run)}`));
  }
  for (const [, doing] of Object.entries(state.doing).slice(0, 5)) lines.push(`  … ${doing}`);
  if (state.status === "paused") lines.push(`  paused; ends with: slipway resume ${state.run}`);
  if (blocked !== null) lines.push(`  ${paint(io, "red", "held up")}: ${blocked}`);
  return `${lines.join("\n")}\n`;
}

/** What `--json` says of a run: its state with the counts a script wants. */
export function statusJson(state: RunState, blocked: string | null) {
  const { head: _, ready, running, ...rest } = state;
  const count = (letters: string) => state.marks.split("").filter((item) => letters.includes(item)).length;
  return {
    ...rest,
    blocked,
    steps: {
      total: state.marks.length,
      done: count(MARKS.done + MARKS.unchanged),
      changed: count(MARKS.done),
      unchanged: count(MARKS.unchanged),
      failed: count(MARKS.failed),
      running: running.length,
      ready: ready.length,
      undone: count(MARKS.undone),
      kept: count(MARKS.kept),
    },
  };
}
