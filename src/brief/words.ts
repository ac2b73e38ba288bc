/** The closed vocabularies of a brief, apart from their schemas so that reading a word costs no schema library. */
export const INTENTS = ["deploy", "feature", "troubleshoot", "migrate", "optimize", "monitor"] as const;
export const ENVIRONMENTS = ["dev", "staging", "production"] as const;
export const PLATFORMS = ["bare-metal", "vps", "groundseg", "kubernetes"] as const;
export const FRAMEWORKS = ["hipaa", "gdpr", "soc2", "iso27001"] as const;
export const EXPERIENCE = ["beginner", "intermediate", "expert"] as const;
export const PRIORITIES = ["speed", "security", "cost"] as const;
