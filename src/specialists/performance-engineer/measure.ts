import { ok } from "../../base/outcome.ts";
import type { Sighting } from "../../machines/machine.ts";
import { check, done, hostOf, shipOf, specOf } from "../lib.ts";
import type { Step } from "../step.ts";

const ROUNDS = 5;
/** The seed's bound for a responsive dojo, in milliseconds. */
const DOJO_MS = 3_000;
const RESPONSIVE = "a poke to itself is acknowledged in under 3 s";

/** A first baseline of the ship's own answer time, so that a later look has something to be compared with. */
export const measure: Step = {
  kind: "measure",
  specialist: "performance-engineer",
  scope: "ship",
  effect: () => "reversible",
  describe: (target) => ({
    purpose: `Measure ${shipOf(target).name} at rest on ${hostOf(target).name}`,
    inputs: [`proof of ${shipOf(target).name}`],
    outputs: [`baseline of ${shipOf(target).name}`],
    checks: [RESPONSIVE],
    commands: [`${ROUNDS} × hi to itself over conn.sock`],
    minutes: { low: 1, high: 2 },
    risk: {
      level: "low",
      what: "one slow answer is taken for the rule",
      answer: "the median of five counts",
    },
  }),
  apply: async ({ machine, target }) => {
    const times: number[] = [];
    const sightings: Sighting[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const hi = await machine.ships.hi(specOf(shipOf(target)));
      if (!hi.ok) return hi;
      times.push(hi.value.value.ms);
      sightings.push(hi.value.sighting);
    }
    times.sort((a, b) => a - b);
    const medianMs = times[Math.floor(times.length / 2)] ?? 0;
    const text = `${shipOf(target).name}: poke acknowledged in ${medianMs} ms (median of ${ROUNDS})`;
    return done(true, [text], { medianMs, worstMs: times.at(-1) ?? 0, samples: ROUNDS }, sightings);
  },
  check: async ({ machine, target }) => {
    const hi = await machine.ships.hi(specOf(shipOf(target)));
    if (!hi.ok) return hi;
    const { ms } = hi.value.value;
    return ok([check(RESPONSIVE, ms < DOJO_MS, `${ms} ms`, hi.value.sighting)]);
  },
  undo: async () => ok({ undone: true, detail: "nothing was changed", checks: [] }),
};
