import { type Measured, pair, slower, timed } from "./measured.ts";
import { node, PROGRAM, peakMb, withHome } from "./slipway.ts";

const ONE = "I want to deploy my first Urbit planet on a VPS";
const MANY = "Deploy 10000 fake ships to production on my own servers";
const ROUNDS = 25;
const MANY_ROUNDS = 5;

/** Planning as a user starts it: a new process each time, its compiled code kept from the time before. */
export async function bench(): Promise<readonly Measured[]> {
  return withHome(async (env) => {
    const plan = (sentence: string) => () => node([PROGRAM, "plan", sentence, "--json"], env);
    const one = await pair(plan(ONE), () => node(["-e", "0"]), ROUNDS);
    const times: number[] = [];
    for (let round = 0; round < MANY_ROUNDS; round++) times.push(await timed(plan(MANY)));
    const mb = await peakMb([PROGRAM, "plan", MANY, "--json"], env);
    return [
      slower("plan one ship, cold process", one, 5, "node -e 0"),
      {
        name: "plan 10,000 ships, cold process",
        value: Math.max(...times) / 1000,
        unit: "s",
        goal: { most: 2 },
        detail: `the slowest of ${MANY_ROUNDS}`,
      },
      { name: "plan 10,000 ships, peak memory", value: mb, unit: "MB", goal: { most: 300 }, detail: "VmHWM" },
    ];
  });
}
