import type { Brief, Platform } from "../brief/schema.ts";
import type { Decision, SpecialistName } from "./schema.ts";

type Level = Decision["security"]["level"];

const ORDER = ["basic", "standard", "strict"] as const;

/** The seed's security rule: a framework is strict, production (and staging, its rehearsal) standard, development basic. Hardening asked for in words raises the level, never lowers it. */
export function securityLevel(brief: Brief): Level {
  const ruled: Level = brief.compliance.length > 0 ? "strict" : isSerious(brief) ? "standard" : "basic";
  const asked: Level = brief.hardening ?? "basic";
  return ORDER.indexOf(asked) > ORDER.indexOf(ruled) ? asked : ruled;
}

/** The level (the rule's, or one that was chosen) with its controls by name, and the step that sets each. */
export function securityOf(brief: Brief, platform: Platform, level = securityLevel(brief)): Decision["security"] {
  const controls = CONTROLS.filter((control) => ORDER.indexOf(control.from) <= ORDER.indexOf(level));
  return {
    level,
    controls: controls.map(({ name }) => name),
    setBy: controls.map((control) => ({ control: control.name, ...setterOf(control, platform) })),
  };
}

const STANDARD_STACK = ["Prometheus", "Grafana", "basic alerts"] as const;
const FULL_STACK = ["Prometheus", "Grafana", "Loki", "PagerDuty", "SLO monitoring"] as const;

/** The seed's monitoring rule, staging set up as its first pattern does; a plain "no" is respected, asking for it lifts development. */
export function monitoringOf(brief: Brief): Decision["monitoring"] {
  if (brief.monitoring === false) return { level: "none", components: [] };
  if (isEnterprise(brief)) return { level: "full", components: [...FULL_STACK] };
  if (isSerious(brief) || brief.monitoring === true) return { level: "standard", components: [...STANDARD_STACK] };
  return { level: "none", components: [] };
}

/** Production, or staging, its rehearsal. */
export function isSerious({ environments }: Brief): boolean {
  return environments.includes("production") || environments.includes("staging");
}

/** An enterprise fleet, as the seed counts it: 50 ships or more, or called one. */
export function isEnterprise(brief: Brief): boolean {
  return brief.enterprise || countOf(brief) >= 50;
}

/** Ships asked for; one where nobody said. */
export function countOf(brief: Brief): number {
  return brief.ships.count ?? Math.max(1, brief.ships.names.length);
}

/** The brief for another number of ships; what described the old number is left out. */
export function withCount(brief: Brief, count: number): Brief {
  const ships = {
    ...brief.ships,
    count,
    names: brief.ships.names.slice(0, count),
    low: null,
    high: null,
    growTo: null,
    groups: [],
    spread: [],
  };
  return { ...brief, ships };
}

interface Setter {
  readonly specialist: SpecialistName;
  readonly step: string;
}

interface Control {
  readonly name: string;
  /** The lowest level it belongs to. */
  readonly from: Decision["security"]["level"];
  /** Kind of the step that sets it on hosts of one's own or rented, and on a platform that ships share. */
  readonly onHosts: string;
  readonly onShared: string;
}

/** The seed's lists by level (basic: firewall and SSH; standard: fail2ban, updates; strict: LUKS, MAC, audit, validation) and what every ship gets. */
const CONTROLS: readonly Control[] = [
  { name: "firewall, inbound denied by default", from: "basic", onHosts: "baseline", onShared: "harden-platform" },
  { name: "service user without login", from: "basic", onHosts: "baseline", onShared: "harden-platform" },
  { name: "single writer per ship (lease)", from: "basic", onHosts: "unit", onShared: "deploy-on-" },
  { name: "SSH hardening", from: "basic", onHosts: "harden-host", onShared: "harden-platform" },
  { name: "fail2ban", from: "standard", onHosts: "harden-host", onShared: "harden-platform" },
  { name: "automatic security updates", from: "standard", onHosts: "harden-host", onShared: "harden-platform" },
  { name: "unit sandbox", from: "standard", onHosts: "sandbox", onShared: "harden-platform" },
  {
    name: "LUKS encryption of the piers' volume",
    from: "strict",
    onHosts: "encrypt-piers",
    onShared: "encrypt-volumes",
  },
  { name: "mandatory access control", from: "strict", onHosts: "harden-host", onShared: "harden-platform" },
  { name: "audit logging", from: "strict", onHosts: "harden-host", onShared: "keep-audit-log" },
  { name: "compliance validation", from: "strict", onHosts: "validate-compliance", onShared: "validate-compliance" },
];

/** The step that sets a control on a platform. */
function setterOf(control: Control, platform: Platform): Setter {
  const hosts = platform === "bare-metal" || platform === "vps";
  const step = hosts ? control.onHosts : control.onShared;
  if (step === "deploy-on-")
    return {
      specialist: platform === "groundseg" ? "groundseg-operator" : "fleet-manager",
      step: `deploy-on-${platform}`,
    };
  return {
    specialist:
      platform === "vps" && control.from === "basic" ? "vps-deployment-specialist" : "urbit-deployment-specialist",
    step,
  };
}
