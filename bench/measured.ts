/** One claim, measured: `value` against `goal`, in the same unit. Ratios carry the unit "×". */
export interface Measured {
  readonly name: string;
  readonly value: number;
  readonly unit: "×" | "s" | "ms" | "MB" | "%" | "trips";
  readonly goal: { readonly most: number } | { readonly least: number } | null;
  /** What the value was made of: medians, rounds, sizes. */
  readonly detail: string;
}

export interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

type Work = () => Promise<unknown>;

/** Median milliseconds of two ways of doing a thing, run in turn, so that both see the same noise. One turn warms up. */
export async function pair(ours: Work, theirs: Work, rounds: number): Promise<Pair> {
  const times = { ours: [] as number[], theirs: [] as number[] };
  await ours();
  await theirs();
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await timed(ours));
    times.theirs.push(await timed(theirs));
  }
  return { ours: median(times.ours), theirs: median(times.theirs) };
}

/** Milliseconds. */
export async function timed(work: Work): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** How many times the other way's time ours takes. */
export function slower(name: string, { ours, theirs }: Pair, most: number, floor: string): Measured {
  return { name, value: ours / theirs, unit: "×", goal: { most }, detail: times(ours, theirs, floor) };
}

/** How many times faster we are than the other way. */
export function faster(name: string, { ours, theirs }: Pair, least: number | null, peer: string): Measured {
  const goal = least === null ? null : { least };
  return { name, value: theirs / ours, unit: "×", goal, detail: times(ours, theirs, peer) };
}

function times(ours: number, theirs: number, peer: string): string {
  return `ours ${ours.toFixed(0)} ms, ${peer} ${theirs.toFixed(0)} ms (medians)`;
}

export function holds({ value, goal }: Measured): boolean {
  if (goal === null) return true;
  return "most" in goal ? value <= goal.most : value >= goal.least;
}

/** One line: verdict, value, goal and, for what is no ratio, the share of the goal. */
export function line(item: Measured): string {
  const { name, value, unit, goal, detail } = item;
  const shown = `${value.toFixed(unit === "MB" || unit === "trips" ? 0 : 2)} ${unit}`;
  const wanted = goal === null ? "no goal" : "most" in goal ? `goal ≤ ${goal.most}` : `goal ≥ ${goal.least}`;
  const share = goal !== null && unit !== "×" && "most" in goal ? `, ${(value / goal.most).toFixed(2)} of it` : "";
  return `${goal === null ? " " : holds(item) ? "✓" : "✗"} ${name}: ${shown} (${wanted}${share})\n    ${detail}`;
}
