import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { choice, graph, number, page, rows } from "./panels.ts";

const PROBES = 'probe_success{job="ship-probe"}';

/** The four dashboards, by the name of their file. */
export function dashboards(): Readonly<Record<"fleet" | "ship" | "host" | "slo", Dashboard>> {
  return { fleet: fleet().build(), ship: ship().build(), host: host().build(), slo: slo().build() };
}

const fleet = () =>
  page("fleet", "Slipway: fleet", "Every ship at a glance: who is up, who is full, what fires.")
    .withPanel(number("Ships", "none", "slipway:ships:count"))
    .withPanel(number("Up", "none", "slipway:ships_up:count"))
    .withPanel(number("Fullest loom", "percentunit", "max(slipway:ship_loom_used:ratio)"))
    .withPanel(number("Alerts that fire", "none", 'count(ALERTS{alertstate="firing"}) or vector(0)'))
    .withPanel(graph("Ships up on each host", "none", { "{{host}}": "sum by (host) (urbit_ship_up)" }))
    .withPanel(graph("Events a second", "short", { "{{ship}}": "rate(urbit_ship_events_total[5m])" }))
    .withPanel(graph("Loom used", "percentunit", { "{{ship}}": "slipway:ship_loom_used:ratio" }))
    .withPanel(graph("Event logs on disk", "bytes", { "{{ship}}": "urbit_ship_log_allocated_bytes" }))
    .withPanel(rows("Runtimes", "urbit_ship_runtime_info"));

const ship = () =>
  page("ship", "Slipway: ship", "One ship, or several side by side.")
    .withVariable(choice("ship", "urbit_ship_up"))
    .withPanel(number("Up", "none", 'min(urbit_ship_up{ship=~"$ship"})'))
    .withPanel(number("Restarts in a day", "none", 'sum(increase(urbit_ship_restarts_total{ship=~"$ship"}[1d]))'))
    .withPanel(number("Epochs of its log", "none", 'max(urbit_ship_epochs{ship=~"$ship"})'))
    .withPanel(
      number("Snapshot's age", "dtdurations", 'max(time() - urbit_ship_snapshot_timestamp_seconds{ship=~"$ship"})'),
    )
    .withPanel(graph("Events a second", "short", { "{{ship}}": 'rate(urbit_ship_events_total{ship=~"$ship"}[5m])' }))
    .withPanel(
      graph("Answer of its web server, on the host and from outside", "s", {
        "{{ship}} on the host": 'urbit_ship_http_response_seconds{ship=~"$ship"}',
        "{{ship}} from outside": 'probe_duration_seconds{job="ship-probe", ship=~"$ship"}',
      }),
    )
    .withPanel(
      graph("Loom", "bytes", {
        "{{ship}} used": 'urbit_ship_loom_limit_bytes{ship=~"$ship"} - urbit_ship_loom_free_bytes{ship=~"$ship"}',
        "{{ship}} in all": 'urbit_ship_loom_limit_bytes{ship=~"$ship"}',
      }),
    )
    .withPanel(graph("Memory", "bytes", { "{{ship}} {{process}}": 'urbit_ship_resident_memory_bytes{ship=~"$ship"}' }))
    .withPanel(
      graph("Event log and snapshot", "bytes", {
        "{{ship}} log on disk": 'urbit_ship_log_allocated_bytes{ship=~"$ship"}',
        "{{ship}} log": 'urbit_ship_log_bytes{ship=~"$ship"}',
        "{{ship}} snapshot": 'urbit_ship_image_bytes{ship=~"$ship"}',
      }),
    )
    .withPanel(
      graph("State", "none", {
        "{{ship}} live": 'urbit_ship_live{ship=~"$ship"}',
        "{{ship}} unit active": 'urbit_ship_unit_active{ship=~"$ship"}',
        "{{ship}} start refused": 'urbit_ship_start_refused{ship=~"$ship"}',
        "{{ship}} updates that wait": 'urbit_ship_updates_pending{ship=~"$ship"}',
      }),
    );

const host = () =>
  page("host", "Slipway: host", "The machines under the ships, and the one that watches them.")
    .withVariable(choice("host", "node_uname_info"))
    .withPanel(
      graph("Processor, share in use", "percentunit", {
        "{{host}}": '1 - avg by (host) (rate(node_cpu_seconds_total{mode="idle", host=~"$host"}[5m]))',
      }),
    )
    .withPanel(
      graph("Memory in use", "percentunit", {
        "{{host}}": '1 - node_memory_MemAvailable_bytes{host=~"$host"} / node_memory_MemTotal_bytes{host=~"$host"}',
      }),
    )
    .withPanel(
      graph("Free on the disk of the piers", "bytes", { "{{host}}": 'slipway_agent_disk_free_bytes{host=~"$host"}' }),
    )
    .withPanel(graph("Load", "short", { "{{host}}": 'node_load1{host=~"$host"}' }))
    .withPanel(
      graph("Network", "Bps", {
        "{{host}} in": 'sum by (host) (rate(node_network_receive_bytes_total{device!="lo", host=~"$host"}[5m]))',
        "{{host}} out": 'sum by (host) (rate(node_network_transmit_bytes_total{device!="lo", host=~"$host"}[5m]))',
      }),
    )
    .withPanel(
      graph("The agent's look at its ships", "s", {
        "{{host}}": 'sum by (host) (urbit_ship_look_seconds{host=~"$host"})',
        "{{host}} scrape": 'scrape_duration_seconds{job="slipway-agent", host=~"$host"}',
      }),
    )
    .withPanel(
      graph("Clock against the watcher's", "s", {
        "{{host}}": 'node_time_seconds{host=~"$host"} - timestamp(node_time_seconds{host=~"$host"})',
      }).min(-5),
    );

const slo = () =>
  page("slo", "Slipway: service level", "What was promised, as it looks from another machine.")
    .withVariable(choice("ship", PROBES))
    .withPanel(
      number(
        "Available, 30 days",
        "percentunit",
        'avg(avg_over_time(probe_success{job="ship-probe", ship=~"$ship"}[30d]))',
      ),
    )
    .withPanel(
      number(
        "Available, 1 day",
        "percentunit",
        'avg(avg_over_time(probe_success{job="ship-probe", ship=~"$ship"}[1d]))',
      ),
    )
    .withPanel(number("Budget of errors", "percentunit", "slipway:slo_budget:ratio"))
    .withPanel(
      number("Looks in 30 days", "short", 'sum(count_over_time(probe_success{job="ship-probe", ship=~"$ship"}[30d]))'),
    )
    .withPanel(
      graph("Burn rate (1 uses the budget up exactly)", "short", {
        "{{ship}} 1 h": 'slipway:probe_errors:ratio_1h{ship=~"$ship"} / on () group_left () slipway:slo_budget:ratio',
        "{{ship}} 6 h": 'slipway:probe_errors:ratio_6h{ship=~"$ship"} / on () group_left () slipway:slo_budget:ratio',
      }),
    )
    .withPanel(graph("Looks from outside", "none", { "{{ship}}": 'probe_success{job="ship-probe", ship=~"$ship"}' }))
    .withPanel(
      graph("Time to answer, from outside", "s", {
        "p95 over {{ship}}": 'quantile_over_time(0.95, probe_duration_seconds{job="ship-probe", ship=~"$ship"}[1h])',
        "median over {{ship}}": 'quantile_over_time(0.5, probe_duration_seconds{job="ship-probe", ship=~"$ship"}[1h])',
      }),
    );
