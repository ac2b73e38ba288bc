import type { Failure } from "../base/outcome.ts";
import type { Finding, Reading } from "./reading.ts";
import { repairs } from "./repair.ts";
import type { Brief } from "./schema.ts";
import type { Count } from "./ships/counts.ts";

/** Most ships one plan holds. */
const MOST_SHIPS = 20_000;

function wrong(code: string, what: string, why: string, next: string): Failure {
  return { kind: "configuration", code, what, why, next };
}

/** What no plan can be made of: a name that is none, no ships or absurdly many, a day gone by, more than all of the time. */
export function absurd(reading: Reading): Failure | null {
  const name = reading.all("ships.badName")[0];
  if (name !== undefined) return name.value as Failure;
  for (const finding of reading.all("ships.count")) {
    const { value } = finding.value as Count;
    const failure = absurdCount(value, quote(reading, finding));
    if (failure !== null) return failure;
  }
  const day = reading.all("timelineDays").find(({ value }) => !((value as number) >= 1 && (value as number) < 36_500));
  if (day !== undefined)
    return wrong(
      "timeline",
      `${quote(reading, day)} leaves ${String(day.value)} days`,
      "a plan needs at least one day, and less than a century",
      "give a day still to come",
    );
  const uptime = reading
    .all("slo.uptimePercent")
    .find(({ value }) => (value as number) > 100 || (value as number) <= 0);
  if (uptime !== undefined)
    return wrong(
      "uptime",
      `${quote(reading, uptime)} is no uptime`,
      "uptime lies above 0 and at most at 100 percent",
      "say for example 99.9%",
    );
  return null;
}

export function absurdCount(value: number, said: string): Failure | null {
  if (Number.isInteger(value) && value >= 1 && value <= MOST_SHIPS) return null;
  const why =
    value > MOST_SHIPS
      ? `the most one plan holds is ${MOST_SHIPS}`
      : "a plan needs a whole number of ships, at least one";
  return wrong(
    "ship-count",
    `${said} cannot be deployed`,
    why,
    'say how many ships you want, for example: slipway plan "Deploy 3 ships"',
  );
}

/** What no plan can be made of in a brief put together from several voices; null when there is nothing. */
export function fault(brief: Brief): Failure | null {
  const { count, names } = brief.ships;
  if (count !== null) {
    const failure = absurdCount(count, `${count} ships`);
    if (failure !== null) return failure;
    if (count < names.length)
      return wrong(
        "contradiction",
        `${names.length} ships are named and ${count} counted`,
        "ships.count can have one value",
        "say which of the two you mean",
      );
  }
  const uptime = brief.slo.uptimePercent;
  if (uptime !== null && (uptime > 100 || uptime <= 0))
    return wrong(
      "uptime",
      `${uptime} is no uptime`,
      "uptime lies above 0 and at most at 100 percent",
      "say for example 99.9%",
    );
  const days = brief.timelineDays;
  if (days !== null && !(days >= 1 && days < 36_500))
    return wrong(
      "timeline",
      `${days} days are no timeline`,
      "a plan needs at least one day, and less than a century",
      "give a day still to come",
    );
  if (brief.infrastructure !== null && brief.excluded.includes(brief.infrastructure))
    return wrong(
      "contradiction",
      `${brief.infrastructure} is asked for and refused`,
      "infrastructure and excluded name the same platform",
      "say which of the two you mean",
    );
  return null;
}

/** Fields that can have one value only; two different ones in a sentence are a question back, not a guess. */
const SINGLE = [
  "monitoring",
  "disasterRecovery",
  "backups",
  "autoscaling",
  "selfHosted",
  "managed",
  "startram",
  "slo.uptimePercent",
  "slo.responseMs",
];

/** Two statements of one sentence that cannot both hold. What the later corrects is taken back first. */
export function contradiction(reading: Reading): Failure | null {
  for (const field of SINGLE) {
    const findings = corrected(reading, field);
    const first = findings[0];
    const other = findings.find((finding) => first !== undefined && finding.value !== first.value);
    if (first !== undefined && other !== undefined) return contradictory(reading, field, first, other);
  }
  return (
    denied(reading, "platform", "excluded", "infrastructure") ??
    denied(reading, "provider", "excludedProviders", "provider") ??
    denied(reading, "compliance", "notCompliance", "compliance") ??
    denied(reading, "regions", "excludedRegions", "regions")
  );
}

/** The findings of a field that stand: "with monitoring, no wait, without". */
export function corrected(reading: Reading, field: string): readonly Finding[] {
  const found = [...reading.all(field)].sort((a, b) => a.from - b.from);
  for (const [index, finding] of found.entries()) {
    const next = found[index + 1];
    if (next !== undefined && next.value !== finding.value && repairs(reading, finding.to, next.from))
      reading.forget(finding);
  }
  return reading.all(field);
}

function denied(reading: Reading, said: string, refused: string, field: string): Failure | null {
  for (const no of reading.all(refused)) {
    const yes = reading.all(said).find((finding) => finding.value === no.value);
    if (yes === undefined) continue;
    if (!repairs(reading, ...between(yes, no))) return contradictory(reading, field, no, yes);
    reading.forget(yes.from < no.from ? yes : no);
  }
  return null;
}

function between(a: Finding, b: Finding): readonly [from: number, to: number] {
  return a.from < b.from ? [a.to, b.from] : [b.to, a.from];
}

export function contradictory(reading: Reading, field: string, a: Finding, b: Finding): Failure {
  return wrong(
    "contradiction",
    `the sentence says both ${quote(reading, a)} and ${quote(reading, b)}`,
    `${field} can have one value`,
    "say which of the two you mean",
  );
}

/** The finding's own words, with the "no" before them where there is one, short enough for one line. */
function quote(reading: Reading, { start, end }: Finding): string {
  const denial = /\b(?:no|not|without|don['’]t)(?:\s+(?:any|an?|on|in|the|to|need|use|using|want|of))*\s+$/i.exec(
    reading.sentence.slice(Math.max(0, start - 24), start),
  );
  const text = reading.sentence.slice(denial === null ? start : start - denial[0].length, end).trim();
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}
