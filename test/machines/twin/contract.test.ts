import { createTwinMachine } from "../../../src/machines/twin/machine.ts";
import { openWorld } from "../../../src/machines/twin/world.ts";
import { machineContract } from "../contract.ts";
import { PILL, RUNTIME, VERE } from "./ground.ts";

for (const [name, bootMs] of [
  ["the twin at once", 0],
  ["the twin with boots that take a while", 250],
] as const)
  machineContract(name, async () => {
    const world = openWorld(":memory:");
    world.configure({ bootMs, startMs: bootMs });
    const machine = createTwinMachine(world, "alder");
    return { machine, vere: VERE, pill: PILL, runtime: RUNTIME, close: async () => world.close() };
  });
