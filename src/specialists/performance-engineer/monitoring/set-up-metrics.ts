import { configuration, ok } from "../../../base/outcome.ts";
import type { Resource } from "../../../machines/resources.ts";
import type { HostTarget } from "../../../plan/schema.ts";
import { sweep } from "../../batch.ts";
import { hostOf, isEnvironment } from "../../lib.ts";
import { isShared } from "../../planned.ts";
import type { StepTarget } from "../../step.ts";
import { blackboxConfig, prometheusConfig, targetFiles, type Watched } from "./config.ts";
import { closeDoors, type Door, openDoors, visitorKey, visitorResources } from "./door.ts";
import { grafanaFiles } from "./grafana.ts";
import { PLACES, PORTS } from "./places.ts";
import { expectationFile, recordingFile } from "./rules.ts";
import { SCRAPE, scraperPorts } from "./scrape-door.ts";
import { described, directory, file, type Proof, running, said, settingStep, type View, type Wish } from "./setting.ts";
import { blackboxUnit, nodeExporterUnit, prometheusUnit, tunnelUnit } from "./units.ts";
import { shipsByNow, watched } from "./watched.ts";

const ANSWERS = "Prometheus answers";
const UP = "every exporter is scraped over the private path";
const SHIPS = "as many ships are shown as there are ships";
const RULES = "promtool finds nothing wrong with configuration and rules";
const PACKAGES = [
  "prometheus",
  "prometheus-alertmanager",
  "prometheus-blackbox-exporter",
  "prometheus-node-exporter",
  "openssh-client",
  "curl",
];

const api = (query: string) =>
  `curl -fsS --max-time 5 --get http://127.0.0.1:${PORTS.prometheus}/api/v1/query --data-urlencode 'query=${query}'`;
const patiently = (test: string) => `for try in 1 2 3 4 5 6 7 8; do ${test} && exit; sleep 2; done; exit 1`;

/** Setup-monitoring 4 to 6: Prometheus on a host of its own, reaching each ship host through a pinned SSH tunnel. */
export const setUpMetrics = settingStep({
  kind: "set-up-metrics",
  specialist: "performance-engineer",
  scope: "monitor",
  topic: null,
  applies: watched,
  component: "monitoring: Prometheus",
  batch: "metrics",
  effect: () => "compensatable",
  describe: (target) =>
    described(
      {
        purpose: "Set up Prometheus and Grafana apart from the ships, over a private path",
        inputs: [
          isShared(target) && target.plan.intent !== "monitor" ? "hardened platform" : "agents",
          // In an environment's own phase its ships come first: what is not there yet cannot be watched.
          ...(isShared(target) ? [] : shipsInEnvironment(target).map(({ name }) => `proof of ${name}`)),
        ],
        outputs: ["metrics"],
        checks: [RULES, ANSWERS, UP, SHIPS],
        commands: [`apt-get install ${PACKAGES.join(" ")}`, "systemctl enable --now slipway-prometheus"],
      },
      [5, 60],
      ["low", "the watcher falls with what it watches", "it runs on another machine than the ships"],
    ),
  questions: [
    {
      id: "taken",
      command: `systemctl -q is-active slipway-prometheus || ss -Hltnp '( sport = :${PORTS.prometheus} or sport = :${PORTS.alertmanager} or sport = :${PORTS.blackbox} )'`,
    },
    { id: "foreign", command: `systemctl -q is-active slipway-node-exporter || ss -Hltn 'sport = :${PORTS.node}'` },
    { id: "grafana", command: "[ -d /etc/grafana/provisioning ] && echo yes" },
  ],
  packages: () => PACKAGES,
  wish: async (context, view) => {
    const { machine, target } = context;
    if (said(view.answers, "taken") !== "") return taken(machine.name);
    const key = await visitorKey(context, SCRAPE, "metrics");
    if (!key.ok) return key;
    const doors = await openDoors(context, watchedHosts(target), SCRAPE, key.value);
    return doors.ok ? ok(await wishFor(target, view, doors.value)) : doors;
  },
  proofs: ({ target }) => proofsOf(target),
  afterUndo: async (context) => {
    const swept = await sweep(context, SWEPT);
    if (!swept.ok) return swept;
    return closeDoors(context, watchedHosts(context.target), SCRAPE);
  },
});

const SWEPT = {
  batch: "metrics-sweep",
  unit: "slipway-sweep.service",
  unless: "/etc/systemd/system/slipway-prometheus.service",
  paths: ["/var/lib/slipway-prometheus", "/var/lib/slipway-alertmanager", "/var/lib/slipway-scrape-key"],
} as const;

/** Ships that the same phase puts up. */
function shipsInEnvironment({ plan, phase }: StepTarget) {
  return isEnvironment(phase) ? plan.ships.filter(({ environment }) => environment === phase) : [];
}

/** Ship hosts that are reached through a tunnel: all but the monitoring host itself. */
function watchedHosts({ plan, host }: StepTarget): readonly HostTarget[] {
  const used = new Set(plan.ships.map((ship) => ship.host));
  return plan.hosts.filter(({ name }) => name !== host?.name && (plan.ships.length === 0 || used.has(name)));
}

function taken(name: string) {
  return configuration(
    "monitoring-taken",
    `${name} runs a Prometheus, Alertmanager or blackbox exporter of its own`,
    "name another host for monitoring (--monitor HOST), or move that one to other ports",
    `ports ${PORTS.prometheus}, ${PORTS.alertmanager} and ${PORTS.blackbox} have to be free`,
  );
}

async function wishFor(target: StepTarget, view: View, doors: readonly Door[]): Promise<Wish> {
  const { stringify } = await import("yaml");
  const monitor = target.plan.monitor;
  const pace = monitor?.pace ?? 1;
  const own = said(view.answers, "foreign") !== "";
  const now = new Set(shipsByNow(target).map(({ name }) => name));
  const itself: Watched = {
    host: hostOf(target).name,
    address: "127.0.0.1",
    ships: target.shipsOnHost.filter(({ name }) => now.has(name)),
    https: false,
    itself: true,
  };
  const all: readonly Watched[] = [
    ...doors.map(
      (door): Watched => ({ ...door, ships: door.ships.filter(({ name }) => now.has(name)), itself: false }),
    ),
    // Without ships it has no agent, but it is a host like any other.
    itself,
  ];
  const grafana = said(view.answers, "grafana") !== "";
  return {
    resources: [
      ...visitorResources(SCRAPE),
      directory(`${PLACES.knownHosts}.d`),
      ...doors.map(({ host, hostKey }) => file(`${PLACES.knownHosts}.d/${host}`, `${host} ${hostKey}\n`)),
      ...doors.map((door) =>
        running(`slipway-tunnel-${door.host}.service`, tunnelUnit({ ...door, ports: scraperPorts(door.ships) })),
      ),
      file(PLACES.blackbox, stringify(blackboxConfig())),
      file(`${PLACES.rules}/recording.yml`, stringify(recordingFile())),
      ...all.flatMap((host) => filesOf(host, stringify)),
      file(`${PLACES.prometheus}/prometheus.yml`, stringify(prometheusConfig(pace))),
      ...(await grafanaFiles(grafana)),
      ...(own ? [] : [running("slipway-node-exporter.service", nodeExporterUnit("prometheus"))]),
      running("slipway-blackbox-exporter.service", blackboxUnit()),
      running("slipway-prometheus.service", prometheusUnit(monitor?.retentionDays ?? 90)),
    ],
    notes: [
      ...(target.shipsOnHost.length === 0
        ? []
        : [`${hostOf(target).name} also runs ships: if it falls, nobody tells of it`]),
      ...(grafana ? [] : [`dashboards lie ready for a Grafana under ${PLACES.grafana}; slipway fleet needs none`]),
    ],
    notSet: grafana ? [] : [`monitoring: Grafana on ${hostOf(target).name}: Debian has no package of it`],
    sightings: doors.map(({ sighting }) => sighting),
  };
}

function filesOf(host: Watched, stringify: (value: object) => string): readonly Resource[] {
  const lonely = host.itself && host.ships.length === 0;
  const missed = host.ships.length > 0;
  const targets = [...targetFiles(host)].filter(([kind]) => kind === "node" || !lonely);
  return [
    ...targets.map(([kind, list]) =>
      file(`${PLACES.targets}/${host.host}.${kind}.json`, `${JSON.stringify(list, null, 2)}\n`),
    ),
    ...(!missed
      ? []
      : [file(`${PLACES.rules}/expected-${host.host}.yml`, stringify(expectationFile(host.host, host.ships.length)))]),
  ];
}

function proofsOf(target: StepTarget): readonly Proof[] {
  const hosts = watchedHosts(target);
  const ships = shipsByNow(target).length;
  return [
    {
      check: RULES,
      question: { id: "rules", command: `promtool check config ${PLACES.prometheus}/prometheus.yml 2>&1` },
      refutes: ({ exit, text }) => (exit === 0 ? null : text.split("\n").slice(-3).join(" ")),
    },
    {
      check: ANSWERS,
      question: { id: "answers", command: `${patiently(ups(target))}` },
      refutes: ({ text }) => (text.includes('"status":"success"') ? null : "it does not"),
    },
    {
      check: UP,
      question: {
        id: "up",
        command: patiently(ups(target)),
      },
      refutes: ({ exit, text }) =>
        exit === 0 ? null : `not all of ${hosts.length} host(s) are scraped: ${text.split("\n").at(-1) ?? ""}`,
    },
    {
      check: SHIPS,
      question: {
        id: "ships",
        command: `${api("count(urbit_ship_up)")}; ls /etc/systemd/system | grep -c '^slipway-tunnel-'`,
      },
      refutes: ({ text }) => {
        const shown = Number(/"value":\[[0-9.]+,"(\d+)"\]/.exec(text)?.[1] ?? 0);
        return shown >= ships || ships === 0 ? null : `${shown} of ${ships} are shown`;
      },
    },
  ];
}

/** Prints Prometheus' answer; true when every exporter is up. */
function ups(target: StepTarget): string {
  const asked = api('count(up{job=~"slipway-agent|node"} == 1)');
  return `{ answer=$(${asked}) && echo "$answer" && echo "$answer" | grep -qE '"value":\\[[0-9.]+,"${expected(target)}"'; }`;
}

/** Exporters to be up: two for each ship host, one for the monitoring host alone. */
function expected(target: StepTarget): number {
  return 2 * watchedHosts(target).length + (target.shipsOnHost.length > 0 ? 2 : 1);
}
