import type { PlanStep } from "../schema.ts";

type Specialist = PlanStep["specialist"];

/** One colour for each specialist: a hue, at a lightness of its own on light and on dark paper. */
const HUES: Readonly<Record<Specialist, number>> = {
  "managed-hosting-advisor": 260,
  "urbit-deployment-specialist": 12,
  "vps-deployment-specialist": 205,
  "groundseg-operator": 150,
  "fleet-manager": 225,
  "performance-engineer": 38,
  "hoon-development:feature-orchestrator": 320,
  "hoon-development:debugging-specialist": 340,
  "nock-development:optimization-specialist": 175,
};

export function colourClass(specialist: Specialist): string {
  return `by-${specialist.replace(/[^a-z]+/g, "-")}`;
}

/** The colour of each specialist as a custom property of its class. */
export function paletteCss(specialists: readonly Specialist[], lightness: number, chroma: number): string {
  return specialists.map((name) => `.${colourClass(name)}{--hue:oklch(${lightness} ${chroma} ${HUES[name]})}`).join("");
}
