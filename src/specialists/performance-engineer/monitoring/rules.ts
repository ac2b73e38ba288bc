import { windows } from "./slo.ts";

/** An alerting rule as data. Durations are seconds; `{{ }}` in texts is Prometheus' own templating. */
export interface Alert {
  readonly alert: string;
  readonly expr: (pace: Pace) => string;
  readonly forSeconds: number;
  /** page: somebody is woken; ticket: somebody looks in the morning. */
  readonly severity: "page" | "ticket";
  readonly summary: string;
  /** What to do first. */
  readonly action: string;
}

/** Spells durations of so many seconds for PromQL, divided by the drill's pace (1 in earnest). */
export interface Pace {
  readonly wait: (seconds: number) => string;
  /** A window to reckon over: never so short that it holds too few looks. */
  readonly window: (seconds: number) => string;
}

const SHORTEST_WINDOW = 10;

export function paceOf(divisor: number): Pace {
  const spelled = (least: number) => (seconds: number) => `${Math.max(least, Math.round(seconds / divisor))}s`;
  return { wait: spelled(1), window: spelled(SHORTEST_WINDOW) };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Every alert on ships and their hosts. Each has a unit test that fires it and one that keeps it quiet. */
export const ALERTS: readonly Alert[] = [
  {
    alert: "ShipDown",
    expr: () => "urbit_ship_up == 0",
    forSeconds: 2 * MINUTE,
    severity: "page",
    summary: "{{ $labels.ship }} on {{ $labels.host }} does not answer on its control socket.",
    action: "journalctl -u 'urbit-*' -n 50 on the host; slipway ship {{ $labels.ship }}. Never start a second copy.",
  },
  {
    alert: "LoomHigh",
    expr: () => "slipway:ship_loom_used:ratio > 0.9",
    forSeconds: 10 * MINUTE,
    severity: "page",
    summary: "{{ $labels.ship }} has used {{ $value | humanizePercentage }} of its loom; at the end of it, it stops.",
    action: "|pack or |meld it; if that frees little, restart it with a bigger --loom and keep that for good.",
  },
  {
    alert: "DiskFullInDays",
    expr: (pace) =>
      `predict_linear(slipway_agent_disk_free_bytes[${pace.window(6 * HOUR)}], ${4 * DAY}) < 0 and deriv(slipway_agent_disk_free_bytes[${pace.window(6 * HOUR)}]) < 0`,
    forSeconds: HOUR,
    severity: "page",
    summary: "The disk of {{ $labels.host }} that holds the piers will be full within four days.",
    action: "Roll and chop the largest event log while its ship is stopped; never delete files under .urb/log.",
  },
  {
    alert: "LogGrowthAnomaly",
    expr: (pace) => `deriv(urbit_ship_log_allocated_bytes[${pace.window(30 * MINUTE)}]) > 1e6`,
    forSeconds: 15 * MINUTE,
    severity: "ticket",
    summary: "The event log of {{ $labels.ship }} grows by {{ $value | humanize1024 }}B/s.",
    action: "See which agent is busy (|verb in the dojo): an idle ship writes next to nothing.",
  },
  {
    alert: "CertExpiry",
    expr: () => `probe_ssl_earliest_cert_expiry{job="certificate"} - time() < ${14 * DAY}`,
    forSeconds: HOUR,
    severity: "page",
    summary: "The certificate at {{ $labels.instance }} ends in {{ $value | humanizeDuration }}.",
    action: "See why it was not renewed: the log of the web server, DNS, port 80 and 443 from outside.",
  },
  {
    alert: "BackupStale",
    expr: () => `time() - urbit_ship_backup_timestamp_seconds > ${26 * HOUR}`,
    forSeconds: 30 * MINUTE,
    severity: "page",
    summary: "The last good backup of {{ $labels.ship }} is {{ $value | humanizeDuration }} old.",
    action: "See the backup's timer and log on {{ $labels.host }}.",
  },
  {
    alert: "DoubleBootRefused",
    expr: () => "urbit_ship_start_refused == 1",
    forSeconds: 0,
    severity: "page",
    summary: "The guard on {{ $labels.host }} refused to start {{ $labels.ship }}: another copy, or an old token.",
    action: "slipway lease explain {{ $labels.ship }}. Do not start it by hand: two copies break the ship for good.",
  },
  {
    alert: "OtaStuck",
    expr: () => "urbit_ship_updates_pending > 0",
    forSeconds: 2 * DAY,
    severity: "ticket",
    summary: "{{ $labels.ship }} has {{ $value }} desk(s) with an update that waits.",
    action: "+vats in the dojo says which; a newer runtime or |bump usually ends the wait.",
  },
  {
    alert: "RestartLoop",
    expr: (pace) => `increase(urbit_ship_restarts_total[${pace.window(30 * MINUTE)}]) > 2`,
    forSeconds: 0,
    severity: "page",
    summary: "{{ $labels.ship }} on {{ $labels.host }} was restarted again and again.",
    action: "journalctl -u 'urbit-*' -n 100 on the host: the last lines before each end say why.",
  },
  {
    alert: "ClockSkew",
    expr: () => 'abs(timestamp(node_time_seconds{job="node"}) - node_time_seconds{job="node"}) > 5',
    forSeconds: 5 * MINUTE,
    severity: "ticket",
    summary: "The clock of {{ $labels.host }} is {{ $value | humanizeDuration }} off.",
    action: "timedatectl on the host: is it synchronised?",
  },
  {
    alert: "TargetMissing",
    expr: () =>
      '(slipway_expected_ships unless on (host) (count by (host) (urbit_ship_up) >= on (host) slipway_expected_ships)) or up{job="slipway-agent"} == 0',
    forSeconds: 5 * MINUTE,
    severity: "page",
    summary: "{{ $labels.host }} shows fewer ships than it should, or is not heard of at all.",
    action: "systemctl status 'slipway-tunnel-*' on the monitoring host, then slipway-agent on {{ $labels.host }}.",
  },
];

interface Recording {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Series that dashboards, alerts and `slipway fleet` share. */
export const RECORDINGS: readonly Recording[] = [
  {
    record: "slipway:ship_loom_used:ratio",
    expr: "1 - urbit_ship_loom_free_bytes / urbit_ship_loom_limit_bytes",
  },
  { record: "slipway:ships:count", expr: "count(urbit_ship_up)" },
  { record: "slipway:ships_up:count", expr: "sum(urbit_ship_up)" },
];

/** A rule file of Prometheus as a value; `yaml` writes it down. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly object[] }[];
}

export function recordingFile(): RuleFile {
  return { groups: [{ name: "slipway", rules: RECORDINGS }] };
}

/** How many ships a host is to show: what is missing cannot tell of itself. */
export function expectationFile(host: string, ships: number): RuleFile {
  const rule = { record: "slipway_expected_ships", expr: `vector(${ships})`, labels: { host } };
  return { groups: [{ name: `expected-${host}`, rules: [rule] }] };
}

/** The alerts, at the drill's pace. */
export function alertFile(divisor: number): RuleFile {
  const pace = paceOf(divisor);
  return { groups: [{ name: "ships", rules: ALERTS.map((alert) => alertRule(alert, pace)) }] };
}

function alertRule({ alert, expr, forSeconds, severity, summary, action }: Alert, pace: Pace): object {
  return {
    alert,
    expr: expr(pace),
    ...(forSeconds === 0 ? {} : { for: pace.wait(forSeconds) }),
    labels: { severity },
    annotations: { summary, action },
  };
}

/** Burn-rate alerts on the service level, as `slo.ts` reckons it. */
export function sloFile(objectivePercent: number, divisor: number): RuleFile {
  const pace = paceOf(divisor);
  const budget = Number((1 - objectivePercent / 100).toPrecision(6));
  const { recordings, burns } = windows(pace, budget);
  return {
    groups: [
      { name: "service-level-windows", rules: recordings },
      { name: "service-level", rules: burns.map((burn) => alertRule(burn, pace)) },
    ],
  };
}

/**
 * The alert that proves the way to the receiver; it is taken away when the nonce is back. It waits a moment: a Prometheus
 * that has just read its rules finds its Alertmanager again only seconds later, and says everything once a minute.
 */
export function proofFile(nonce: string): RuleFile {
  const rule = {
    alert: "SlipwayProof",
    expr: "vector(1)",
    for: "10s",
    labels: { severity: "page", nonce },
    annotations: {
      summary: `Slipway proves that alerts reach you. The nonce is ${nonce}.`,
      action: `Acknowledge it: slipway ack RUN ${nonce}`,
    },
  };
  return { groups: [{ name: "proof", rules: [rule] }] };
}
