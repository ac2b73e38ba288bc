import { own } from "../numbers.ts";
import { compile, eachPhrase } from "../phrases.ts";
import type { Reading } from "../reading.ts";
import { PLACES, TOWNS } from "../vocabulary/places.ts";
import { VERBS } from "../vocabulary/verbs.ts";
import { WISHES } from "../vocabulary/wishes.ts";

let compiled: ReturnType<typeof compile> | null = null;

/** Fields a "no" turns into `false`; elsewhere a denied phrase is no statement at all. */
const YES_NO = new Set(["monitoring", "disasterRecovery", "autoscaling", "selfHosted", "fake"]);
/** A component going missing says nothing about the whole: "without PagerDuty" is not "no monitoring". */
const COMPONENT = /^(?:prometheus|grafana|pagerduty|dashboards?)$/;

/** Reads every closed vocabulary in one walk: environments, platforms, wishes, verbs; then places by name. */
export function readPhrases(reading: Reading): void {
  compiled ??= compile([...PLACES, ...WISHES, ...VERBS]);
  eachPhrase(reading, compiled, (says, from, to) => {
    const first = says[0]?.[0];
    if (first === "environments" && notAnEnvironment(reading, from, to)) return;
    const unsure = first === "unsure" || first === "budgetOpen" || first === "symptom";
    const negated = !unsure && reading.negated(from, to);
    for (const [field, value] of says) {
      if (!negated) reading.find(field, value, from, to);
      else if (field === "platform") reading.find("excluded", value, from, to);
      else if (field === "compliance") reading.find("notCompliance", value, from, to);
      else if (YES_NO.has(field) && value === true && !COMPONENT.test(reading.text(from)))
        reading.find(field, false, from, to);
    }
  });
  readRegions(reading);
}

/** "production-ready" and "app development" speak of something else. */
function notAnEnvironment(reading: Reading, from: number, to: number): boolean {
  const ready = reading.text(to) === "-" && /^(?:ready|grade|quality|only)$/.test(reading.text(to + 1));
  if (ready) reading.use(from, to + 2);
  return (
    ready ||
    (reading.text(from) === "development" &&
      /^(?:app|hoon|feature|software|nock|application)$/.test(reading.text(from - 1)))
  );
}

function readRegions(reading: Reading): void {
  for (let at = 0; at < reading.tokens.length; at++) {
    const region = reading.free(at) ? regionAt(reading, at) : null;
    if (region === null) continue;
    const field = reading.negated(at, region.to) ? "notRegion" : "regions";
    reading.find(field, region.name, at, region.to);
  }
}

function regionAt(reading: Reading, at: number): { name: string; to: number } | null {
  const text = reading.text(at);
  if (reading.tokens[at]?.kind === "region") return { name: text, to: at + 1 };
  const pair = `${text} ${reading.text(at + 1)}`;
  if (pair === "new york" || pair === "san francisco") return { name: `us-${pair.replace(" ", "-")}`, to: at + 2 };
  const town = own(TOWNS, text);
  if (town !== undefined) return { name: town, to: at + 1 };
  // "us" is a word of its own: only "in the US" names the place.
  const area = /^(?:eu|us|uk)$/.test(text) && /^(?:the|in|across|within)$/.test(reading.text(at - 1));
  return area ? { name: text, to: at + 1 } : null;
}
