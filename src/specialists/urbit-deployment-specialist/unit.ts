import { configuration, fail, type Outcome, ok } from "../../base/outcome.ts";
import { classify } from "../../urbit/boot-log.ts";
import { vereFile } from "../../urbit/layout.ts";
import { check, done, holdsLease, hostOf, pending, shipOf, specOf } from "../lib.ts";
import type { Applied, Step, StepContext } from "../step.ts";

const RUNNING = "the unit is enabled and active";
const LIVE = "the ship says it is live";
const GUARDED = "the unit starts only under the current lease";

const POLL_MS = 500;

/** P8 of deploy-planet: the ship under systemd, started through the lease check and no other way. */
export const unit: Step = {
  kind: "unit",
  specialist: "lead",
  scope: "ship",
  effect: () => "compensatable",
  describe: (target) => ({
    purpose: `Keep ${shipOf(target).name} running under systemd on ${hostOf(target).name}`,
    inputs: [`pier of ${shipOf(target).name}`],
    outputs: [`unit of ${shipOf(target).name}`],
    checks: [RUNNING, LIVE, GUARDED],
    commands: [`systemctl enable urbit-${shipOf(target).name.slice(1)}`],
    minutes: { low: 1, high: 10 },
    risk: {
      level: "medium",
      what: "a second copy of the ship starts elsewhere",
      answer: "the unit starts only under the current fencing token",
    },
  }),
  apply: async (context) => {
    const { machine, target } = context;
    const ship = shipOf(target);
    const found = await machine.ships.inspect(specOf(ship));
    if (!found.ok) return found;
    const { value: state, sighting } = found.value;
    if (state.unit === "absent") return begin(context);
    const lease = await holdsLease(context);
    if (!lease.ok) return lease;
    const current = lease.value.mine && state.fence?.token === lease.value.token;
    if (current && state.unit === "active" && state.unitEnabled) {
      if (!state.live) return pending(POLL_MS, `starting: ${state.unitLog.at(-1) ?? "waiting for the first line"}`);
      const ours = state.fence?.run === context.run;
      return done(
        !ours,
        [`${ship.name} ${ours ? "started" : "was already running"} under systemd on ${machine.name}`],
        {},
        [sighting],
      );
    }
    if (current && state.unit === "failed" && state.fence?.run === context.run && state.unitLog.length > 0) {
      const known = classify(state.unitLog, `${ship.name} does not stay up on ${machine.name}`);
      if (known !== null) return fail(known);
      return configuration(
        "ship-not-starting",
        `${ship.name} does not stay up on ${machine.name}`,
        `journalctl -u urbit-${ship.name.slice(1)} on the host, put right what it says`,
        state.unitLog.slice(-5).join(" · "),
      );
    }
    return begin(context);
  },
  check: async (context) => {
    const found = await context.machine.ships.inspect(specOf(shipOf(context.target)));
    if (!found.ok) return found;
    const { value: state, sighting } = found.value;
    const lease = await holdsLease(context);
    if (!lease.ok) return lease;
    const guarded = lease.value.mine && state.fence?.token === lease.value.token;
    return ok([
      check(
        RUNNING,
        state.unit === "active" && state.unitEnabled,
        `${state.unit}, ${state.unitEnabled ? "enabled" : "not enabled"}`,
        sighting,
      ),
      check(LIVE, state.live, state.unitLog.at(-1) ?? "no line yet", sighting),
      check(GUARDED, guarded, `token ${state.fence?.token ?? "none"}`, sighting),
    ]);
  },
  undo: async (context) => {
    const ship = shipOf(context.target);
    const leave = (undone: boolean, detail: string) => ok({ undone, detail, checks: [] });
    if (context.unchanged) return leave(true, `${ship.name} ran before this run: it runs on`);
    const found = await context.machine.ships.inspect(specOf(ship));
    if (!found.ok) return found;
    const { unit: state, fence: held } = found.value.value;
    if (state === "absent") return leave(true, "there was no unit");
    if (held !== null && held.run !== context.run)
      return leave(false, `${ship.name} is run ${held.run}'s now: it runs on`);
    const fence = await context.acquire();
    if (!fence.ok) return fence;
    const raised = await context.machine.ships.fence(fence.value);
    if (!raised.ok) return raised;
    const stopped = await context.machine.ships.stop(specOf(ship), fence.value);
    if (!stopped.ok) return stopped;
    const down = stopped.value.value.unit !== "active";
    return ok({
      undone: down,
      detail: down ? `${ship.name} stopped` : `${ship.name} is still running`,
      checks: [check("the ship is stopped", down, stopped.value.value.unit, stopped.value.sighting)],
    });
  },
};

/** Takes a new token, tells the host, and starts the unit under it. */
async function begin(context: StepContext): Promise<Outcome<Applied>> {
  const { machine, target } = context;
  const ship = shipOf(target);
  const runtime = await context.runtime();
  if (!runtime.ok) return runtime;
  const fence = await context.acquire();
  if (!fence.ok) return fence;
  const raised = await machine.ships.fence(fence.value);
  if (!raised.ok) return raised;
  const { version, vere } = runtime.value;
  const installed = await machine.ships.install(specOf(ship), fence.value, vereFile(version, vere.sha256));
  if (!installed.ok) return installed;
  const started = await machine.ships.start(specOf(ship), fence.value);
  if (!started.ok) return started;
  const { live, unit } = started.value.value;
  if (!live || unit !== "active") return pending(POLL_MS, "starting");
  return done(false, [`${ship.name} started under systemd on ${machine.name}`], {}, [started.value.sighting]);
}
