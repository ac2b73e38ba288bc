import { type Rule, rule } from "../phrases.ts";

const ENV = "environment(s)|env|envs";

/** Environments by any common name. */
export const ENVIRONMENT_WORDS: readonly Rule[] = [
  rule(
    { environments: "dev" },
    "dev",
    "development",
    `test|testing|sandbox|local|play ${ENV}|server(s)`,
    `dev|development|sandbox ${ENV}|stage`,
  ),
  rule(
    { environments: "dev" },
    "sandbox|playground",
    "for test|testing|tests|experiments|experimenting|playing|tinkering",
    "dev|development and? test",
    "local development",
  ),
  rule(
    { environments: "staging" },
    "staging",
    "stage",
    "pre prod|production",
    "preprod|preproduction",
    "uat",
    "qa|staging|stage|uat|acceptance environment(s)|env|envs|server(s)?",
    "user acceptance testing?",
    "acceptance testing",
  ),
  rule(
    { environments: "production" },
    "production",
    "prod",
    `production|prod|live ${ENV}`,
    "go live",
    "going live",
    "goes live",
    "productive use",
  ),
  rule(
    { environments: "all" },
    "all three? environments|stages|envs",
    "three|3 environments|stages|envs",
    "full stack|pipeline deployment|environments",
    "every environment",
  ),
];
