import { compile, eachPhrase, type PhraseIndex, type Rule } from "../phrases.ts";
import type { Reading } from "../reading.ts";
import { ENVIRONMENT_WORDS } from "../vocabulary/environments.ts";
import { PEOPLE_WORDS } from "../vocabulary/people.ts";
import { OWNERSHIP, PLATFORM_WORDS } from "../vocabulary/platforms.ts";
import { VERBS } from "../vocabulary/verbs.ts";
import { COMPLIANCE_WORDS, type Hint, WISH_WORDS } from "../vocabulary/wishes.ts";

/** Every phrase the reader knows. */
export const VOCABULARY: readonly Rule[] = [
  ...PLATFORM_WORDS,
  ...OWNERSHIP,
  ...ENVIRONMENT_WORDS,
  ...COMPLIANCE_WORDS,
  ...WISH_WORDS,
  ...PEOPLE_WORDS,
  ...VERBS,
];

let compiled: PhraseIndex | null = null;

/** Fields a "no" turns into `false`; elsewhere a denied phrase is no statement at all, unless `DENIED` says what it is. */
const YES_NO = new Set([
  "monitoring",
  "disasterRecovery",
  "backups",
  "autoscaling",
  "selfHosted",
  "fake",
  "managed",
  "multiTenant",
  "startram",
]);
/** What a denied value of a field says instead. */
const DENIED: Readonly<Record<string, string>> = {
  platform: "excluded",
  provider: "excludedProviders",
  compliance: "notCompliance",
  environments: "notEnvironments",
};
/** Fields whose words hold their own "not". */
const OWN_NEGATION = new Set([
  "unsure",
  "unsureWeak",
  "aside",
  "budgetOpen",
  "budgetFree",
  "timelineOpen",
  "complianceNone",
  "experience",
]);
/** A component going missing says nothing about the whole: "without PagerDuty" is not "no monitoring". */
const COMPONENT = /^(?:prometheus|grafana|pagerduty|opsgenie|loki|dashboards?|on|page|paged|status)$/;
/** Words that make a demand doubtful: to be asked about, not taken as fact. */
const DOUBT =
  /^(?:might|may|maybe|possibly|potentially|perhaps|whether|if|someday|eventually|probably|could|do|does|future|unsure)$/;

/** Reads every closed vocabulary in one walk: environments, platforms, wishes, verbs. */
export function readPhrases(reading: Reading): void {
  compiled ??= compile(VOCABULARY);
  eachPhrase(reading, compiled, (says, from, to) => {
    const fields = Object.entries(says);
    const [first] = fields[0] ?? ["aside"];
    if (first === "environments" && notAnEnvironment(reading, from, to)) return;
    if (/^(?:platform|provider)/.test(first) && onlyMentioned(reading, from)) return reading.use(from, to);
    if (!OWN_NEGATION.has(first) && first !== "hint" && reading.negated(from, to)) return deny(reading, says, from, to);
    if (first === "compliance" && doubtful(reading, from))
      return suspect(reading, says.compliance as Hint["framework"], from, to);
    // What a verb takes along ("move my planet") still counts ships and names places.
    const verb = first === "verb" || first === "weakVerb" || first === "symptom";
    if (verb) reading.touch(from, to);
    for (const [field, value] of fields) reading.find(field, value, from, to, verb ? [] : undefined);
    if (YES_NO.has(first)) useYes(reading, to);
  });
  readTest(reading);
}

/** "test" beside other environments is one too. */
function readTest(reading: Reading): void {
  const beside = (at: number, step: 1 | -1): boolean => {
    for (let next = at + step; Math.abs(next - at) <= 4; next += step) {
      if (
        (step === 1 ? reading.beginning("environments", next) : reading.ending("environments", next + 1)) !== undefined
      )
        return true;
      if (reading.tokens[next]?.kind !== "mark" && !/^(?:and|or|then|to|the|plus)$/.test(reading.text(next)))
        return false;
    }
    return false;
  };
  for (const [at, token] of reading.tokens.entries())
    if (/^(?:test|testing)$/.test(token.text) && !reading.read(at) && (beside(at, 1) || beside(at, -1)))
      reading.find("environments", "dev", at, at + 1);
}

/** "monitoring: yes" says nothing more than "monitoring". */
function useYes(reading: Reading, to: number): void {
  const at = /^[:=]$/.test(reading.text(to)) ? to + 1 : to;
  if (/^(?:yes|true|required)$/.test(reading.text(at)) || (at > to && reading.text(at) === "on"))
    reading.use(at, at + 1);
}

function deny(reading: Reading, says: Readonly<Record<string, unknown>>, from: number, to: number): void {
  // "not on AWS" refuses the firm, not every VPS; "no EKS" refuses clusters.
  const refused = "provider" in says && says.platform !== "kubernetes" ? { provider: says.provider } : says;
  let told = false;
  for (const [field, value] of Object.entries(refused)) {
    const denied = DENIED[field];
    if (denied !== undefined && !(field === "provider" && says.platform === "kubernetes"))
      reading.find(denied, value, from, to);
    else if (YES_NO.has(field) && value === true && !COMPONENT.test(reading.text(from)))
      reading.find(field, false, from, to);
    else if (field === "platformWeak" && !("provider" in says))
      reading.find(says.selfHosted === true ? "aside" : "noCloud", true, from, to);
    else if (field === "fake" && value === false) reading.find("fake", true, from, to);
    else continue;
    told = true;
  }
  if (!told) reading.use(from, to);
}

const SKILL =
  /^(?:know|knows|understand|understands|experienced|familiar|expert|experts|comfortable|skilled|background|experience|learn|learning|certified|fluent|heard)$/;

/** "I don't know Kubernetes", "experts in AWS", "unsure whether GroundSeg is right": spoken of, not asked for. */
function onlyMentioned(reading: Reading, from: number): boolean {
  const before = reading.text(from - 1);
  if (SKILL.test(before) || (/^(?:with|in|of|about|on|at|much)$/.test(before) && SKILL.test(reading.text(from - 2))))
    return true;
  if (questioned(reading, from)) return true;
  const doubt = [1, 2, 3].some((back) => reading.text(from - back) === "whether");
  return doubt && reading.all("unsure").length > 0;
}

/** "Is Kubernetes overkill?", "Do I need a VPS?", "Should we use GroundSeg?": asked, not asked for. */
function questioned(reading: Reading, from: number): boolean {
  let start = from;
  while (start > 0 && start > from - 8 && !/^[.;!?]$/.test(reading.text(start - 1))) start--;
  const reach = /^(?:should|shall)$/.test(reading.text(start))
    ? 8
    : /^(?:is|are|do|does|would)$/.test(reading.text(start))
      ? 4
      : 0;
  if (from - start > reach || reach === 0 || /^(?:it|you|there)$/.test(reading.text(start + 1))) return false;
  for (let at = from; at < from + 24; at++) {
    if (/^[.;!]?$/.test(reading.text(at))) return false;
    if (reading.text(at) === "?") {
      reading.find("unsure", true, start, start + 1);
      return true;
    }
  }
  return false;
}

function suspect(reading: Reading, framework: Hint["framework"], from: number, to: number): void {
  reading.find(
    "hint",
    { framework, because: `"${reading.slice(from, to)}" was spoken of in doubt` } satisfies Hint,
    from,
    to,
  );
}

/** "might need HIPAA", "not sure if HIPAA applies", "do we need GDPR?" */
function doubtful(reading: Reading, from: number): boolean {
  for (let at = from - 1; at >= 0 && at >= from - 5; at--) {
    const text = reading.text(at);
    if (/^[.;:,!]$/.test(text)) return false;
    if (DOUBT.test(text))
      return !/^(?:do|does|could)$/.test(text) || /^(?:we|i|it|they|this|that)$/.test(reading.text(at + 1));
  }
  return false;
}

/** "production-ready" and "app development" speak of something else. */
function notAnEnvironment(reading: Reading, from: number, to: number): boolean {
  const next = reading.text(to) === "-" ? to + 1 : to;
  const ready = next > to && /^(?:ready|grade|quality|only)$/.test(reading.text(next));
  if (ready) reading.use(from, next + 1);
  const craft =
    /^(?:development|dev)$/.test(reading.text(from)) &&
    /^(?:app|hoon|feature|software|nock|application|web|core)$/.test(reading.text(from - 1));
  const people =
    /^(?:dev|development)$/.test(reading.text(from)) &&
    /^(?:team|teams|shop|company|machine|laptop|time|work|cycle|background)$/.test(reading.text(to));
  const step =
    reading.text(from) === "stage" && /^(?:this|that|next|first|one|early|late|each)$/.test(reading.text(from - 1));
  return ready || craft || people || step;
}
