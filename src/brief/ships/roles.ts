import type { Reading } from "../reading.ts";
import type { Environment } from "../schema.ts";

/** Where a count stands: its first token, the index after its number, and the index after its noun. */
export interface Place {
  readonly from: number;
  readonly numberEnd: number;
  readonly end: number;
}

/** What a number of ships is for: to deploy now, to make room for, on top of others, or what is there already. */
export type Role = "now" | "begin" | "later" | "more" | "existing" | "subset";

const GROWTH =
  /^(?:grow|growing|grows|expand|expanding|eventually|later|someday|forecast|ramp|ramping|expect|expecting|projected|future)$/;

export function roleOf(reading: Reading, { from, numberEnd, end }: Place): Role {
  const before = [1, 2, 3, 4].map((back) => reading.text(from - back));
  const stop = before.findIndex((text) => /^[.;,]$/.test(text));
  const near = stop < 0 ? before : before.slice(0, stop);
  if (near.some((text) => GROWTH.test(text)) || laterAfter(reading, end)) return "later";
  if (
    /^(?:more|additional|extra|further|new)$/.test(reading.text(numberEnd)) ||
    /^(?:another|additional)$/.test(near[0] ?? "")
  )
    return "more";
  if (near.some((text) => /^(?:already|currently|existing|have|got|ive|weve)$/.test(text))) return "existing";
  if (begins(reading, near, end)) return "begin";
  const part = reading.text(numberEnd) === "of" && /^(?:them|which|these|those)$/.test(reading.text(numberEnd + 1));
  return part || near[0] === "including" || near[0] === "which" ? "subset" : "now";
}

/** Marks the words that gave a count its role as read. */
export function readRole(reading: Reading, { from, end }: Place): void {
  for (let at = from - 4; at < end + 3; at++) {
    if (GROWTH.test(reading.text(at)) || ROLE_WORDS.test(reading.text(at))) reading.touch(at, at + 1);
  }
}

const ROLE_WORDS =
  /^(?:additional|extra|further|initially|grow|scale|scaling|expand|ramp|pilot|begin|beginning|existing|currently)$/;

/** "start with 2 ships", "2 ships to begin with", "2 ships now". */
function begins(reading: Reading, near: readonly string[], end: number): boolean {
  if (near.some((text) => /^(?:start|starting|begin|beginning|initially|pilot|first)$/.test(text))) return true;
  for (let at = end; at < end + 6; at++) {
    const text = reading.text(at);
    if (/^[.;,]$/.test(text)) return false;
    if (
      /^(?:now|initially|first|today)$/.test(text) ||
      (text === "to" && /^(?:start|begin)$/.test(reading.text(at + 1)))
    )
      return true;
  }
  return false;
}

function laterAfter(reading: Reading, end: number): boolean {
  const [first, second, third] = [0, 1, 2].map((on) => reading.text(end + on));
  return (
    /^(?:later|eventually|someday)$/.test(first ?? "") ||
    (first === "next" && second === "year") ||
    (first === "in" && third === "future") ||
    (first === "over" && second === "time") ||
    (first === "by" && second === "next" && third === "year") ||
    (first === "down" && third === "road")
  );
}

/** What a count is said of each of: "in each environment", "per region", "each" alone being of environments. */
export function eachAfter(reading: Reading, to: number): "environment" | "region" | null {
  for (let at = to; at < to + 4; at++) {
    const text = reading.text(at);
    if (/^[.;,]$/.test(text)) return null;
    if (!/^(?:each|every|per|apiece)$/.test(text)) continue;
    const of = reading.text(at + 1) === "of" ? at + 2 : at + 1;
    for (let next = of; next < of + 3; next++)
      if (/^(?:regions?|locations?|datacenters?|sites?)$/.test(reading.text(next))) return "region";
    return /^(?:environments?|env|envs|stage|of|in|for|,|\.|to|on|)$/.test(reading.text(at + 1)) ? "environment" : null;
  }
  return null;
}

export function environmentAt(reading: Reading, at: number): Environment | null {
  const value = reading.beginning("environments", at)?.value;
  return value === undefined || value === "all" ? null : (value as Environment);
}

/** The environment a count is of: among its adjectives, after it ("2 ships in staging"), or before it ("staging: 2 ships"). */
export function environmentOf(reading: Reading, { from, numberEnd, end }: Place): Environment | null {
  for (let at = numberEnd; at <= end; at++) {
    const inside = environmentAt(reading, at);
    if (inside !== null) return inside;
  }
  if (/^(?:in|for|to|on|at|into)$/.test(reading.text(end))) {
    const after = environmentAt(reading, skipArticle(reading, end + 1));
    if (after !== null) return after;
  }
  if (!/^(?::|=|gets|has|needs|with|-|–|—)$/.test(reading.text(from - 1))) return null;
  const before = reading.ending("environments", from - 1)?.value;
  return before === undefined || before === "all" ? null : (before as Environment);
}

export function skipArticle(reading: Reading, at: number): number {
  return /^(?:the|our|my|a)$/.test(reading.text(at)) ? at + 1 : at;
}
