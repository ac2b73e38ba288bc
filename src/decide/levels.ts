import type { Brief } from "../brief/schema.ts";
import type { Decision } from "./schema.ts";

type Level = Decision["security"]["level"];

const BASIC = [
  "firewall, inbound denied by default",
  "service user without login",
  "single writer per ship (lease)",
  "SSH hardening",
] as const;
const STANDARD = ["fail2ban", "automatic security updates", "unit sandbox"] as const;
const STRICT = [
  "LUKS encryption of the piers' volume",
  "mandatory access control",
  "audit logging",
  "compliance validation",
] as const;

const CONTROLS: Readonly<Record<Level, readonly string[]>> = {
  basic: BASIC,
  standard: [...BASIC, ...STANDARD],
  strict: [...BASIC, ...STANDARD, ...STRICT],
};
const ORDER = ["basic", "standard", "strict"] as const;

/** The seed's security rule; hardening asked for in words raises the level, never lowers it. */
export function securityOf(brief: Brief): Decision["security"] {
  const ruled: Level =
    brief.compliance.length > 0
      ? "strict"
      : brief.environments.includes("production")
        ? "standard"
        : brief.environments.includes("staging")
          ? "standard"
          : "basic";
  const asked: Level = brief.hardening ?? "basic";
  const level = ORDER.indexOf(asked) > ORDER.indexOf(ruled) ? asked : ruled;
  return { level, controls: [...CONTROLS[level]] };
}

const STANDARD_STACK = ["Prometheus", "Grafana", "basic alerts"] as const;
const FULL_STACK = ["Prometheus", "Grafana", "Loki", "PagerDuty", "SLO monitoring"] as const;

/** The seed's monitoring rule; a plain "no monitoring" is respected, "with monitoring" lifts development to standard. */
export function monitoringOf(brief: Brief, enterprise: boolean): Decision["monitoring"] {
  if (brief.monitoring === false) return { level: "none", components: [] };
  if (enterprise) return { level: "full", components: [...FULL_STACK] };
  if (brief.environments.includes("production") || brief.monitoring === true)
    return { level: "standard", components: [...STANDARD_STACK] };
  return { level: "none", components: [] };
}
