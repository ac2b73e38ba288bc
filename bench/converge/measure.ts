import type { Outcome } from "../../src/base/outcome.ts";
import { createHostMachine } from "../../src/machines/host/machine.ts";
import { runProcess } from "../../src/machines/host/process.ts";
import { sshArguments } from "../../src/machines/host/ssh-command.ts";
import { connect } from "../../src/machines/host/transport.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { ShipOperations } from "../../src/machines/ships.ts";
import { playbookRunner } from "./ansible.ts";
import { BASELINE } from "./baseline.ts";
import { checkScript, floorScript } from "./check-script.ts";
import type { Measured } from "./run.ts";

const ROUNDS = 15;
const BATCH = "bench";

interface Host {
  readonly name: string;
  readonly machine: Machine;
  readonly end: () => Promise<void>;
}

/** Measures on hosts that already run; every pair is interleaved, so that both sides see the same noise. */
export async function measure(sshConfig: string, names: readonly string[]): Promise<readonly Measured[]> {
  const open = (name: string): Host => {
    const connection = connect({ name, address: name }, { sshConfig });
    const machine = createHostMachine({ name, address: name }, { connection, ships: () => ({}) as ShipOperations });
    return { name, machine, end: () => connection.close() };
  };
  const hosts = names.map(open);
  for (const host of hosts) await apply(host.machine);
  const one = hosts[0];
  if (one === undefined) return [];

  const found: Measured[] = [];
  const hand = checkScript(BASELINE);
  const floor = floorScript(BASELINE);
  const control = (name: string) => `/tmp/slipway-bench-${process.pid}-${name}`;
  const plain = (name: string, script: string, warm: boolean) => async () => {
    const argv = [...sshArguments({ config: sshConfig, controlPath: warm ? control(name) : null }), name, "sh"];
    const done = await runProcess(argv, { input: [script], timeoutMs: 60_000, killGroup: false });
    if (done.code !== 0 || done.stdout.includes("DIFFERS")) throw new Error(`${name}: ${done.stdout}${done.stderr}`);
  };

  for (const [label, script] of [
    ["hand-written check script", hand],
    ["least possible script", floor],
  ] as const) {
    const [ours, theirs] = await pair(() => unchanged(one.machine), plain(one.name, script, true));
    found.push(claim(`no-change converge vs one ssh running a ${label}, warm`, ours / theirs, "<= 2.0", ours, theirs));
  }
  const cold = async () => {
    const host = open(one.name);
    await one.end();
    await gone();
    await unchanged(host.machine);
    await host.end();
  };
  const [coldOurs, coldTheirs] = await pair(cold, plain(one.name, hand, false), 7);
  found.push(
    claim(
      "no-change converge vs one ssh running a hand-written check script, cold",
      coldOurs / coldTheirs,
      "<= 2.0",
      coldOurs,
      coldTheirs,
    ),
  );

  const runner = await playbookRunner(sshConfig);
  if (runner !== null) {
    for (const [group, goal] of [
      [hosts.slice(0, 1), 20],
      [hosts, 25],
    ] as const) {
      const names = group.map((host) => host.name);
      await runner(names);
      const all = async () => void (await Promise.all(group.map((host) => unchanged(host.machine))));
      const [ours, theirs] = await pair(all, () => runner(names), 3);
      found.push(
        claim(
          `Ansible with pipelining vs us, ${names.length} host(s), nothing to change`,
          theirs / ours,
          `>= ${goal}`,
          ours,
          theirs,
        ),
      );
    }
  }
  for (const host of hosts) {
    value(await host.machine.undo(BATCH));
    await host.machine.close();
  }
  return found;
}

const request = { batch: BATCH, resources: BASELINE, dryRun: false, revertAfterSeconds: null };

async function apply(machine: Machine): Promise<void> {
  const { failed, records } = value(await machine.converge(request)).value;
  if (failed > 0) throw new Error(JSON.stringify(records.filter((record) => record.status === "failed")));
}

async function unchanged(machine: Machine): Promise<void> {
  const { changed, failed } = value(await machine.converge(request)).value;
  if (changed + failed > 0) throw new Error(`${machine.name} was not as wished`);
}

/** The master ends a moment after it was told to: a cold run must not find it. */
async function gone(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Median milliseconds of two ways, run in turn. */
async function pair(
  ours: () => Promise<void>,
  theirs: () => Promise<void>,
  rounds = ROUNDS,
): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  await ours();
  await theirs();
  for (let round = 0; round < rounds; round += 1) {
    times[0].push(await timed(ours));
    times[1].push(await timed(theirs));
  }
  return [median(times[0]), median(times[1])];
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function claim(name: string, ratio: number, goal: string, ours: number, theirs: number): Measured {
  return { name, ratio, goal, detail: `ours ${ours.toFixed(0)} ms, theirs ${theirs.toFixed(0)} ms (medians)` };
}

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.failure.what} ${outcome.failure.why ?? ""}`);
  return outcome.value;
}
