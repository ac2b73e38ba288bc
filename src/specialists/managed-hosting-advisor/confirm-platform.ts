import { ok } from "../../base/outcome.ts";
import type { ShipTarget } from "../../plan/schema.ts";
import { check, done } from "../lib.ts";
import type { Check, Step, StepTarget } from "../step.ts";

const PLACED = "every ship has a host of the plan";
const PORTS = "no two ships share a port on one host";

/** Phase 1 of the seed: the platform and the place of each ship, settled before anything is touched. */
export const confirmPlatform: Step = {
  kind: "confirm-platform",
  specialist: "managed-hosting-advisor",
  scope: "site",
  effect: () => "reversible",
  describe: (target) => ({
    purpose: `Confirm ${target.plan.platform} for ${target.plan.ships.length} ship(s) on ${target.plan.hosts.length} host(s)`,
    inputs: ["given: the approved plan"],
    outputs: ["placement"],
    checks: [PLACED, PORTS],
    commands: [],
    minutes: { low: 0, high: 1 },
    risk: {
      level: "low",
      what: "a ship has no room where it is placed",
      answer: "nothing is touched before each has a host and ports",
    },
  }),
  apply: async ({ target }) => {
    const placement = Object.fromEntries(
      target.plan.hosts.map((host) => [host.name, shipsOn(target, host.name).length]),
    );
    return done(true, [`Platform confirmed: ${target.plan.platform}`], { shipsPerHost: placement }, []);
  },
  check: async ({ target }) => ok(placementChecks(target)),
  undo: async () => ok({ undone: true, detail: "nothing was changed", checks: [] }),
};

function placementChecks(target: StepTarget): readonly Check[] {
  const { hosts, ships } = target.plan;
  const names = new Set(hosts.map((host) => host.name));
  const homeless = ships.filter((ship) => !names.has(ship.host));
  const clashes = hosts.flatMap((host) =>
    sharedPorts(shipsOn(target, host.name)).map((port) => `${host.name} ${port}`),
  );
  const sighting = {
    at: new Date().toISOString(),
    host: "plan",
    command: "placement of the plan",
    exit: null,
    raw: JSON.stringify(ships.map(({ name, host, amesPort, httpPort }) => ({ name, host, amesPort, httpPort }))),
  };
  return [
    check(
      PLACED,
      homeless.length === 0,
      homeless.length === 0 ? `${ships.length} placed` : homeless.map((s) => s.name).join(", "),
      sighting,
    ),
    check(PORTS, clashes.length === 0, clashes.length === 0 ? "none shared" : clashes.join(", "), sighting),
  ];
}

function shipsOn(target: StepTarget, host: string): readonly ShipTarget[] {
  return target.plan.ships.filter((ship) => ship.host === host);
}

function sharedPorts(ships: readonly ShipTarget[]): readonly string[] {
  const seen = new Set<string>();
  const shared: string[] = [];
  for (const port of ships.flatMap((ship) => [`udp ${ship.amesPort}`, `tcp ${ship.httpPort}`])) {
    if (seen.has(port)) shared.push(port);
    seen.add(port);
  }
  return shared;
}
