import { configuration, type Outcome, ok } from "../../base/outcome.ts";
import { hostMachine } from "../../machines/host/open.ts";
import { type InventoryHost, readInventory } from "../../machines/inventory.ts";
import {
  FLEET_QUERIES,
  type FleetShip,
  fleetQuestions,
  readFleet,
} from "../../specialists/performance-engineer/monitoring/fleet.ts";
import { type Command, JSON_OPTION, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";
import { readMonitor } from "../monitoring.ts";
import { homeOf } from "../site.ts";

export const command: Command = {
  name: "fleet",
  summary: "every ship as the monitoring host sees it",
  usage: "",
  words: [0, 0],
  examples: ["slipway fleet", "slipway fleet --monitor cedar --json"],
  options: {
    monitor: { type: "string", value: "HOST", about: "the host that watches; default: the one last set up" },
    json: JSON_OPTION,
  },
  run: async (input, io) => {
    const json = input.flag("json");
    const home = homeOf(io);
    const name = input.text("monitor") ?? (await readMonitor(home))?.host ?? null;
    const known = await readInventory(home.hosts);
    if (!known.ok) return failWith(io, known.failure, json);
    const host = hostNamed(known.value, name);
    if (!host.ok) return failWith(io, host.failure, json, EXIT.usage);
    const machine = hostMachine(host.value);
    const asked = await machine.ask(fleetQuestions());
    await machine.close();
    if (!asked.ok) return failWith(io, asked.failure, json);
    const fleet = readFleet(asked.value.value);
    if (!fleet.ok) return failWith(io, fleet.failure, json);
    io.out(json ? `${JSON.stringify(fleet.value, null, 2)}\n` : table(fleet.value.ships, fleet.value.alerts));
    return EXIT.done;
  },
};

function hostNamed(hosts: readonly InventoryHost[], name: string | null): Outcome<InventoryHost> {
  if (name === null) {
    return configuration("no-monitor", "no host watches yet", "slipway setup-monitoring HOST… --monitor HOST");
  }
  const host = hosts.find((found) => found.name === name);
  return host === undefined ? usage(`there is no host ${name}`, "slipway host list") : ok(host);
}

function table(ships: readonly FleetShip[], alerts: readonly string[]): string {
  const head = [
    "SHIP",
    "HOST",
    "STATE",
    ...FLEET_QUERIES.filter(({ shown }) => shown !== null).map(({ title }) => title),
  ];
  const rows = ships.map((ship) => [
    ship.ship,
    ship.host,
    ship.up === 1 ? "up" : "down",
    ...FLEET_QUERIES.flatMap(({ id, shown }) => (shown === null ? [] : [ship[id] === null ? "–" : shown(ship[id])])),
  ]);
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  const firing = alerts.length === 0 ? "No alert is firing." : `Firing: ${alerts.join(", ")}`;
  return `${[line(head), ...rows.map(line), "", `${ships.length} ship(s). ${firing}`].join("\n")}\n`;
}
