import { compile, eachPhrase, type PhraseIndex } from "../phrases.ts";
import type { Reading } from "../reading.ts";
import type { Hint } from "../vocabulary/compliance.ts";
import { VOCABULARY } from "../vocabulary/vocabulary.ts";
import { deny, YES_NO } from "./denied.ts";
import { doubtful, onlyMentioned, suspect } from "./doubted.ts";

let compiled: PhraseIndex | null = null;

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
