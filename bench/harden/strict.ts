import { startGuest } from "../../lab/qemu/lab.ts";
import type { Measured } from "../measured.ts";
import { byHand, byUs, plain, report, stepsOf } from "./measure.ts";

const ROUNDS = 3;

/** An emulated machine with its own kernel and disks, as fresh as it was booted for every round: LUKS, AppArmor and audit log are real. */
export async function bench(): Promise<readonly Measured[]> {
  if (process.getuid?.() !== 0) {
    console.log("  left out: it needs root, for a machine of its own");
    return [];
  }
  const steps = stepsOf("strict", true);
  const [ours, hand, bare] = [[], [], []] as [Awaited<ReturnType<typeof byUs>>[], number[], number[]];
  const round = async (work: (host: { readonly name: string; readonly sshConfig: string }) => Promise<void>) => {
    const guest = await startGuest();
    try {
      await work({ name: "alder", sshConfig: guest.sshConfig });
    } finally {
      await guest.down();
    }
  };
  for (let at = 0; at < ROUNDS; at += 1) {
    await round(async (host) => {
      bare.push(await plain(host));
      ours.push(await byUs(host, "strict", steps, "bench"));
    });
    await round(async (host) => {
      hand.push(await byHand(host, "strict", true));
    });
  }
  return report("strict hardening", steps, { ours, hand, plain: bare });
}
