import { readdir } from "node:fs/promises";
import { type Failure, type Outcome, ok } from "../base/outcome.ts";
import { type Home, runDirectory } from "../run/home.ts";
import { usage } from "./command.ts";

/** Names of the site's runs, newest first (they begin with their time). */
export async function runNames(home: Home): Promise<readonly string[]> {
  try {
    const names = await readdir(home.runs);
    return names
      .filter((name) => RUN.test(name))
      .sort()
      .reverse();
  } catch {
    return [];
  }
}

const RUN = /^\d{8}-\d{6}-[0-9a-f]{4}$/;

/** A name that sorts by its time: to the second in digits, then the millisecond and one random digit, in hex. */
export function newRunName(now: Date, random: number): string {
  const stamp = now.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const millisecond = now.getUTCMilliseconds().toString(16).padStart(3, "0");
  return `${stamp}-${millisecond}${Math.floor(random * 16).toString(16)}`;
}

/** The run meant: by name, by any unmistakable beginning, or `last`. */
export async function runOf(home: Home, word: string | null): Promise<Outcome<string>> {
  const names = await runNames(home);
  if (names.length === 0) return usage("there is no run yet", 'slipway launch "…"');
  if (word === null || word === "last") return ok(names[0] ?? "");
  const matching = names.filter((name) => name.startsWith(word));
  if (matching.length === 1) return ok(matching[0] ?? "");
  if (matching.length === 0) return usage(`there is no run ${word}`, "slipway status");
  return usage(`${matching.length} runs begin with ${word}`, "give more of its name: slipway status");
}

/** A run with a directory that the engine knows nothing of: its launch was cut off before it began. */
export function unknownRun(home: Home, run: string): Failure {
  return {
    kind: "configuration",
    code: "no-such-run",
    what: `the engine knows no run ${run}`,
    next: `slipway report ${run} if it has evidence; else it never began, and ${runDirectory(home, run)} may be removed`,
  };
}
