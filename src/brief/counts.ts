import type { Finding, Reading } from "./reading.ts";

/** A count as the ship reader finds it. */
export interface Count {
  readonly value: number;
  /** Singular: "ship", "planet", "moon" … */
  readonly noun: string;
  /** A named ship stands beside it with "and": the two add up. */
  readonly together: boolean;
}

const GENERIC = new Set(["ship", "pier", "urbit"]);

/** The number of ships a sentence asks for, null where it says none, or the two findings that disagree. */
export function countOf(
  reading: Reading,
  names: number,
): { readonly count: number | null } | { readonly clash: readonly [Finding, Finding] } {
  const strong = reading.all("ships.count");
  const found = strong.length > 0 ? strong : reading.all("ships.countWeak");
  const kinds = new Map<string, Finding>();
  for (const finding of found) {
    const noun = read(finding).noun;
    const key = GENERIC.has(noun) ? "ship" : noun;
    const same = kinds.get(key);
    if (same === undefined) kinds.set(key, finding);
    else if (read(same).value !== read(finding).value) return { clash: [same, finding] };
  }
  const whole = kinds.get("ship");
  const parts = [...kinds].filter(([kind]) => kind !== "ship").map(([, finding]) => finding);
  const sum = parts.reduce((total, finding) => total + read(finding).value, 0);
  const last = parts.at(-1);
  if (whole !== undefined && last !== undefined && read(whole).value !== sum) return { clash: [whole, last] };
  const first = whole ?? last;
  if (first === undefined) return { count: names > 0 ? names : null };
  const counted = whole === undefined ? sum : read(whole).value;
  const added = found.some((finding) => read(finding).together) ? names : 0;
  // "a ship called ~zod and ~bus": names outnumber an article.
  return { count: strong.length === 0 ? Math.max(counted + added, names) : counted + added };
}

function read(finding: Finding): Count {
  return finding.value as Count;
}
