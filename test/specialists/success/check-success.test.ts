import { expect, test } from "vitest";
import { contextFor } from "../../../lab/step-context.ts";
import type { Machine } from "../../../src/machines/machine.ts";
import { createTwinMachine } from "../../../src/machines/twin/machine.ts";
import { openWorld } from "../../../src/machines/twin/world.ts";
import { checkSuccess } from "../../../src/specialists/performance-engineer/success/check-success.ts";
import { LETS_ENCRYPT } from "../../../src/specialists/urbit-deployment-specialist/https/acme.ts";
import { planOf, siteOf } from "../../plan/ground.ts";

/** A host that answers nothing: what is looked at here is the ship's public address. */
function silent(rehearsal: boolean): Machine {
  const failure = { kind: "transient", code: "host-silent", what: "nothing answers", next: "try again" } as const;
  const ask = () => Promise.resolve({ ok: false, failure } as const);
  return { ...createTwinMachine(openWorld(":memory:"), "alder"), rehearsal, ask, survey: ask };
}

async function https(rehearsal: boolean) {
  const plan = planOf("Deploy fake ~zod to production on my own server", {
    ...siteOf("alder"),
    https: { base: null, named: { "~zod": "zod.ship.invalid" }, acme: LETS_ENCRYPT },
  });
  const context = contextFor({
    run: "run-1",
    target: { plan, host: null, ship: null, shipsOnHost: [], phase: "handoff" },
    machine: silent(rehearsal),
    began: async () => ({ plan, at: null }),
  });
  const checks = await checkSuccess.check(context);
  if (!checks.ok) throw new Error(checks.failure.what);
  return checks.value.find(({ check }) => check.includes("HTTPS with valid certificates"))?.detail;
}

test("the end of a launch visits each ship's domain", async () => {
  expect(await https(false)).toMatch(/^not met: ~zod at https:\/\/zod\.ship\.invalid: .*(ENOTFOUND|EAI_AGAIN)/);
});

test("a rehearsal visits nothing", async () => {
  expect(await https(true)).toMatch(/^not measured: no public address was named/);
});
