import type { Finding, Reading } from "./reading.ts";
import type { Brief } from "./schema.ts";
import type { Count } from "./ships/counts.ts";
import type { Ships } from "./ships/total.ts";

/** Helper fields and the brief's field they feed; those mapped to null are shown elsewhere, or only helped. */
const PUBLIC: Readonly<Record<string, string | null>> = {
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

/** A finding under the name of each field it feeds: a number of ships also says their kind, its range, what they grow to. */
function fieldsOf(finding: Finding, ships: Ships): readonly Finding[] {
  const as = (...fields: string[]) => fields.map((field) => ({ ...finding, field }));
  if (finding.field === "ships.name") {
    const parent = finding.value === ships.parent;
    const own = ships.names.includes(finding.value as string);
    return as(
      ...(own ? ["ships.names"] : []),
      ...(parent ? ["ships.parent"] : []),
      ...(own && ships.kind !== null ? ["ships.kind"] : []),
    );
  }
  if (finding.field !== "ships.count" && finding.field !== "ships.countWeak") return [finding];
  const count = finding.value as Count;
  if (count.value === ships.growTo) return as("ships.growTo");
  const kind = ships.kind !== null && count.kind === ships.kind;
  const [low, high] = [ships.low !== null && count.low !== null, ships.high !== null && count.high !== null];
  return as(
    "ships.count",
    ...(kind ? ["ships.kind"] : []),
    ...(low ? ["ships.low"] : []),
    ...(high ? ["ships.high"] : []),
  );
}

/** Where each field's value stands in the sentence, in the order of the words. */
export function sourcesOf(reading: Reading, ships: Ships): Brief["sources"] {
  const verb = [...reading.all("verb"), ...reading.all("symptom"), ...reading.all("weakVerb")][0];
  const spoken = reading.all("intent").length > 0 || verb === undefined ? [] : [{ ...verb, field: "intent" }];
  const seen = new Set<string>();
  return [...spoken, ...reading.findings().flatMap((finding) => fieldsOf(finding, ships))]
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
