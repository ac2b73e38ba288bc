import { type Measured, timed } from "./measured.ts";
import { memoryMb, node, PROGRAM, processOf, withHome } from "./slipway.ts";

const SHIPS = 1_000;

interface Launched {
  readonly seconds: number;
  readonly workerMb: number;
  readonly engineMb: number;
}

/** Whole launches on the twin through the real engine: ten ships to a host, every step with its evidence on disk. */
export async function bench(): Promise<readonly Measured[]> {
  const once = await launch(SHIPS);
  const twice = await launch(2 * SHIPS);
  const ratio = twice.seconds / once.seconds;
  return [
    {
      name: `launch ${SHIPS} ships on ${SHIPS / 10} hosts (twin, real engine)`,
      value: once.seconds,
      unit: "s",
      goal: { most: 60 },
      detail: "from the command to its last line, engine already up",
    },
    {
      name: `launch ${SHIPS} ships, peak memory of the worker`,
      value: once.workerMb,
      unit: "MB",
      goal: { most: 300 },
      detail: `VmHWM; the engine's ${once.engineMb.toFixed(0)} MB`,
    },
    {
      name: `launch ${2 * SHIPS} ships against ${SHIPS}`,
      value: ratio,
      unit: "×",
      goal: { most: 2.3 },
      detail: `${twice.seconds.toFixed(1)} s and ${once.seconds.toFixed(1)} s; the worker's peak ${twice.workerMb.toFixed(0)} MB`,
    },
  ];
}

async function launch(ships: number): Promise<Launched> {
  const sentence = `Deploy ${ships} fake ships to production on bare metal`;
  return withHome(async (env, home) => {
    await node([PROGRAM, "up"], env);
    let printed = "";
    const ms = await timed(async () => {
      printed = await node([PROGRAM, "launch", sentence, "--twin", "--yes", "--json", "--by", "bench"], env);
    });
    const { status, steps } = JSON.parse(printed) as { status: string; steps: { total: number; done: number } };
    if (status !== "done" || steps.done !== steps.total) throw new Error(`the launch ended ${status}`);
    return {
      seconds: ms / 1000,
      workerMb: memoryMb(processOf(home, "worker"), "VmHWM"),
      engineMb: memoryMb(processOf(home, "engine"), "VmHWM"),
    };
  });
}
