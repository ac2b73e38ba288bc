import { createTwinMachine } from "../../../src/machines/twin/machine.ts";
import { openWorld } from "../../../src/machines/twin/world.ts";

/** A worker of its own process: `hammer.ts WORLD NAME ROUNDS` puts one file after the other on a host all workers share. */
const [, , file = "", name = "", rounds = "0"] = process.argv;
const world = openWorld(file);
const machine = createTwinMachine(world, "alder");
for (let round = 0; round < Number(rounds); round++) {
  const path = `/srv/${name}/${round}`;
  const resource = { kind: "file", id: path, path, owner: "root", group: "root", mode: "0644", content: path } as const;
  const request = { batch: name, resources: [resource], dryRun: false, revertAfterSeconds: null };
  const done = await machine.converge(request);
  if (!done.ok || done.value.value.changed !== 1) throw new Error(`round ${round}: ${JSON.stringify(done)}`);
  process.stdout.write(`${path}\n`);
}
world.close();
