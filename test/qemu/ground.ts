import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Guest } from "../../lab/qemu/guest.ts";
import { buildStandIn } from "../../lab/stand-in-vere/build.ts";
import { hostMachine } from "../../src/machines/host/open.ts";
import { hostScripts } from "../../src/machines/host/ships/scripts.ts";
import type { Machine } from "../../src/machines/machine.ts";
import type { Resource } from "../../src/machines/resources.ts";
import type { ShipState } from "../../src/machines/ships.ts";
import type { HostTarget } from "../../src/plan/schema.ts";
import type { Step, StepContext } from "../../src/specialists/step.ts";
import { LAYOUT, shipPaths, vereFile } from "../../src/urbit/layout.ts";
import { fenceFor, SHIP, strictContext, value } from "./strict-context.ts";

export const PIER = shipPaths(SHIP.name).pier;
export const MARKER = "written-inside-the-pier-before-it-was-encrypted";
const PILL = `${LAYOUT.pillDirectory}/stand-in.pill`;

/** A whole machine with a ship on it that runs (the stand-in), and what a run would do there. */
export interface Ground {
  readonly guest: Guest;
  readonly machine: Machine;
  /** What the pier's own count said when all was in place. */
  readonly event: number;
  sh(program: string): string;
  contextOf(run: string): StepContext;
  look(): Promise<ShipState>;
  /** The ship's own count of what has happened to it: an older copy knows less. */
  eventNow(): Promise<number>;
  /** Carries a step on until it is done, then looks with fresh eyes. */
  carriedOut(step: Step, context: StepContext): ReturnType<typeof carriedOut>;
  live(): Promise<void>;
  /** Kernel settings in whole are not the same after any restart: of those, what hardening sets. */
  state(): Promise<Readonly<Record<string, string>>>;
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** `volume`: what the piers are to be encrypted on; left out: a file with a key file. */
export async function groundOf(guest: Guest, volume?: HostTarget["volume"]): Promise<Ground> {
  const machine = hostMachine({ name: "alder", address: "alder" }, { sshConfig: guest.sshConfig });
  const sh = (program: string) => guest.exec(program).stdout.trim();
  const look = async () => value(await machine.ships.inspect(SHIP)).value;
  const eventNow = async () => value(await machine.ships.life(SHIP)).value.event;
  const reached = async (what: (state: Awaited<ReturnType<typeof look>>) => boolean) => {
    for (let tries = 0; tries < 200; tries += 1) {
      if (what(await look())) return;
      await later(500);
    }
    throw new Error(`never: ${JSON.stringify(await look())}`);
  };
  await putUp(machine, reached);
  sh(`echo ${MARKER} > ${PIER}/marker; chown ${LAYOUT.user}: ${PIER}/marker; sync`);
  return {
    guest,
    machine,
    event: await eventNow(),
    sh,
    look,
    eventNow,
    contextOf: (run) => strictContext(machine, run, volume),
    carriedOut,
    live: () => reached(({ live }) => live),
    state: async () => {
      const sysctl = sh("sysctl -e kernel.dmesg_restrict kernel.kptr_restrict net.ipv4.conf.all.send_redirects");
      return { ...value(await machine.fingerprint()).value, sysctl };
    },
  };
}

async function carriedOut(step: Step, context: StepContext) {
  for (let tries = 0; tries < 400; tries += 1) {
    const outcome = value(await step.apply({ ...context }));
    if (outcome.kind === "done") {
      expect(value(await step.check({ ...context })).filter(({ passed }) => !passed)).toEqual([]);
      return outcome;
    }
    await later(500);
  }
  throw new Error("never done");
}

type Reached = (what: (state: Awaited<ReturnType<Ground["look"]>>) => boolean) => Promise<void>;

/** The stand-in's ship, booted and under its unit, of an earlier run. */
async function putUp(machine: Machine, reached: Reached): Promise<void> {
  const local = await buildStandIn();
  const sha256 = createHash("sha256").update(readFileSync(local)).digest("hex");
  const vere = vereFile("4.5", sha256);
  const root = { owner: "root", group: "root" } as const;
  const resources: readonly Resource[] = [
    { kind: "user", id: "user", name: LAYOUT.user, home: LAYOUT.home, shell: "/usr/sbin/nologin" },
    ...LAYOUT.systemDirectories.map(
      ({ path, mode }): Resource => ({ kind: "directory", id: path, path, mode, ...root }),
    ),
    ...hostScripts().map((script): Resource => ({ kind: "file", id: script.path, ...script, ...root })),
    { kind: "file", id: "pill", path: PILL, mode: "0644", content: "any bytes", ...root },
    { kind: "download", id: "vere", path: vere, mode: "0755", sha256, url: null, localFile: local, ...root },
  ];
  const prepared = await machine.converge({ batch: "ground", resources, dryRun: false, revertAfterSeconds: null });
  expect(value(prepared).value.failed).toBe(0);
  const fence = value(await fenceFor(machine, "earlier", SHIP.name));
  value(await machine.ships.fence(fence));
  value(await machine.ships.boot({ ship: SHIP, fence, vere, pill: PILL, key: null }));
  await reached(({ boot, pier }) => boot === "done" && pier === "ready");
  value(await machine.ships.install(SHIP, fence, vere));
  value(await machine.ships.start(SHIP, fence));
  await reached(({ live }) => live);
}
