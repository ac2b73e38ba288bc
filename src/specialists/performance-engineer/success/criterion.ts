import type { Sighting } from "../../../machines/machine.ts";

export const GROUPS = ["Function", "Performance", "Security", "Operation", "Budget and time"] as const;

/** One of the seed's success criteria, held against what was seen. */
export interface Criterion {
  readonly id: string;
  readonly group: (typeof GROUPS)[number];
  readonly title: string;
  readonly wanted: string;
  /** Whether a plan that was carried out promised it; what nobody promised counts for nothing. */
  readonly promised: boolean;
  /** What was seen, in a line; "" where nothing was. */
  readonly measured: string;
  readonly verdict: "met" | "not met" | "not measured";
  /** Why it was not measured, or what the measurement leaves open; "" where there is nothing to say. */
  readonly because: string;
  readonly sighting: Sighting | null;
}

/** What is known of a criterion before anybody looks. */
export type Wanted = Pick<Criterion, "id" | "group" | "title" | "wanted" | "promised">;

export function unmeasured(wanted: Wanted, because: string, seen: Pick<Criterion, "measured" | "sighting"> = NOTHING) {
  return { ...wanted, ...seen, verdict: "not measured", because } as const satisfies Criterion;
}

export function judged(wanted: Wanted, met: boolean, measured: string, sighting: Sighting | null, because = "") {
  return { ...wanted, measured, verdict: met ? "met" : "not met", because, sighting } as const satisfies Criterion;
}

const NOTHING = { measured: "", sighting: null } as const;

/** Several sightings as one, each output under the command that gave it. Null where there is none. */
export function together(sightings: readonly Sighting[]): Sighting | null {
  const [first, ...rest] = sightings;
  if (first === undefined) return null;
  if (rest.length === 0) return first;
  const distinct = (parts: readonly string[]) => [...new Set(parts)];
  const commands = distinct(sightings.map(({ command }) => command));
  const failed = sightings.find(({ exit }) => exit !== 0);
  return {
    at:
      sightings
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? first.at,
    host: distinct(sightings.map(({ host }) => host)).join(", "),
    command: commands.length <= SHOWN ? commands.join("; ") : `${commands.slice(0, SHOWN).join("; ")}; …`,
    exit: failed === undefined ? 0 : failed.exit,
    raw: sightings.map(({ host, command, raw }) => `# ${host}: ${command}\n${raw.trimEnd()}\n`).join(""),
  };
}

const SHOWN = 4;
