import { expect, test } from "vitest";
import type { Machine } from "../../../src/machines/machine.ts";
import { checkSuccess } from "../../../src/specialists/performance-engineer/success/check-success.ts";
import type { StepContext } from "../../../src/specialists/step.ts";
import { LETS_ENCRYPT } from "../../../src/specialists/urbit-deployment-specialist/https/acme.ts";
import { planOf, siteOf } from "../../plan/ground.ts";

/** A host that answers nothing: what is looked at here is the ship's public address. */
function silent(rehearsal: boolean): Machine {
  const failure = { kind: "transient", code: "host-silent", what: "nothing answers", next: "try again" } as const;
  const ask = () => Promise.resolve({ ok: false, failure } as const);
  return { name: "alder", rehearsal, ask, survey: ask } as unknown as Machine;
}

async function https(rehearsal: boolean) {
  const plan = planOf("Deploy fake ~zod to production on my own server", {
    ...siteOf("alder"),
    https: { base: null, named: { "~zod": "zod.ship.invalid" }, acme: LETS_ENCRYPT },
  });
  const context = {
    peer: () => silent(rehearsal),
    began: async () => ({ plan, at: null }),
  } as unknown as StepContext;
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
