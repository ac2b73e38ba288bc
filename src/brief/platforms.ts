import type { Failure } from "../base/outcome.ts";
import { contradictory } from "./judge.ts";
import type { Finding, Reading } from "./reading.ts";
import type { Intent, Platform } from "./schema.ts";

/** Which of two platforms in one sentence the other one runs on: "k3s on my own VPS" is a cluster. */
const LAYER: Readonly<Record<string, number>> = { "bare-metal": 0, vps: 0, docker: 1, groundseg: 2, kubernetes: 3 };

export type PlatformRead =
  | { readonly platform: Platform | null; readonly undecided: boolean; readonly from: readonly Finding[] }
  | { readonly failure: Failure };

/** The one platform a sentence names. "X or Y" leaves it open; "from X to Y" means Y; a container layer outranks what it runs on. */
export function platformOf(reading: Reading, intent: Intent): PlatformRead {
  const all = reading.all("platform");
  const kept = all.filter((finding) => !(intent === "migrate" && comesFrom(reading, finding)));
  for (const [index, finding] of kept.entries()) {
    const before = kept[index - 1];
    if (before === undefined || finding.value === before.value) continue;
    const gap = reading.sentence.slice(before.end, finding.start);
    if (/^[\s,]*(?:or|vs\.?|versus|\/)\s*(?:(?:an?|the|on|maybe|perhaps)\s+)*$/i.test(gap))
      return { platform: null, undecided: true, from: kept };
  }
  const sorted = [...kept].sort((a, b) => rank(b) - rank(a));
  const top = sorted[0];
  if (top === undefined) return { platform: null, undecided: false, from: [] };
  const rival = sorted.find((finding) => rank(finding) === rank(top) && finding.value !== top.value);
  if (rival !== undefined) return { failure: contradictory(reading, "infrastructure", top, rival) };
  // GroundSeg is what runs containers here, whoever calls it docker.
  const platform = top.value === "docker" ? "groundseg" : (top.value as Platform);
  return { platform, undecided: false, from: kept.filter((finding) => finding.value === top.value) };
}

function rank(finding: Finding): number {
  return LAYER[String(finding.value)] ?? 0;
}

function comesFrom(reading: Reading, finding: Finding): boolean {
  const before = reading.sentence.slice(Math.max(0, finding.start - 24), finding.start);
  if (!/\bfrom\s+(?:(?:an?|my|the|our|its|their)\s+)?(?:\w+\s+)?$/i.test(before)) return false;
  reading.note("infrastructure", String(finding.value), "where they run now");
  return true;
}
