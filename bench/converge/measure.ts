import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProcess } from "../../src/machines/host/process.ts";
import { sshArguments } from "../../src/machines/host/ssh-command.ts";
import { faster, type Measured, pair, slower } from "../measured.ts";
import { node } from "../slipway.ts";
import { playbookRunner } from "./ansible.ts";
import { BASELINE } from "./baseline.ts";
import { checkScript, floorScript } from "./check-script.ts";
import { converge, leave, openMachine, unchanged } from "./once.ts";

const ROUNDS = 15;
const COLD_ROUNDS = 7;
const ANSIBLE_ROUNDS = 3;
const ONCE = fileURLToPath(new URL("once.ts", import.meta.url));
/** Compiled code is kept between starts, as the slipway command does and as Python does for Ansible. */
const KEPT = { NODE_COMPILE_CACHE: join(tmpdir(), "slipway-bench-compiled") };

/** Measures on hosts that already run. Both sides' connections are open beforehand, except where it says cold. */
export async function measure(sshConfig: string, names: readonly string[]): Promise<readonly Measured[]> {
  const machines = names.map((name) => openMachine(name, sshConfig));
  const [name] = names;
  const [machine] = machines;
  if (name === undefined || machine === undefined) return [];
  for (const each of machines) await converge(each);

  const plain = (script: string, warm: boolean) => async () => {
    const controlPath = warm ? `/tmp/slipway-bench-${process.pid}` : null;
    const argv = [...sshArguments({ config: sshConfig, controlPath }), name, "sh"];
    const done = await runProcess(argv, { input: [script], timeoutMs: 60_000, killGroup: false });
    if (done.code !== 0 || done.stdout.includes("DIFFERS")) throw new Error(`${name}: ${done.stdout}${done.stderr}`);
  };
  const cold = async () => {
    await machine.close();
    // The master ends a moment after it was told to: a cold run must not find it.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await unchanged(machine);
  };
  const again = () => unchanged(machine);
  const hand = checkScript(BASELINE);
  const least = floorScript(BASELINE);
  const found = [
    slower(
      "converge, nothing to change, one host",
      await pair(again, plain(hand, true), ROUNDS),
      2,
      "ssh host sh, a hand-written check script",
    ),
    slower(
      "the same against the least a shell can do",
      await pair(again, plain(least, true), ROUNDS),
      2,
      "ssh host sh, one process per kind of question",
    ),
    slower(
      "the same, connections cold",
      await pair(cold, plain(hand, false), COLD_ROUNDS),
      2,
      "ssh host sh, a hand-written check script",
    ),
  ];

  const playbook = await playbookRunner(sshConfig);
  if (playbook === null) console.log("  Ansible is not here and cannot be installed: not compared");
  else {
    for (const [hosts, goal] of [
      [[name], 20],
      [names, 25],
    ] as const) {
      const times = await pair(
        () => node([ONCE, sshConfig, ...hosts], KEPT),
        () => playbook(hosts),
        ANSIBLE_ROUNDS,
      );
      found.push(
        faster(
          `converge against Ansible with pipelining, ${hosts.length} host(s), a process each`,
          times,
          goal,
          "Ansible",
        ),
      );
    }
  }
  for (const each of machines) await leave(each);
  return found;
}
