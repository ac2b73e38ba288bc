import { type Measured, median, timed } from "./measured.ts";
import { memoryMb, node, PROGRAM, processOf, withHome } from "./slipway.ts";

const ROUNDS = 5;
const SETTLE_MS = 3_000;
const DEMO = "Deploy 3 fake ships to dev, staging and production on my own servers with standard hardening";

/** From nothing to an engine and a worker that take orders, and what the two hold when there is nothing to do. */
export async function bench(): Promise<readonly Measured[]> {
  const starts: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    starts.push(await withHome((env) => timed(() => node([PROGRAM, "up"], env))));
  const { fresh, used } = await withHome(async (env, home) => {
    await node([PROGRAM, "up"], env);
    const fresh = await settled(home);
    await node([PROGRAM, "launch", DEMO, "--twin", "--yes", "--json", "--by", "bench"], env);
    return { fresh, used: await settled(home) };
  });
  const idle = (name: string, { engine, worker }: Held): Measured => ({
    name,
    value: engine + worker,
    unit: "MB",
    goal: { most: 350 },
    detail: `VmRSS: engine ${engine.toFixed(0)} MB, worker ${worker.toFixed(0)} MB`,
  });
  return [
    {
      name: "slipway up, cold, until the worker is registered",
      value: Math.max(...starts) / 1000,
      unit: "s",
      goal: { most: 3 },
      detail: `the slowest of ${ROUNDS}; median ${(median(starts) / 1000).toFixed(2)} s`,
    },
    idle("engine and worker, idle after the start", fresh),
    idle("engine and worker, idle after a launch of 3 ships", used),
  ];
}

interface Held {
  readonly engine: number;
  readonly worker: number;
}

async function settled(home: string): Promise<Held> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return {
    engine: memoryMb(processOf(home, "engine"), "VmRSS"),
    worker: memoryMb(processOf(home, "worker"), "VmRSS"),
  };
}
