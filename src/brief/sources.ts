import type { Reading } from "./reading.ts";
import type { Brief } from "./schema.ts";

/** Helper fields and the brief's field they feed; those mapped to null are shown elsewhere, or only helped. */
const PUBLIC: Readonly<Record<string, string | null>> = {
  "ships.countWeak": "ships.count",
  "ships.name": "ships.names",
  "ships.badName": null,
  fake: "ships.fake",
  platform: "infrastructure",
  platformWeak: "infrastructure",
  verb: null,
  weakVerb: null,
  symptom: "symptoms",
  hint: "hints",
  notCompliance: "compliance",
  complianceNone: "compliance",
  notEnvironments: "environments",
  budget: "budgetUsdPerMonth",
  budgetFree: "budgetUsdPerMonth",
  budgetOpen: "budgetUsdPerMonth",
  timelineNow: "timelineDays",
  timelineWished: "timelineDays",
  timelineOpen: "timelineDays",
  deadlineOpen: null,
  experienceFirst: "experience",
  unsureWeak: "unsure",
  priorityWeak: "priority",
  noCloud: "selfHosted",
  aside: null,
};

/** Where each field's value stands in the sentence, in the order of the words. */
export function sourcesOf(reading: Reading): Brief["sources"] {
  const verb = [...reading.all("verb"), ...reading.all("symptom"), ...reading.all("weakVerb")][0];
  const spoken = reading.all("intent").length > 0 || verb === undefined ? [] : [{ ...verb, field: "intent" }];
  const seen = new Set<string>();
  return [...spoken, ...reading.findings()]
    .flatMap(({ field, start, end }) => {
      const name = field in PUBLIC ? (PUBLIC[field] ?? null) : field;
      return name === null ? [] : [{ field: name, from: "sentence" as const, start, end }];
    })
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.field < b.field ? -1 : 1))
    .filter(({ field, start, end }) => {
      const key = `${field} ${start} ${end}`;
      return !seen.has(key) && seen.add(key) !== undefined;
    });
}
