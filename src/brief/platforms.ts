import type { Failure } from "../base/outcome.ts";
import { contradictory } from "./judge.ts";
import type { Finding, Reading } from "./reading.ts";
import { repairs } from "./repair.ts";
import type { Brief, Intent, Platform, Provider } from "./schema.ts";

/** Which of two platforms in one sentence the other one runs on: "k3s on my own VPS" is a cluster. */
const LAYER: Readonly<Record<string, number>> = { "bare-metal": 0, vps: 0, docker: 1, groundseg: 2, kubernetes: 3 };

export interface PlatformRead {
  readonly platform: Platform | null;
  readonly provider: Provider | null;
  readonly undecided: boolean;
  /** "A VPS or my own server": owning one is part of what is open. */
  readonly ownUndecided: boolean;
  /** The machines of one's own are those the ships leave. */
  readonly ownLeft: boolean;
  readonly movesFrom: Brief["movesFrom"];
}

/** The one platform a sentence names. "X or Y" leaves it open; "from X to Y" means Y; a container layer outranks what it runs on. */
export function platformOf(reading: Reading, intent: Intent): PlatformRead | { readonly failure: Failure } {
  const named = standing(reading, "platform");
  const weak = standing(reading, "platformWeak");
  const firms = standing(reading, "provider");
  const left = (finding: Finding) => intent === "migrate" && comesFrom(reading, finding);
  const kept = named.filter((finding) => !left(finding));
  const movesFrom =
    intent === "migrate" ? whereNow(reading, [...named, ...weak].filter(left), firms.filter(left)) : null;
  const provider = one(firms.filter((finding) => !left(finding)));
  const owns = reading.all("selfHosted").filter(({ value }) => value === true);
  const stay = weak.filter((finding) => !left(finding));
  const compared = reading.all("unsure").length > 0 && new Set(kept.map(({ value }) => value)).size > 1;
  const open = compared
    ? kept
    : alternatives(reading, [...kept, ...stay, ...owns.map((own) => ({ ...own, value: "own" }))]);
  const base = {
    provider,
    undecided: false,
    ownUndecided: false,
    ownLeft: owns.length > 0 && owns.every(left),
    movesFrom,
  };
  if (open.length > 0)
    return {
      ...base,
      platform: null,
      provider: null,
      undecided: true,
      ownUndecided: owns.some((own) => open.some(({ from }) => from === own.from)),
    };
  const sorted = [...kept].sort((a, b) => rank(b) - rank(a));
  const top = sorted[0];
  if (top === undefined) return { platform: weakly(reading, stay, provider), ...base };
  const rival = sorted.find((finding) => rank(finding) === rank(top) && finding.value !== top.value);
  const winner = rival === undefined ? top : (byEnvironment(reading, top, rival) ?? preferred(reading, top, rival));
  if (winner === null && rival !== undefined)
    return { failure: contradictory(reading, "infrastructure", ...inOrder(top, rival)) };
  const value = (winner ?? top).value;
  // GroundSeg is what runs containers here, whoever calls it docker.
  if (value === "docker") reading.note("infrastructure", "groundseg", "containers are what GroundSeg runs");
  return { ...base, platform: value === "docker" ? "groundseg" : (value as Platform) };
}

function rank(finding: Finding): number {
  return LAYER[String(finding.value)] ?? 0;
}

/** Findings of a field in order, without those taken back by the next. */
function standing(reading: Reading, field: string): readonly Finding[] {
  const all = [...reading.all(field)].sort((a, b) => a.from - b.from);
  return all.filter((finding, index) => {
    const next = all[index + 1];
    return next === undefined || next.value === finding.value || !repairs(reading, finding.to, next.from);
  });
}

function one(firms: readonly Finding[]): Provider | null {
  const names = new Set(firms.map(({ value }) => value as Provider));
  return names.size === 1 ? ([...names][0] ?? null) : null;
}

/** A firm or a kind of machine suggests a platform; many ships, or auto-scaling, leave it to the decision. */
function weakly(reading: Reading, weak: readonly Finding[], provider: Provider | null): Platform | null {
  const kinds = new Set(weak.map(({ value }) => value as Platform));
  const own = reading.all("selfHosted").some(({ value }) => value === true);
  const kind = kinds.size === 1 ? [...kinds][0] : own ? "bare-metal" : undefined;
  if (kind === undefined || kinds.size === 0) return null;
  const excluded = reading.all("excluded").some(({ value }) => value === kind);
  const counts = [...reading.all("ships.count")].map(({ value }) => (value as { value: number }).value);
  const most = Math.max(0, ...counts);
  const large =
    most >= (kind === "vps" ? 21 : 5) || reading.all("autoscaling").length > 0 || reading.all("enterprise").length > 0;
  if (excluded || large) return null;
  const words = weak[0];
  if (words !== undefined)
    reading.note(
      "infrastructure",
      kind,
      `"${reading.slice(words.from, words.to)}" was taken as ${kind === "vps" ? "rented virtual servers" : "a machine of your own"}${provider === null ? "" : ` (${provider})`}`,
    );
  return kind;
}

/** "X or Y", "X vs Y": what is left open. */
function alternatives(reading: Reading, findings: readonly Finding[]): readonly Finding[] {
  const sorted = [...findings].sort((a, b) => a.from - b.from);
  return sorted.flatMap((finding, index) => {
    const before = sorted[index - 1];
    if (before === undefined || finding.value === before.value || finding.start - before.end > 40) return [];
    const gap = reading.sentence.slice(before.end, finding.start);
    const or =
      /^[\s,]*(?:or|vs\.?|versus|\/)\s*(?:(?:an?|the|on|maybe|perhaps|just|my|our|own|to|use|using|go|with|some)\s+)*$/i;
    return or.test(gap) ? [before, finding] : [];
  });
}

/** "dev on a VPS, production on bare metal": production decides, and the rest is said. */
function byEnvironment(reading: Reading, a: Finding, b: Finding): Finding | null {
  const place = (finding: Finding) =>
    reading
      .all("environments")
      .find(
        ({ from, to, value }) =>
          value !== "all" && Math.min(Math.abs(finding.from - to), Math.abs(from - finding.to)) <= 3,
      )?.value;
  const [ofA, ofB] = [place(a), place(b)];
  if (ofA === ofB || ofA === undefined || ofB === undefined) return null;
  const winner = ofA === "production" ? a : ofB === "production" ? b : null;
  const other = winner === a ? b : a;
  if (winner !== null)
    reading.note(
      "infrastructure",
      String(winner.value),
      `${String(winner === a ? ofB : ofA)} was wanted on ${String(other.value)}: one plan has one platform, production's`,
    );
  return winner;
}

/** "I'd prefer bare metal, but a VPS is OK": the one preferred, or the one the other may only stand in for. */
function preferred(reading: Reading, a: Finding, b: Finding): Finding | null {
  const wanted = (finding: Finding) =>
    /\b(?:prefer|preferably|ideally|rather|favou?r|hopefully)\b[^.;]{0,24}$/i.test(
      reading.sentence.slice(Math.max(0, finding.start - 36), finding.start),
    );
  const allowed = (finding: Finding) =>
    /^[^.;,]{0,12}\b(?:ok|okay|fine|acceptable|works?|will do|would do|if needed|if necessary|as a fallback|otherwise|too|also)\b/i.test(
      reading.sentence.slice(finding.end, finding.end + 36),
    );
  const [earlier, later] = inOrder(a, b);
  const stopgap =
    /\b(?:could (?:also )?live with|would (?:also )?(?:take|accept)|alternatively|or else|otherwise|failing that|if not|fallback)\b/i;
  if (stopgap.test(reading.sentence.slice(earlier.end, later.start)) && later.start - earlier.end < 60) {
    reading.note("infrastructure", String(earlier.value), `${String(later.value)} would do as well`);
    return earlier;
  }
  const first =
    [a, b].find((finding) => wanted(finding) && !wanted(finding === a ? b : a)) ??
    [a, b].find((finding) => allowed(finding === a ? b : a) && !allowed(finding));
  if (first === undefined) return null;
  reading.note("infrastructure", String(first.value), `${String((first === a ? b : a).value)} would do as well`);
  return first;
}

function inOrder(a: Finding, b: Finding): readonly [Finding, Finding] {
  return a.from <= b.from ? [a, b] : [b, a];
}

/** What stands after "from", "off", "out of", "currently on". */
function comesFrom(reading: Reading, finding: Finding): boolean {
  const before = reading.sentence.slice(Math.max(0, finding.start - 48), finding.start);
  const after = reading.sentence.slice(finding.end, finding.end + 24);
  if (
    /\b(?:from|off|off of|out of|away from|leaving|leave|quit|currently (?:on|in|at|hosted (?:on|at|with|by)|running (?:on|at|in))|now on|running on|runs on|live on|hosted (?:on|at|with|by)|(?:is|are|sits?|lives?) (?:currently )?(?:on|in|at))\s+(?:(?:an?|my|the|our|its|their|old|existing|current|this|that|some)\s+)*(?:\w+\s+)?$/i.test(
      before,
    )
  )
    return true;
  return /^\s*(?:->|→|=>)/.test(after) || /^\s+(?:right now|at the moment|today|currently|now)\b/i.test(after);
}

function whereNow(reading: Reading, places: readonly Finding[], firms: readonly Finding[]): Brief["movesFrom"] {
  const managed = reading.all("managed").some((finding) => finding.value === true && comesFrom(reading, finding));
  const place = places[0];
  const infrastructure =
    place === undefined ? null : place.value === "docker" ? "groundseg" : (place.value as Platform);
  const provider = one(firms);
  return infrastructure === null && provider === null && !managed ? null : { infrastructure, provider, managed };
}
