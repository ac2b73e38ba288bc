/** The closed vocabularies of a decision, apart from their schemas so that deciding costs no schema library. */

/** The specialists of the seed document; each is a folder under `specialists/` once it is built. */
export const SPECIALISTS = [
  "managed-hosting-advisor",
  "urbit-deployment-specialist",
  "vps-deployment-specialist",
  "groundseg-operator",
  "fleet-manager",
  "performance-engineer",
] as const;

/** What platforms are scored by; each between 0 and 1. */
export const CRITERIA = [
  "capacity",
  "cost",
  "isolation",
  "compliance",
  "skill",
  "recovery",
  "sovereignty",
  "time",
] as const;

/** What can be asked for and can conflict: the names in `conflicts`. */
export const REQUIREMENTS = [
  "count",
  "budget",
  "budget-once",
  "uptime",
  "response",
  "data-loss",
  "recovery-time",
  "timeline",
  "compliance",
  "platform",
  "exclusions",
  "provider",
  "regions",
  "ownership",
  "machines",
  "recovery",
  "backups",
  "autoscaling",
  "enterprise",
  "security",
  "experience",
  "startram",
  "managed",
] as const;
