import { readdir } from "node:fs/promises";
import { type Outcome, ok } from "../base/outcome.ts";
import type { Home } from "../run/home.ts";
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

export function newRunName(now: Date, random: number): string {
  const stamp = now.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${stamp}-${Math.floor(random * 0x10000)
    .toString(16)
    .padStart(4, "0")}`;
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
