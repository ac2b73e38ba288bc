import type { Rule } from "../phrases.ts";
import { COMPLIANCE_WORDS } from "./compliance.ts";
import { ENVIRONMENT_WORDS } from "./environments.ts";
import { PEOPLE_WORDS } from "./people.ts";
import { OWNERSHIP, PLATFORM_WORDS } from "./platforms.ts";
import { UNDECIDED_WORDS } from "./undecided.ts";
import { VERBS } from "./verbs.ts";
import { WISH_WORDS } from "./wishes.ts";

/** Every phrase the reader knows. */
export const VOCABULARY: readonly Rule[] = [
  ...PLATFORM_WORDS,
  ...OWNERSHIP,
  ...ENVIRONMENT_WORDS,
  ...COMPLIANCE_WORDS,
  ...WISH_WORDS,
  ...UNDECIDED_WORDS,
  ...PEOPLE_WORDS,
  ...VERBS,
];
