import { configuration, type Outcome, ok } from "../../../base/outcome.ts";
import type { Answers, Question } from "../../../machines/machine.ts";
import { PORTS } from "./places.ts";

const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
const size = (bytes: number) => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(0)} MB`);
const age = (seconds: number) =>
  seconds >= 172_800 ? `${Math.floor(seconds / 86_400)} d` : `${Math.floor(seconds / 3_600)} h`;

/** What is asked of Prometheus about each ship: the series the dashboards draw. `shown` null: not a column of its own. */
export const FLEET_QUERIES = [
  { id: "up", title: "", expr: "urbit_ship_up", shown: null },
  { id: "events", title: "EVENTS", expr: "urbit_ship_events_total", shown: (value: number) => String(value) },
  { id: "loomUsed", title: "LOOM", expr: "slipway:ship_loom_used:ratio", shown: percent },
  { id: "logBytes", title: "LOG", expr: "urbit_ship_log_allocated_bytes", shown: size },
  { id: "memoryBytes", title: "MEMORY", expr: "sum by (ship, host) (urbit_ship_resident_memory_bytes)", shown: size },
  { id: "backupAgeSeconds", title: "BACKUP", expr: "time() - urbit_ship_backup_timestamp_seconds", shown: age },
  {
    id: "availability1d",
    title: "24 H",
    expr: 'avg_over_time(probe_success{job="ship-probe"}[1d])',
    shown: (value: number) => `${(100 * value).toFixed(2)} %`,
  },
] as const;

type Measure = (typeof FLEET_QUERIES)[number]["id"];

/** A ship as Prometheus knows it; null where it has no such series. */
export type FleetShip = { readonly ship: string; readonly host: string } & Readonly<Record<Measure, number | null>>;

export interface Fleet {
  readonly ships: readonly FleetShip[];
  /** Alerts that fire now, each with what it is about. */
  readonly alerts: readonly string[];
}

const ALERTS = "alerts";

/** Everything in one round trip to the monitoring host. */
export function fleetQuestions(): readonly Question[] {
  const ask = (id: string, expr: string): Question => ({
    id,
    command: `curl -fsS --max-time 10 --get http://127.0.0.1:${PORTS.prometheus}/api/v1/query --data-urlencode 'query=${expr}'`,
  });
  return [...FLEET_QUERIES.map(({ id, expr }) => ask(id, expr)), ask(ALERTS, 'ALERTS{alertstate="firing"}')];
}

export function readFleet(answers: Answers): Outcome<Fleet> {
  const rows = new Map<string, { ship: string; host: string } & Record<Measure, number | null>>();
  for (const { id } of FLEET_QUERIES) {
    const series = seriesOf(answers, id);
    if (series === null) {
      return configuration(
        "prometheus-silent",
        "Prometheus does not answer on the monitoring host",
        "systemctl status slipway-prometheus there, or slipway setup-monitoring HOST… --monitor HOST",
      );
    }
    for (const { metric, value } of series) {
      const { ship = "", host = "" } = metric;
      if (ship === "") continue;
      const row = rows.get(ship) ?? { ship, host, ...NOTHING };
      row[id] = value;
      rows.set(ship, row);
    }
  }
  const alerts = (seriesOf(answers, ALERTS) ?? []).map(({ metric }) =>
    [metric.alertname, metric.ship ?? metric.host ?? ""].filter(Boolean).join(" "),
  );
  const ships = [...rows.values()].sort((a, b) => a.ship.localeCompare(b.ship));
  return ok({ ships, alerts: [...new Set(alerts)].sort() });
}

const NOTHING: Readonly<Record<Measure, null>> = {
  up: null,
  events: null,
  loomUsed: null,
  logBytes: null,
  memoryBytes: null,
  backupAgeSeconds: null,
  availability1d: null,
};

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The instant vector of an answer of Prometheus, or null where it is none. */
export function seriesOf(answers: Answers, id: string): readonly Series[] | null {
  const answer = answers[id];
  if (answer === undefined || answer.exit !== 0) return null;
  try {
    const { status, data } = JSON.parse(answer.text) as {
      status: string;
      data: { result: readonly { metric: Record<string, string>; value: readonly [number, string] }[] };
    };
    if (status !== "success") return null;
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  } catch {
    return null;
  }
}
