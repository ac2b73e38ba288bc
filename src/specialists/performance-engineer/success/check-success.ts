import { ok } from "../../../base/outcome.ts";
import { done } from "../../lib.ts";
import type { Step } from "../../step.ts";

/** What precedes a criterion in the step's checks: the check is that somebody looked, whatever it came to. */
const LOOKED_AT = "looked at: ";

/**
 * The last step of a launch: the seed's success criteria, each with what was wanted, what was seen and how it stands. A
 * criterion that is not met is reported, not repaired: it fails nothing here.
 */
export const checkSuccess: Step = {
  kind: "check-success",
  specialist: "performance-engineer",
  scope: "site",
  topic: "acceptance",
  effect: () => "reversible",
  describe: ({ plan }) => ({
    purpose: "Check the success criteria: function, performance, security, operation, budget, time",
    inputs: ["running ships"],
    outputs: ["acceptance"],
    checks: ["every criterion is met, not met, or said why it could not be measured"],
    commands: ["slipway check RUN"],
    minutes: { low: 0, high: Math.max(1, Math.ceil(plan.ships.length / 20)) },
    risk: {
      level: "low",
      what: "a criterion cannot be met yet",
      answer: "it is said which day of its window this is, not that it holds",
    },
  }),
  apply: async () => done(true, ["the success criteria were looked at, one by one"], {}, []),
  check: async ({ peer, began }) => {
    const { plan, at } = await began();
    // Loaded when it is needed: planning is not to pay for what looks at hosts.
    const [{ lookAt }, { judge }, { addressesOf, visitEach }] = await Promise.all([
      import("./look.ts"),
      import("./judge.ts"),
      import("./visits.ts"),
    ]);
    const carriers = plan.hosts.filter(({ name }) => plan.ships.some((ship) => ship.host === name));
    const monitor = plan.hosts.find(({ name }) => name === plan.monitor?.host) ?? null;
    const looks = await lookAt(carriers, plan.ships, monitor, peer);
    // A twin's ships have no address that could be visited.
    const real = carriers.some((host) => !peer(host).rehearsal);
    const visits = await visitEach(real ? addressesOf(plan.ships) : new Map());
    const criteria = judge(looks, {
      plan,
      later: [],
      ships: plan.ships,
      visits,
      span: { from: at, to: null },
      own: [],
      runbook: null,
      now: Date.now(),
    });
    return ok(
      criteria.map(({ title, wanted, promised, measured, verdict, because, sighting }) => ({
        check: `${LOOKED_AT}${title} (wanted: ${wanted}${promised ? "" : "; the plan promised none"})`,
        passed: true,
        detail: `${verdict}: ${[measured, because].filter(Boolean).join("; ")}`,
        sighting,
      })),
    );
  },
  undo: async () => ok({ undone: true, detail: "nothing was changed", checks: [] }),
};
