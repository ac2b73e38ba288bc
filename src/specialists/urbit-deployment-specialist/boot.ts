import { type Outcome, ok } from "../../base/outcome.ts";
import type { ShipState } from "../../machines/ships.ts";
import { pillFile, vereFile } from "../../urbit/layout.ts";
import { check, done, holdsLease, hostOf, pending, shipOf, specOf, unknownPier } from "../lib.ts";
import type { Step, StepContext, Undone } from "../step.ts";

const BOOTED = "the pier has this ship's identity and was live once";
const FENCED = "the host holds the ship's current fencing token";

const POLL_MS = 1_000;

/**
 * P5 of deploy-planet. The boot runs in the background of the host and outlives us; it is watched by its log lines, not
 * by the clock. For a live ship it is the first contact with the network, and cannot be undone.
 */
export const boot: Step = {
  kind: "boot",
  specialist: "lead",
  scope: "ship",
  effect: (target) => (shipOf(target).fake ? "reversible" : "irreversible"),
  describe: (target) => {
    const { name, fake } = shipOf(target);
    return {
      purpose: `Boot ${name}${fake ? " as a fake ship" : ""} on ${hostOf(target).name}`,
      inputs: [`vere on ${hostOf(target).name}`, ...(fake ? [] : [`checked key of ${name}`])],
      outputs: [`pier of ${name}`],
      checks: [BOOTED, FENCED],
      commands: [
        `systemd-run --unit slipway-boot-${name.slice(1)} urbit -t -x ${fake ? "-F" : "-w"} ${name.slice(1)} …`,
      ],
      minutes: fake ? { low: 1, high: 5 } : { low: 3, high: 60 },
      risk: fake
        ? {
            level: "low",
            what: "the boot is killed half way",
            answer: "it is watched by its log and begun again from nothing",
          }
        : {
            level: "high",
            what: "a second first boot breaks the ship's identity for good",
            answer: "one lease, one key, and a half boot is wiped only if it never went live",
          },
    };
  },
  apply: async (context) => {
    const { machine, target } = context;
    const ship = shipOf(target);
    const found = await machine.ships.inspect(specOf(ship));
    if (!found.ok) return found;
    const { value: state, sighting } = found.value;
    if (state.pier === "absent" && state.boot !== "running") return begin(context, state);
    const lease = await holdsLease(context);
    if (!lease.ok) return lease;
    if (state.boot === "running" && state.fence?.token === lease.value.token) return pending(POLL_MS, progress(state));
    if (state.pier === "ready") {
      if (lease.value.mine && state.fence !== null) {
        const ours = state.fence.run === context.run;
        const text = `${ship.name} ${ours ? "booted" : "was already booted"} on ${machine.name}`;
        return done(!ours, [text], { pierId: state.pierId }, [sighting]);
      }
      if (!ship.fake) return unknownPier(ship, machine.name);
    }
    return begin(context, state);
  },
  check: async (context) => {
    const found = await context.machine.ships.inspect(specOf(shipOf(context.target)));
    if (!found.ok) return found;
    const { value: state, sighting } = found.value;
    const lease = await holdsLease(context);
    if (!lease.ok) return lease;
    const current = state.fence?.token === lease.value.token && lease.value.mine;
    return ok([
      check(BOOTED, state.pier === "ready", `pier is ${state.pier}`, sighting),
      check(
        FENCED,
        current,
        `token ${state.fence?.token ?? "none"} on the host, ${lease.value.token} in the lease`,
        sighting,
      ),
    ]);
  },
  undo: async (context) => {
    const ship = shipOf(context.target);
    const left = await leftAlone(context);
    if (!left.ok) return left;
    if (left.value !== null) return ok(left.value);
    const fence = await context.acquire();
    if (!fence.ok) return fence;
    const raised = await context.machine.ships.fence(fence.value);
    if (!raised.ok) return raised;
    const removed = await context.machine.ships.remove(specOf(ship), fence.value);
    if (!removed.ok) return removed;
    const unfenced = await context.machine.ships.unfence(fence.value);
    if (!unfenced.ok) return unfenced;
    const released = await context.release(fence.value.token, "rolled back");
    if (!released.ok) return released;
    const gone = removed.value.value.pier === "absent";
    return ok({
      undone: gone,
      detail: gone ? `${ship.name} removed` : `the pier of ${ship.name} is still there`,
      checks: [check("the pier is gone", gone, `pier is ${removed.value.value.pier}`, removed.value.sighting)],
    });
  },
};

/** Why a pier is not this run's to remove, or null when it is. */
async function leftAlone(context: StepContext): Promise<Outcome<Undone | null>> {
  const { machine, run, target, unchanged } = context;
  const ship = shipOf(target);
  const leave = (undone: boolean, detail: string) => ok({ undone, detail, checks: [] });
  if (unchanged) return leave(true, `${ship.name} was on ${machine.name} before this run: it stays`);
  const found = await machine.ships.inspect(specOf(ship));
  if (!found.ok) return found;
  const { pier, fence } = found.value.value;
  if (!ship.fake && (pier === "began" || pier === "ready")) {
    const detail = `${ship.name} has been on the network: its pier stays on ${machine.name}. Removing it would force a breach.`;
    return leave(false, detail);
  }
  if (fence?.run === run) return ok(null);
  if (pier !== "absent") {
    const whose = fence === null ? "was not booted by Slipway" : `is run ${fence.run}'s now`;
    return leave(false, `the pier of ${ship.name} on ${machine.name} ${whose}: it stays`);
  }
  // The pier may be gone and the lease not given back yet, when an earlier try was cut off.
  const lease = await context.lease();
  if (!lease.ok) return lease;
  return lease.value.holder?.run === run ? ok(null) : leave(true, `there is no pier of ${ship.name}`);
}

/** Takes a new token, tells the host, and starts the boot (or adopts a fake ship's pier that was left there). */
async function begin(context: StepContext, state: ShipState) {
  const { machine, target } = context;
  const ship = shipOf(target);
  const runtime = await context.runtime();
  if (!runtime.ok) return runtime;
  const fence = await context.acquire();
  if (!fence.ok) return fence;
  const raised = await machine.ships.fence(fence.value);
  if (!raised.ok) return raised;
  if (state.pier === "ready") {
    return done(false, [`${ship.name} adopted on ${machine.name}`], { pierId: state.pierId }, [raised.value.sighting]);
  }
  const key = ship.fake ? null : await context.key();
  if (key !== null && !key.ok) return key;
  const { version, vere, pill } = runtime.value;
  const begun = await machine.ships.boot({
    ship: specOf(ship),
    fence: fence.value,
    vere: vereFile(version, vere.sha256),
    pill: pill === null ? null : pillFile(pill.sha256),
    key: key === null ? null : key.value,
  });
  if (!begun.ok) return begun;
  const { value: now, sighting } = begun.value;
  // A boot that has failed already says why at the next look, like one that fails later.
  if (now.pier !== "ready") return pending(POLL_MS, progress(now));
  return done(false, [`${ship.name} booted on ${machine.name}`], { pierId: now.pierId }, [sighting]);
}

function progress(state: ShipState): string {
  return `booting: ${state.bootLog.at(-1) ?? "starting"}`;
}
