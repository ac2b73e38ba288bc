/** The closed vocabularies of a brief, apart from their schemas so that reading a word costs no schema library. */
export const INTENTS = ["deploy", "feature", "troubleshoot", "migrate", "optimize", "monitor"] as const;
export const ENVIRONMENTS = ["dev", "staging", "production"] as const;
export const PLATFORMS = ["bare-metal", "vps", "groundseg", "kubernetes"] as const;
export const FRAMEWORKS = ["hipaa", "gdpr", "soc2", "iso27001"] as const;
export const EXPERIENCE = ["beginner", "intermediate", "expert"] as const;
export const PRIORITIES = ["speed", "security", "cost"] as const;
export const HARDENING = ["basic", "standard", "strict"] as const;
export const KINDS = ["galaxy", "star", "planet", "moon", "comet"] as const;
/** Firms that rent machines, by the names their own pages use, lower case. */
export const PROVIDERS = [
  "aws",
  "gcp",
  "azure",
  "digitalocean",
  "hetzner",
  "linode",
  "vultr",
  "ovh",
  "oracle",
  "scaleway",
  "contabo",
  "netcup",
] as const;
/** What is wrong with ships, as their operators say it. */
export const SYMPTOMS = [
  "slow",
  "crashing",
  "unreachable",
  "stuck",
  "memory",
  "disk",
  "boot",
  "update",
  "key",
] as const;
/** Where a field's value came from, weakest first: a later one replaces an earlier one. */
export const ORIGINS = ["default", "interpreter", "sentence", "file", "answer", "flag"] as const;
