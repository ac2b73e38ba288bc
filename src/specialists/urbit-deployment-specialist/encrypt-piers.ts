import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import { shellQuote } from "../../base/quote.ts";
import { VOLUME } from "../../machines/host/resources/volume.ts";
import type { Convergence, ConvergeRequest, Facts, Seen } from "../../machines/machine.ts";
import type { Unlock } from "../../machines/resources.ts";
import type { ShipTarget } from "../../plan/schema.ts";
import { LAYOUT, shipPaths } from "../../urbit/layout.ts";
import { converge, lookOf, takenBack } from "../batch.ts";
import { batchOf, check, done, hostOf, pending } from "../lib.ts";
import type { Step, StepContext, StepTarget } from "../step.ts";
import { levelHere } from "./harden.ts";
import { lookAtShips, startAgain, stopShips } from "./standing-ships.ts";

const ENCRYPTED = "the piers lie on an encrypted volume";
const ONE_COPY = "no other copy of a pier is left";
const BACK = "the ships that ran before run again";
const POLL_MS = 500;

/** What a step has seen of its host: it asks for facts once, and looks again only after a change. */
interface Progress {
  readonly facts: Facts;
  readonly look: Seen<Convergence> | null;
}
const PROGRESS = new WeakMap<StepContext, Progress>();

/** What each way of unlocking protects from, and what it costs: said before anybody agrees to it. */
export const TRADE_OFF: Readonly<Record<Unlock, string>> = {
  "key-file":
    "the key lies on the host's system disk: ships come back by themselves after a restart; it protects a volume or a copy of it that leaves the host alone, not the host taken whole",
  tpm2: "the host's TPM gives the key to this machine only: ships come back by themselves; it protects disks that leave the machine, not the machine taken whole; the passphrase is the second key and is to be kept elsewhere",
  person:
    "nobody but a person has the key: it protects the host taken whole while it is off; after every restart the ships wait until somebody unlocks the volume: ssh -t HOST systemd-tty-ask-password-agent --query",
};

/** Strict: a LUKS2 volume under the piers. Ships are stopped, their piers moved and verified, and started again under the same lease. */
export const encryptPiers: Step = {
  kind: "encrypt-piers",
  specialist: "urbit-deployment-specialist",
  scope: "host",
  topic: null,
  applies: (target) => levelHere(target) === "strict",
  effect: () => "compensatable",
  describe: (target) => {
    const { name } = hostOf(target);
    const { device, unlock } = wishFor(target);
    const where = device ?? `a file of ${VOLUME.percentOfFree} % of the free space`;
    return {
      purpose: `Encrypt the piers' volume (LUKS2) of ${name}: ${where}; ${TRADE_OFF[unlock]}`,
      inputs: [`hardening of ${name}`],
      // Who boots a ship here waits for the volume: no pier is to be made beside it.
      outputs: [`volume of ${name}`, `vere on ${name}`],
      checks: [ENCRYPTED, ONE_COPY, BACK],
      commands: [`converge volume ${LAYOUT.home}`],
      minutes: { low: 1, high: 60 },
      risk: {
        level: "high",
        what: "a pier is lost, or two copies of a ship start",
        answer: "ships are stopped; the copy is held digest against digest before the former one is deleted",
      },
    };
  },
  apply: async (context) => {
    const { machine, target } = context;
    const ready = { id: "volume.ready", command: readiness(wishFor(target)) };
    const survey = await machine.survey([ready]);
    if (!survey.ok) return survey;
    const { facts, answers } = survey.value.value;
    const request = requestFor(context, facts);
    PROGRESS.set(context, { facts, look: null });
    const sightings = [survey.value.sighting];
    // Ships are stopped only for what is sure to change; where no pier lies, there is nothing to be careful with.
    let moving = facts.ships.length === 0;
    if (!moving) {
      const looked = await machine.converge({ ...request, dryRun: true });
      if (!looked.ok) return looked;
      sightings.push(looked.value.sighting);
      const { changed, failed } = looked.value.value;
      moving = changed + failed > 0;
      if (!moving) PROGRESS.set(context, { facts, look: looked.value });
    }
    if (moving) {
      const stranger = strangers(facts, target.shipsOnHost);
      if (stranger.length > 0) return unknown(machine.name, stranger);
      const lacking = answers[ready.id]?.text.trim() ?? "";
      if (lacking !== "") return notReady(context, lacking);
      const stopped = await stopShips(context);
      if (!stopped.ok) return stopped;
      const converged = await converge(machine, request);
      if (!converged.ok) {
        // Whichever copy is the one in place runs on; the other is where nothing starts it.
        await startAgain(context);
        return converged;
      }
      PROGRESS.set(context, { facts, look: lookOf(converged.value) });
      moving = converged.value.value.changed > 0;
      sightings.push(converged.value.sighting);
    }
    const waiting = await startAgain(context);
    if (!waiting.ok) return waiting;
    if (waiting.value !== null) return pending(POLL_MS, waiting.value);
    const text = `the piers of ${machine.name} lie on an encrypted volume`;
    const ships = await lookAtShips(context);
    if (!ships.ok) return ships;
    // Moved in an earlier call of this run, which then waited for its ships.
    const moved = moving || ships.value.some(({ state }) => state.fence?.run === context.run);
    return done(!moved, [text], { ...wishFor(target) }, sightings);
  },
  check: async (context) => {
    const looked = await look(context);
    if (!looked.ok) return looked;
    const { answers, failed, changed } = looked.value.value;
    const [on, former] = [answers["volume.on"], answers["volume.former"]];
    const modelled = on?.exit === null;
    const ships = await lookAtShips(context);
    if (!ships.ok) return ships;
    const down = ships.value.filter(({ state }) => state.fence?.run === context.run && !state.live);
    return ok([
      check(
        ENCRYPTED,
        changed + failed === 0 && (modelled || / crypt$/m.test(on?.text ?? "")),
        (on?.text ?? "").trim().replaceAll("\n", ", "),
        looked.value.sighting,
      ),
      check(ONE_COPY, modelled || former?.text.trim() === "", former?.text.trim() ?? "", looked.value.sighting),
      check(BACK, down.length === 0, down.map(({ ship }) => ship.name).join(", "), looked.value.sighting),
    ]);
  },
  undo: async (context) => {
    const stopped = await stopShips(context);
    if (!stopped.ok) return stopped;
    const undone = await context.machine.undo(batchOf(context, "encrypt"));
    if (!undone.ok) return undone;
    const started = await startAgain(context);
    if (!started.ok) return started;
    return ok(
      takenBack(undone.value, `${undone.value.value.changed} change(s) taken back, piers moved off the volume`),
    );
  },
};

async function look(context: StepContext): Promise<Outcome<Seen<Convergence>>> {
  const known = PROGRESS.get(context);
  if (known?.look) return ok(known.look);
  const facts = known === undefined ? await context.machine.facts() : ok({ value: known.facts });
  return facts.ok ? context.machine.converge({ ...requestFor(context, facts.value.value), dryRun: true }) : facts;
}

function wishFor(target: StepTarget) {
  return hostOf(target).volume ?? { device: null, unlock: "key-file" as const };
}

function requestFor(context: StepContext, facts: Facts): ConvergeRequest {
  const packages = ["cryptsetup-bin", "e2fsprogs"];
  // Debian 13 took it out of the systemd package.
  if (facts.os === "debian" && Number(facts.osVersion) >= 13) packages.push("systemd-cryptsetup");
  // systemd opens a TPM by libraries it only suggests, under names that change; this package brings them under one that stays.
  if (wishFor(context.target).unlock === "tpm2") packages.push("tpm2-tools");
  return {
    batch: batchOf(context, "encrypt"),
    resources: [
      ...packages.map((name) => ({ kind: "package" as const, id: `package ${name}`, name })),
      { kind: "volume", id: `volume ${LAYOUT.home}`, path: LAYOUT.home, ...wishFor(context.target) },
    ],
    dryRun: false,
    revertAfterSeconds: null,
    questions: [
      {
        id: "volume.on",
        command: `lsblk -nso NAME,TYPE "$(findmnt -no SOURCE --target ${LAYOUT.home} | sed 's/\\[.*//')"`,
      },
      { id: "volume.former", command: `ls -d ${VOLUME.folder}/former ${VOLUME.folder}/new 2>/dev/null; :` },
    ],
  };
}

/** Prints what is lacking before any ship is stopped; nothing where a volume was begun and can be gone on with. */
function readiness({ device, unlock }: ReturnType<typeof wishFor>): string {
  const lines = [`[ ! -e /dev/mapper/${VOLUME.name} ] || exit 0`];
  if (unlock !== "key-file")
    lines.push(`[ -s ${VOLUME.passphrase} ] || echo 'the passphrase is not at ${VOLUME.passphrase}'`);
  if (unlock === "tpm2") lines.push("[ -e /dev/tpmrm0 ] || echo 'this machine has no TPM 2.0'");
  if (device !== null) {
    const word = shellQuote(device);
    lines.push(
      `[ -b ${word} ] || echo ${shellQuote(`${device} is no block device`)}`,
      `[ -s ${VOLUME.folder}/uuid ] || [ -z "$(wipefs -n -- ${word} 2>/dev/null)" ] || echo ${shellQuote(`${device} is not empty`)}`,
    );
  }
  return lines.join("\n");
}

function notReady({ machine, target }: StepContext, lacking: string): Outcome<never> {
  const { unlock } = wishFor(target);
  const next =
    unlock === "key-file"
      ? "name an empty device, or none for a file on the host's own disk"
      : `put it there in memory: ssh -t ${hostOf(target).address} 'umask 077; mkdir -p ${LAYOUT.runDirectory}; systemd-ask-password "Passphrase:" > ${VOLUME.passphrase}'; then run it again`;
  return configuration(
    "volume-not-ready",
    `${machine.name} cannot have the volume yet: ${lacking.replaceAll("\n", "; ")}`,
    next,
  );
}

/** Piers here that the plan knows nothing of: whoever runs them has to stop them first. */
function strangers({ ships }: Facts, known: readonly ShipTarget[]): readonly string[] {
  const names = new Set(known.map(({ name }) => shipPaths(name).bare));
  return ships.filter((name) => !names.has(name.replace(/^~/, "")));
}

function unknown(host: string, names: readonly string[]): Outcome<never> {
  return configuration(
    "pier-unknown-here",
    `${host} holds piers this plan does not know: ${names.join(", ")}`,
    "adopt them with a launch, or move them elsewhere, then run it again",
    "a pier is moved only under its own lease, while its ship is stopped",
  );
}
