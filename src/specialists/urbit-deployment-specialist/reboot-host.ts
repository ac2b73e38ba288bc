import { type Outcome, ok } from "../../base/outcome.ts";
import type { Answers, Question, Seen } from "../../machines/machine.ts";
import { LAYOUT, shipPaths } from "../../urbit/layout.ts";
import { converge } from "../batch.ts";
import { batchOf, check, done, hostOf, pending } from "../lib.ts";
import type { Applied, Step, StepContext } from "../step.ts";
import { levelHere } from "./harden.ts";
import { PROFILE } from "./hardening/apparmor.ts";
import { file } from "./hardening/control.ts";
import { lookAtShips } from "./standing-ships.ts";

const RESTARTED = "the host has started anew";
const VOLUME_BACK = "the piers' volume is back";
const SHIPS_BACK = "every ship that starts with the host runs and answers";
const CONFINED = "ships run under their AppArmor profile";
const POLL_MS = 2_000;

/** Says which run restarted the host, and which start that ended: a repeat does not restart it again. */
const MARK = "/var/lib/slipway/restarted";

/** What the last call of a step saw of the host, up again. */
const LOOKED = new WeakMap<StepContext, Seen<Answers>>();

/** Strict: a restart that was planned, rather than the first power cut, shows that volume and ships come back. */
export const rebootHost: Step = {
  kind: "reboot-host",
  specialist: "urbit-deployment-specialist",
  scope: "host",
  topic: null,
  applies: (target) => levelHere(target) === "strict",
  effect: () => "reversible",
  describe: (target) => {
    const { name, volume } = hostOf(target);
    const asked = volume?.unlock === "person" ? "; somebody has to unlock the volume before ships come back" : "";
    return {
      purpose: `Restart ${name} and see that volume and ships come back${asked}`,
      inputs: [`hardening of ${name}`, `volume of ${name}`],
      outputs: [`restart of ${name}`],
      checks: [RESTARTED, VOLUME_BACK, SHIPS_BACK, CONFINED],
      commands: ["systemctl reboot"],
      minutes: { low: 1, high: 20 },
      risk: {
        level: "high",
        what: "the host or a ship does not come back",
        answer: "it stands behind its own gate; the provider's console is the way in, rollback takes the settings back",
      },
    };
  },
  // A host on its way down and up does not answer, or breaks off; what would end the wait is said.
  apply: async (context) => {
    const applied = await restart(context);
    if (applied.ok || applied.failure.kind !== "transient") return applied;
    return pending(POLL_MS, `waiting for ${context.machine.name} to answer again (else: its provider's console)`);
  },
  check: async (context) => {
    const known = LOOKED.get(context);
    const looked = known === undefined ? await look(context) : ok(known);
    if (!looked.ok) return looked;
    const { value: answers, sighting } = looked.value;
    const { boot, mark, volume, confined } = answers;
    const modelled = boot?.exit === null;
    const ships = await lookAtShips(context);
    if (!ships.ok) return ships;
    const down = ships.value.filter(({ state }) => state.unitEnabled && state.fence !== null && !state.live);
    const restarted =
      mark?.text.startsWith(`${context.run} `) === true && !mark.text.includes(boot?.text.trim() ?? "-");
    const free = (confined?.text ?? "").trim().replaceAll("\n", ", ");
    return ok([
      check(RESTARTED, modelled || restarted, boot?.text.trim() ?? "", sighting),
      check(VOLUME_BACK, modelled || volume?.text.includes("crypt") === true, volume?.text.trim() ?? "", sighting),
      check(SHIPS_BACK, down.length === 0, down.map(({ ship }) => ship.name).join(", "), sighting),
      check(CONFINED, modelled || free === "", free, sighting),
    ]);
  },
  undo: async (context) => {
    const undone = await context.machine.undo(batchOf(context, "reboot"));
    if (!undone.ok) return undone;
    return ok({ undone: true, detail: "a restart leaves nothing to take back", checks: [] });
  },
};

/** Restarts the host once in this run, and looks whether volume and ships are back. */
async function restart(context: StepContext): Promise<Outcome<Applied>> {
  const { machine } = context;
  const looked = await look(context);
  if (!looked.ok) return looked;
  const { boot, mark } = looked.value.value;
  const [run, before] = (mark?.text ?? "").trim().split(" ");
  const here = boot?.text.trim() ?? "";
  if (machine.rehearsal || run !== context.run || before === here) {
    const marked = await converge(machine, {
      batch: batchOf(context, "reboot"),
      resources: [file(MARK, "0600", `${context.run} ${here}\n`)],
      dryRun: false,
      revertAfterSeconds: null,
    });
    if (!marked.ok) return marked;
    // The twin has no starts to tell apart: there the mark alone says that it was done.
    if (!machine.rehearsal || marked.value.value.changed > 0) {
      const restarted = await machine.restart();
      if (!restarted.ok && restarted.failure.kind !== "transient") return restarted;
      return pending(POLL_MS, `${machine.name} restarts`);
    }
  }
  LOOKED.set(context, looked.value);
  const ships = await lookAtShips(context);
  if (!ships.ok) return ships;
  const waiting = ships.value.find(
    ({ state }) => state.unitEnabled && state.fence !== null && !state.live && state.unit !== "failed",
  );
  if (waiting !== undefined) return pending(POLL_MS, waitingFor(context, waiting.ship.name, looked.value.value));
  return done(false, [`${machine.name} restarted, and its ships came back`], {}, [looked.value.sighting]);
}

function look({ machine, target }: StepContext): Promise<Outcome<Seen<Answers>>> {
  const units = target.shipsOnHost.map(({ name }) => shipPaths(name).unit).join(" ");
  const questions: readonly Question[] = [
    { id: "boot", command: "cat /proc/sys/kernel/random/boot_id" },
    { id: "mark", command: `cat ${MARK}` },
    {
      id: "volume",
      command: `lsblk -nso TYPE "$(findmnt -no SOURCE --target ${LAYOUT.home} | sed 's/\\[.*//')" | tr '\\n' ' '`,
    },
    {
      id: "confined",
      command: `[ ! -f /etc/apparmor.d/${PROFILE} ] || for unit in ${units === "" ? "none" : units}; do pid=$(systemctl show -p MainPID --value "$unit"); [ "$pid" -gt 0 ] || continue; grep -qx '${PROFILE} (enforce)' "/proc/$pid/attr/current" || echo "$unit: $(cat "/proc/$pid/attr/current")"; done`,
    },
  ];
  return machine.ask(questions);
}

function waitingFor({ machine, target }: StepContext, ship: string, { volume }: Answers): string {
  if (hostOf(target).volume?.unlock !== "person" || volume?.text.includes("crypt") === true)
    return `waiting for ${ship} to be live again`;
  return `${ship} waits for somebody to unlock the volume: ssh -t ${hostOf(target).address} systemd-tty-ask-password-agent --query (on ${machine.name})`;
}
