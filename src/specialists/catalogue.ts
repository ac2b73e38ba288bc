import { confirmPlatform } from "./managed-hosting-advisor/confirm-platform.ts";
import { measure } from "./performance-engineer/measure.ts";
import type { Step } from "./step.ts";
import { assessHost } from "./urbit-deployment-specialist/assess-host.ts";
import { baseline } from "./urbit-deployment-specialist/baseline.ts";
import { boot } from "./urbit-deployment-specialist/boot.ts";
import { checkKey } from "./urbit-deployment-specialist/check-key.ts";
import { harden } from "./urbit-deployment-specialist/harden.ts";
import { placeVere } from "./urbit-deployment-specialist/place-vere.ts";
import { prove } from "./urbit-deployment-specialist/prove.ts";
import { sandbox } from "./urbit-deployment-specialist/sandbox.ts";
import { unit } from "./urbit-deployment-specialist/unit.ts";
import { verifyHost } from "./urbit-deployment-specialist/verify-host.ts";
import { providerBoundary } from "./vps-deployment-specialist/provider-boundary.ts";

const STEPS: ReadonlyMap<string, Step> = new Map(
  [
    confirmPlatform,
    assessHost,
    providerBoundary,
    baseline,
    harden,
    sandbox,
    placeVere,
    checkKey,
    boot,
    unit,
    prove,
    measure,
    verifyHost,
  ].map((step) => [step.kind, step]),
);

/** The step of this kind. A plan's linter has checked that there is one. */
export function stepOf(kind: string): Step {
  const step = STEPS.get(kind);
  if (step === undefined) throw new RangeError(`there is no step of kind ${kind}`);
  return step;
}

export function isBuilt(kind: string): boolean {
  return STEPS.has(kind);
}
