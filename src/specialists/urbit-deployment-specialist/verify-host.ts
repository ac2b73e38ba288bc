import { ok } from "../../base/outcome.ts";
import { check, done, hostOf, specOf } from "../lib.ts";
import type { Check, Step } from "../step.ts";

const ALL_UP = "every ship of the host is up under its lease";

/** The hand-over look: every ship of the host once more, after everything else was done. */
export const verifyHost: Step = {
  kind: "verify-host",
  specialist: "lead",
  scope: "host",
  effect: () => "reversible",
  describe: (target) => ({
    purpose: `Look at ${hostOf(target).name} once more before handing over`,
    inputs: target.shipsOnHost.map((ship) => `proof of ${ship.name}`),
    outputs: [`hand-over of ${hostOf(target).name}`],
    checks: [ALL_UP],
    commands: ["systemctl is-active 'urbit-*'"],
    minutes: { low: 0, high: 1 },
    risk: {
      level: "low",
      what: "a ship went down after its own proof",
      answer: "every one is looked at again",
    },
  }),
  apply: async ({ machine, target }) => {
    const units = target.shipsOnHost.map((ship) => `urbit-${ship.name.slice(1)}.service`);
    return done(true, [`${machine.name} handed over with ${units.length} ship(s)`], { units }, []);
  },
  check: async ({ machine, target }) => {
    const checks: Check[] = [];
    for (const ship of target.shipsOnHost) {
      const found = await machine.ships.inspect(specOf(ship));
      if (!found.ok) return found;
      const { unit, unitEnabled, live, fence } = found.value.value;
      const up = unit === "active" && unitEnabled && live && fence !== null;
      checks.push(
        check(`${ALL_UP}: ${ship.name}`, up, `${unit}, token ${fence?.token ?? "none"}`, found.value.sighting),
      );
    }
    return ok(checks);
  },
  undo: async () => ok({ undone: true, detail: "nothing was changed", checks: [] }),
};
