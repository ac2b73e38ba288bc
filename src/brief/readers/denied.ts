import type { Reading } from "../reading.ts";

/** Fields a "no" turns into `false`; elsewhere a denied phrase is no statement at all, unless `DENIED` says what it is. */
export const YES_NO = new Set([
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
/** A component going missing says nothing about the whole: "without PagerDuty" is not "no monitoring". */
const COMPONENT = /^(?:prometheus|grafana|pagerduty|opsgenie|loki|dashboards?|on|page|paged|status)$/;

/** What a denied phrase says: "no monitoring", "without Kubernetes", "not on AWS". */
export function deny(reading: Reading, says: Readonly<Record<string, unknown>>, from: number, to: number): void {
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
