import { startLab } from "../../lab/hosts/lab.ts";
import type { Measured } from "../measured.ts";
import { measure } from "./measure.ts";

/** Starts ten hosts of the lab and measures a converge with nothing to change. Needs root. */
export async function bench(): Promise<readonly Measured[]> {
  if (process.getuid?.() !== 0) {
    console.log("  left out: it needs root, for hosts of its own");
    return [];
  }
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
