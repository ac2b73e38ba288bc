import type { PlanStep } from "../schema.ts";

type Specialist = PlanStep["specialist"];

/** One colour for each specialist: a hue, at a lightness of its own on light and on dark paper. */
const HUES: Readonly<Record<Specialist, number>> = {
  "managed-hosting-advisor": 305,
  "urbit-deployment-specialist": 165,
  "vps-deployment-specialist": 235,
  "groundseg-operator": 250,
  "fleet-manager": 262,
  "performance-engineer": 70,
  "hoon-development:feature-orchestrator": 350,
  "hoon-development:debugging-specialist": 15,
  "nock-development:optimization-specialist": 205,
};

export function colourClass(specialist: Specialist): string {
  return `by-${specialist.replace(/[^a-z]+/g, "-")}`;
}

/** The colour of each specialist as a custom property of its class. */
export function paletteCss(specialists: readonly Specialist[], lightness: number, chroma: number): string {
  return specialists.map((name) => `.${colourClass(name)}{--hue:oklch(${lightness} ${chroma} ${HUES[name]})}`).join("");
}
