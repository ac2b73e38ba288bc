import type { Brief, Platform } from "../brief/schema.ts";
import { CONTROLS, setterOf } from "./controls.ts";
import type { Decision } from "./schema.ts";

type Level = Decision["security"]["level"];

const ORDER = ["basic", "standard", "strict"] as const;

/** The seed's security rule: a framework is strict, production (and staging, its rehearsal) standard, development basic. Hardening asked for in words raises the level, never lowers it. */
export function securityLevel(brief: Brief): Level {
  const ruled: Level = brief.compliance.length > 0 ? "strict" : isSerious(brief) ? "standard" : "basic";
  const asked: Level = brief.hardening ?? "basic";
  return ORDER.indexOf(asked) > ORDER.indexOf(ruled) ? asked : ruled;
}

/** The level with its controls by name, and the step that sets each. */
export function securityOf(brief: Brief, platform: Platform): Decision["security"] {
  const level = securityLevel(brief);
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
