import { counted } from "../lab/counted.ts";
import { startLab } from "../lab/hosts/lab.ts";
import { auditHost } from "../src/audit/host.ts";
import { controlChecks } from "../src/knowledge/controls.ts";
import { runProcess } from "../src/machines/host/process.ts";
import { sshArguments } from "../src/machines/host/ssh-command.ts";
import { type Measured, pair, slower } from "./measured.ts";

const ROUNDS = 7;

/** An audit with every check of the catalogue that is asked of a host, against its commands in one plain program. */
export async function bench(): Promise<readonly Measured[]> {
  if (process.getuid?.() !== 0) {
    console.log("  left out: it needs root, for a host of its own");
    return [];
  }
  const checks = controlChecks().flatMap((check) => (check.scope === "host" ? [check] : []));
  const lab = await startLab({ hosts: 1 });
  try {
    const [name = ""] = lab.hosts.map((host) => host.name);
    const { machine, taken } = counted({ name, address: name }, lab.sshConfig);
    const audit = async () => {
      const done = await auditHost(machine, checks);
      if (!done.ok || done.value.findings.length !== checks.length) throw new Error("the audit is not whole");
    };
    await audit();
    const trips = taken();
    // Each in a shell of its own, as ours are, so that none can end the others.
    const program = checks.map(({ command, applies }) => `(\n${applies ?? ":"}\n) && (\n${command}\n)`).join("\n");
    const plain = async () => {
      const argv = [
        ...sshArguments({ config: lab.sshConfig, controlPath: `/tmp/slipway-bench-${process.pid}` }),
        name,
        "sh",
      ];
      const done = await runProcess(argv, { input: [program], timeoutMs: 60_000, killGroup: false });
      if (done.code === null || done.code === 255) throw new Error(done.stderr);
    };
    const times = await pair(audit, plain, ROUNDS);
    await machine.close();
    return [
      {
        name: `audit with ${checks.length} checks, round trips`,
        value: trips,
        unit: "trips",
        goal: { most: 1 },
        detail: "counted at the connection",
      },
      { ...slower("audit against the same commands by hand", times, 2, "ssh host sh, the commands alone"), goal: null },
    ];
  } finally {
    await lab.down();
  }
}
