import { startLab } from "../../lab/hosts/lab.ts";
import type { Measured } from "../measured.ts";
import { byHand, byUs, plain, report, stepsOf } from "./measure.ts";

const ROUNDS = 4;

/** Fresh hosts of the lab, every other one hardened by us. What a container cannot have (LUKS, AppArmor, audit log) is in `strict`. */
export async function bench(): Promise<readonly Measured[]> {
  if (process.getuid?.() !== 0) {
    console.log("  left out: it needs root, for hosts of its own");
    return [];
  }
  const lab = await startLab({ hosts: 2 * ROUNDS });
  const steps = stepsOf("standard", false);
  const [ours, hand, bare] = [[], [], []] as [Awaited<ReturnType<typeof byUs>>[], number[], number[]];
  try {
    const fresh = lab.hosts.map(({ name }) => ({ name, sshConfig: lab.sshConfig }));
    for (const [at, host] of fresh.entries()) {
      if (at % 2 === 0) {
        bare.push(await plain(host));
        ours.push(await byUs(host, "standard", steps, "bench"));
      } else hand.push(await byHand(host, "standard", false));
    }
  } finally {
    await lab.down();
  }
  return report("standard hardening", steps, { ours, hand, plain: bare });
}
