import { pathToFileURL } from "node:url";
import { startLab } from "../../lab/hosts/lab.ts";
import { measure } from "./measure.ts";

/** One measured claim: `ratio` is ours to theirs or theirs to ours as `goal` says, from the same run on the same hosts. */
export interface Measured {
  readonly name: string;
  readonly ratio: number;
  readonly goal: string;
  readonly detail: string;
}

/** Starts ten hosts of the lab and measures a converge with nothing to change. Needs root. */
export async function bench(): Promise<readonly Measured[]> {
  const lab = await startLab({ hosts: 10 });
  try {
    return await measure(
      lab.sshConfig,
      lab.hosts.map((host) => host.name),
    );
  } finally {
    await lab.down();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const { name, ratio, goal, detail } of await bench())
    console.log(`${name}: ${ratio.toFixed(2)} (goal ${goal})  ${detail}`);
}
