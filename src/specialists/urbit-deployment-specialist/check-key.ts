import { ok } from "../../base/outcome.ts";
import { check, done, hostOf, shipOf } from "../lib.ts";
import type { Step } from "../step.ts";

const BELONGS = "the key is well-formed and belongs to this ship";

/** P4 of deploy-planet: the key is read and checked here, offline, before any host sees it. */
export const checkKey: Step = {
  kind: "check-key",
  specialist: "lead",
  scope: "ship",
  applies: ({ ship }) => ship?.fake === false,
  effect: () => "reversible",
  describe: (target) => ({
    purpose: `Check the key of ${shipOf(target).name} without letting it leave this machine`,
    inputs: [`given: keyfile of ${shipOf(target).name}`],
    outputs: [`checked key of ${shipOf(target).name}`],
    checks: [BELONGS],
    commands: [`slipway key check ${shipOf(target).name}`],
    minutes: { low: 0, high: 1 },
    risk: {
      level: "low",
      what: "another ship's key, or a truncated one",
      answer: "it is read and compared offline; it never leaves this machine here",
    },
  }),
  apply: async ({ key, target }) => {
    const secret = await key();
    if (!secret.ok) return secret;
    return done(true, [`Key of ${shipOf(target).name} checked offline`], {}, []);
  },
  check: async ({ key, target }) => {
    const secret = await key();
    if (!secret.ok) return secret;
    const sighting = {
      at: new Date().toISOString(),
      host: hostOf(target).name,
      command: `slipway key check ${shipOf(target).name}`,
      exit: 0,
      raw: `${secret.value.label}: well-formed`,
    };
    return ok([check(BELONGS, true, secret.value.label, sighting)]);
  },
  undo: async () => ok({ undone: true, detail: "nothing was changed", checks: [] }),
};
