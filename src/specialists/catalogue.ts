import { CLUSTER } from "./fleet-manager/cluster.ts";
import { ROLLOUT } from "./fleet-manager/rollout.ts";
import { GROUNDSEG } from "./groundseg-operator/planned.ts";
import { HOON_DEVELOPMENT } from "./hoon-development/planned.ts";
import { confirmPlatform } from "./managed-hosting-advisor/confirm-platform.ts";
import { NOCK_DEVELOPMENT } from "./nock-development/planned.ts";
import { ACCEPTANCE } from "./performance-engineer/acceptance.ts";
import { measure } from "./performance-engineer/measure.ts";
import { MONITORING, WATCHING } from "./performance-engineer/monitoring.ts";
import { checkSuccess } from "./performance-engineer/success/check-success.ts";
import { TRIAGE } from "./performance-engineer/triage.ts";
import { TUNING } from "./performance-engineer/tuning.ts";
import type { Card, Step } from "./step.ts";
import { assessHost } from "./urbit-deployment-specialist/assess-host.ts";
import { baseline } from "./urbit-deployment-specialist/baseline.ts";
import { boot } from "./urbit-deployment-specialist/boot.ts";
import { checkKey } from "./urbit-deployment-specialist/check-key.ts";
import { encryptPiers } from "./urbit-deployment-specialist/encrypt-piers.ts";
import { harden } from "./urbit-deployment-specialist/harden.ts";
import { HARDENING } from "./urbit-deployment-specialist/hardening.ts";
import { httpsFront } from "./urbit-deployment-specialist/https/front.ts";
import { https } from "./urbit-deployment-specialist/https/serve.ts";
import { MIGRATION } from "./urbit-deployment-specialist/migration.ts";
import { placeVere } from "./urbit-deployment-specialist/place-vere.ts";
import { prove } from "./urbit-deployment-specialist/prove.ts";
import { rebootHost } from "./urbit-deployment-specialist/reboot-host.ts";
import { RECOVERY } from "./urbit-deployment-specialist/recovery.ts";
import { DESK, REPAIR } from "./urbit-deployment-specialist/repair.ts";
import { sandbox } from "./urbit-deployment-specialist/sandbox.ts";
import { unit } from "./urbit-deployment-specialist/unit.ts";
import { verifyHost } from "./urbit-deployment-specialist/verify-host.ts";
import { RENTED } from "./vps-deployment-specialist/planned.ts";
import { providerBoundary } from "./vps-deployment-specialist/provider-boundary.ts";

/** Steps this version carries out. */
const BUILT: ReadonlyMap<string, Step> = byKind([
  confirmPlatform,
  assessHost,
  providerBoundary,
  baseline,
  harden,
  encryptPiers,
  rebootHost,
  placeVere,
  checkKey,
  boot,
  unit,
  prove,
  sandbox,
  httpsFront,
  https,
  measure,
  verifyHost,
  checkSuccess,
  ...WATCHING,
]);

/** Every step a plan can hold. A built step takes the place of its planned card. */
const CARDS: ReadonlyMap<string, Card> = new Map([
  ...byKind([
    ...CLUSTER,
    ...ROLLOUT,
    ...GROUNDSEG,
    ...RENTED,
    ...HARDENING,
    ...RECOVERY,
    ...MONITORING,
    ...ACCEPTANCE,
    ...TRIAGE,
    ...REPAIR,
    ...DESK,
    ...MIGRATION,
    ...TUNING,
    ...HOON_DEVELOPMENT,
    ...NOCK_DEVELOPMENT,
  ]),
  ...BUILT,
]);

function byKind<T extends Card>(cards: readonly T[]): ReadonlyMap<string, T> {
  return new Map(cards.map((card) => [card.kind, card]));
}

/** What the catalogue says of this kind of step. Throws for a kind it does not have: a bug in the caller. */
export function cardOf(kind: string): Card {
  const card = CARDS.get(kind);
  if (card === undefined) throw new RangeError(`there is no step of kind ${kind}`);
  return card;
}

/** The step of this kind, to be carried out. A plan's linter has checked that there is one. */
export function stepOf(kind: string): Step {
  const step = BUILT.get(kind);
  if (step === undefined) throw new RangeError(`there is no step of kind ${kind}`);
  return step;
}

export function isBuilt(kind: string): boolean {
  return BUILT.has(kind);
}

/** Every card, in no order that matters. */
export function catalogue(): readonly Card[] {
  return [...CARDS.values()];
}
