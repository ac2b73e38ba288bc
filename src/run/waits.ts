import { isOver, type RunState } from "./state.ts";

/** One thing a run waits for. */
export interface Wait {
  readonly for: string;
  /** What ends it: commands to type, or words where it ends by itself. */
  readonly ends: readonly string[];
  /** When it ends in any case, ISO 8601; null where there is no such time. */
  readonly until: string | null;
}

const BY_ITSELF = "by itself";

/** Everything the run waits for now. `blocked` is what keeps its handlers from going on, from the engine. */
export function waitsOf(state: RunState, blocked: string | null = null): readonly Wait[] {
  if (isOver(state.status)) return [];
  const held: Wait[] =
    blocked === null ? [] : [{ for: blocked, ends: ["by itself, once that has been put right"], until: null }];
  return [...held, ...ownWaits(state)];
}

function ownWaits(state: RunState): readonly Wait[] {
  const { run, status, gate, problem, wanted, doing, running } = state;
  const command = (text: string) => `slipway ${text.replace("RUN", run)}`;
  const atWork = `${running.length} step${running.length === 1 ? "" : "s"}`;
  if (status === "waiting" && gate !== null) {
    const ends = [`approve RUN ${gate.id}`, `reject RUN ${gate.id} --because "…"`];
    if (gate.kind === "fix") ends.push("rollback RUN", "cancel RUN");
    return [{ for: `${gate.id}: ${gate.shows}`, ends: ends.map(command), until: gate.expiresAt }];
  }
  if (status === "paused") return [{ for: "it is paused", ends: [command("resume RUN")], until: null }];
  if (status === "stopped") {
    const ends = (problem?.alternatives ?? []).map((choice) => choice.replace("RUN", run));
    return [{ for: `somebody's choice, at ${problem?.step ?? "a step"}`, ends, until: null }];
  }
  if (status === "rolling-back") return [{ for: `${atWork} to be undone`, ends: [BY_ITSELF], until: null }];
  const waits: Wait[] = Object.values(doing).map((text) => ({ for: text, ends: [BY_ITSELF], until: null }));
  if (wanted !== "run") {
    const ends = wanted === "pause" ? [BY_ITSELF, command("resume RUN")] : [BY_ITSELF];
    waits.unshift({ for: `${atWork} at work to end, before it ${THEN[wanted]}`, ends, until: null });
  }
  return waits;
}

const THEN = { pause: "pauses", cancel: "is cancelled", rollback: "is rolled back" } as const;
