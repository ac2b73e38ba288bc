import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import type { ShipState } from "../../machines/ships.ts";
import type { ShipTarget } from "../../plan/schema.ts";
import { shipPaths } from "../../urbit/layout.ts";
import { specOf } from "../lib.ts";
import type { StepContext } from "../step.ts";

export interface Standing {
  readonly ship: ShipTarget;
  readonly state: ShipState;
}

/** How every ship of the plan on this host is right now. */
export async function lookAtShips({ machine, target }: StepContext): Promise<Outcome<readonly Standing[]>> {
  const found: Standing[] = [];
  for (const ship of target.shipsOnHost) {
    const state = await machine.ships.inspect(specOf(ship));
    if (!state.ok) return state;
    found.push({ ship, state: state.value.value });
  }
  return ok(found);
}

/** Stops every ship that runs here, each under a new token of its own lease: that token remembers that this run stopped it. */
export async function stopShips(context: StepContext): Promise<Outcome<readonly string[]>> {
  const { machine } = context;
  const looked = await lookAtShips(context);
  if (!looked.ok) return looked;
  const stopped: string[] = [];
  for (const { ship, state } of looked.value) {
    if (state.unit !== "active") continue;
    const fence = await context.acquire(ship.name);
    if (!fence.ok) return fence;
    const raised = await machine.ships.fence(fence.value);
    if (!raised.ok) return raised;
    const down = await machine.ships.stop(specOf(ship), fence.value);
    if (!down.ok) return down;
    stopped.push(ship.name);
  }
  return ok(stopped);
}

/** Starts what this run stopped, under the same tokens. Null when all of it is live, else what is waited for. */
export async function startAgain(context: StepContext): Promise<Outcome<string | null>> {
  const { machine } = context;
  const looked = await lookAtShips(context);
  if (!looked.ok) return looked;
  let waiting: string | null = null;
  for (const { ship, state } of looked.value) {
    const { fence } = state;
    if (fence?.run !== context.run || !state.unitEnabled) continue;
    if (state.unit === "failed")
      return configuration(
        "ship-not-starting",
        `${ship.name} does not come back on ${machine.name}`,
        `journalctl -u ${shipPaths(ship.name).unit} on the host, put right what it says`,
        state.unitLog.slice(-5).join(" · "),
      );
    if (state.unit === "active" && state.live) continue;
    if (state.unit !== "active") {
      const started = await machine.ships.start(specOf(ship), fence);
      if (!started.ok) return started;
      if (started.value.value.live) continue;
    }
    waiting ??= `waiting for ${ship.name} to be live again`;
  }
  return ok(waiting);
}
