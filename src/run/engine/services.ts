import * as restate from "@restatedev/restate-sdk";
import type { Workshop } from "../workshop.ts";
import { leaseHandlers } from "./lease-object.ts";
import { LEASE, REPORTER, RUN, STEPS } from "./names.ts";
import { reporterHandlers } from "./reporter-service.ts";
import { runHandlers } from "./run-object.ts";
import { stepHandlers } from "./steps-service.ts";

/**
 * What must hold on any engine, a site's own cluster included. Evidence and approvals must outlive the work they were
 * for: an engine's own default is one day. And what holds a run up is waited for, however long it takes: a handler that
 * is given up would have to be found and resumed by hand.
 */
const KEPT = {
  journalRetention: { days: 90 },
  idempotencyRetention: { days: 90 },
  retryPolicy: {
    initialInterval: 100,
    exponentiationFactor: 2,
    maxInterval: 1_000,
    maxAttempts: 1_000_000_000,
    onMaxAttempts: "pause",
  },
} as const;

/** The engine's services over one workshop: `run` and `lease` are keyed objects, `steps` does the work. */
export function services(shop: Workshop) {
  return [
    restate.object({ name: RUN, handlers: runHandlers(shop), options: KEPT }),
    restate.object({ name: LEASE, handlers: leaseHandlers(), options: KEPT }),
    restate.service({ name: STEPS, handlers: stepHandlers(shop), options: { ...KEPT, ingressPrivate: true } }),
    restate.service({ name: REPORTER, handlers: reporterHandlers(shop), options: { ...KEPT, ingressPrivate: true } }),
  ];
}
