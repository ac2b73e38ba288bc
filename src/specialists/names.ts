import type { SpecialistName } from "../decide/schema.ts";

/** Specialists outside Slipway that a plan hands work to by name, with inputs and outputs: it cannot do that work itself. */
export const PARTNERS = [
  "hoon-development:feature-orchestrator",
  "hoon-development:debugging-specialist",
  "nock-development:optimization-specialist",
] as const;

export type Specialist = SpecialistName | (typeof PARTNERS)[number];
