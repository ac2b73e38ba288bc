import { type Counted, counted } from "../../lab/counted.ts";
import { carriedOut, hostContext } from "../../lab/host-steps.ts";
import { runProcess } from "../../src/machines/host/process.ts";
import { sshArguments } from "../../src/machines/host/ssh-command.ts";
import type { Resource } from "../../src/machines/resources.ts";
import type { Step } from "../../src/specialists/step.ts";
import { assessHost } from "../../src/specialists/urbit-deployment-specialist/assess-host.ts";
import { baseline, resources } from "../../src/specialists/urbit-deployment-specialist/baseline.ts";
import { encryptPiers } from "../../src/specialists/urbit-deployment-specialist/encrypt-piers.ts";
import { harden } from "../../src/specialists/urbit-deployment-specialist/harden.ts";
import type { Level } from "../../src/specialists/urbit-deployment-specialist/hardening/control.ts";
import { questionsOf, wishOf } from "../../src/specialists/urbit-deployment-specialist/hardening/controls.ts";
import { LAYOUT } from "../../src/urbit/layout.ts";
import { type Measured, median, timed } from "../measured.ts";
import { changeScript } from "./changes.ts";

/** A host that nobody has hardened yet; `renew` makes it one again. */
export interface Fresh {
  readonly name: string;
  readonly sshConfig: string;
}

const PLAIN_ROUNDS = 5;

/** The steps of setup-production on a host without ships, in their phases; the strict level's planned restart left out. */
export function stepsOf(level: Level, encrypts: boolean): readonly Step[] {
  return [assessHost, baseline, harden, ...(level === "strict" && encrypts ? [encryptPiers] : [])];
}

/** One host hardened by us, from the first question to the last check, and once more with nothing to change. */
export async function byUs({ name, sshConfig }: Fresh, level: Level, steps: readonly Step[], run: string) {
  const host = counted({ name, address: name }, sshConfig);
  const all = async () => {
    const trips: number[] = [];
    let unchanged = true;
    const ms = await timed(async () => {
      for (const step of steps) {
        const done = await carriedOut(step, host, level, run);
        trips.push(done.trips);
        unchanged &&= done.unchanged;
      }
    });
    return { ms, trips, unchanged };
  };
  const first = await all();
  const again = await all();
  await host.machine.close();
  if (first.unchanged || !again.unchanged) throw new Error(`${name} was not fresh, or changed again`);
  return { first, again };
}

/** The same changes by one program that looks at nothing: milliseconds on the host itself. */
export async function byHand({ name, sshConfig }: Fresh, level: Level, encrypts: boolean): Promise<number> {
  const host = counted({ name, address: name }, sshConfig);
  const wish = await wished(host, level, encrypts);
  await host.machine.close();
  const printed = await ssh({ name, sshConfig }, changeScript(wish));
  return Number(printed.trim());
}

/** `ssh host true` over a connection of its own, milliseconds. */
export async function plain(host: Fresh): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < PLAIN_ROUNDS; round += 1) times.push(await timed(() => ssh(host, "true")));
  return median(times);
}

async function ssh({ name, sshConfig }: Fresh, program: string): Promise<string> {
  const argv = [...sshArguments({ config: sshConfig, controlPath: null }), name, "sh"];
  const done = await runProcess(argv, { input: [program], timeoutMs: 300_000, killGroup: false });
  if (done.code !== 0) throw new Error(`${name}: ${done.stderr.slice(-2_000)}`);
  return done.stdout;
}

async function wished({ machine }: Counted, level: Level, encrypts: boolean): Promise<readonly Resource[]> {
  const surveyed = await machine.survey(questionsOf(level));
  if (!surveyed.ok) throw new Error(surveyed.failure.what);
  const { target } = hostContext(machine, level, "by-hand");
  const all = [
    ...resources(target, surveyed.value.value),
    ...wishOf({ ...surveyed.value.value, level, ships: [] }).resources,
  ];
  const volume: Resource = { kind: "volume", id: "volume", path: LAYOUT.home, device: null, unlock: "key-file" };
  return [...new Map(all.map((one) => [one.id, one])).values(), ...(encrypts ? [volume] : [])];
}

interface Rounds {
  readonly ours: readonly Awaited<ReturnType<typeof byUs>>[];
  readonly hand: readonly number[];
  readonly plain: readonly number[];
}

export function report(what: string, steps: readonly Step[], { ours, hand, plain: ssh }: Rounds): readonly Measured[] {
  const [whole, changed, one] = [median(ours.map(({ first }) => first.ms)), median(hand), median(ssh)];
  const trips = (pick: "first" | "again") => ours[0]?.[pick].trips ?? [];
  const named = (counts: readonly number[]) => counts.map((count, at) => `${steps[at]?.kind} ${count}`).join(", ");
  const again = median(ours.map(({ again: second }) => second.ms));
  return [
    {
      name: `${what} of a fresh host, beyond the time of the changes, against ssh host true`,
      value: (whole - changed) / one,
      unit: "×",
      goal: { most: 8 },
      detail: `${ms(whole)} in all, ${ms(changed)} on the host for the same changes by one script, ssh host true ${ms(one)} (medians of ${ours.length})`,
    },
    {
      name: `${what} of a fresh host, round trips`,
      value: sum(trips("first")),
      unit: "trips",
      goal: { most: 12 },
      detail: named(trips("first")),
    },
    {
      name: `${what} again with nothing to change, round trips of the busiest phase`,
      value: Math.max(...trips("again")),
      unit: "trips",
      goal: { most: 2 },
      detail: `${named(trips("again"))}; ${ms(again)}, ${(again / one).toFixed(1)} × ssh host true`,
    },
  ];
}

const ms = (value: number) => `${value.toFixed(0)} ms`;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
