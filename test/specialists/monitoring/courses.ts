/** Courses of events for every alert, in promtool's notation, one value a minute: one that fires it, one that does not. */
const SHIP = '{ship="~zod",host="alder"}';
/** What must be seen so that a host is not missed. */
export const PRESENT = {
  'urbit_ship_up{ship="~zod",host="alder"}': "1x4600",
  'urbit_ship_up{ship="~nec",host="alder"}': "1x4600",
};

export interface Course {
  readonly alert: string;
  readonly fires: boolean;
  readonly when: string;
  /** Minutes after which it is asked. */
  readonly at: number;
  readonly series: Readonly<Record<string, string>>;
}

export const COURSES: readonly Course[] = [
  {
    alert: "ShipDown",
    fires: true,
    when: "a ship is silent for two minutes",
    at: 13,
    series: { [`urbit_ship_up${SHIP}`]: "1x9 0x10" },
  },
  {
    alert: "ShipDown",
    fires: false,
    when: "a ship restarts within a minute",
    at: 13,
    series: { [`urbit_ship_up${SHIP}`]: "1x9 0 1x10" },
  },
  {
    alert: "LoomHigh",
    fires: true,
    when: "95 % of a loom is used for ten minutes",
    at: 12,
    series: { [`urbit_ship_loom_free_bytes${SHIP}`]: "5x30", [`urbit_ship_loom_limit_bytes${SHIP}`]: "100x30" },
  },
  {
    alert: "LoomHigh",
    fires: false,
    when: "half of it is used",
    at: 12,
    series: { [`urbit_ship_loom_free_bytes${SHIP}`]: "50x30", [`urbit_ship_loom_limit_bytes${SHIP}`]: "100x30" },
  },
  {
    alert: "DiskFullInDays",
    fires: true,
    when: "100 GB are left and 40 go every day",
    at: 480,
    series: { 'slipway_agent_disk_free_bytes{host="alder"}': "100e9-27.8e6x600" },
  },
  {
    alert: "DiskFullInDays",
    fires: false,
    when: "1 GB goes every day",
    at: 480,
    series: { 'slipway_agent_disk_free_bytes{host="alder"}': "100e9-0.7e6x600" },
  },
  {
    alert: "DiskFullInDays",
    fires: false,
    when: "a full disk was just emptied",
    at: 480,
    series: { 'slipway_agent_disk_free_bytes{host="alder"}': "1e9+50e6x600" },
  },
  {
    alert: "LogGrowthAnomaly",
    fires: true,
    when: "an idle ship writes 10 MB/s, as in urbit#7398",
    at: 50,
    series: { [`urbit_ship_log_allocated_bytes${SHIP}`]: "1e9+600e6x60" },
  },
  {
    alert: "LogGrowthAnomaly",
    fires: false,
    when: "a ship writes 10 kB/s",
    at: 50,
    series: { [`urbit_ship_log_allocated_bytes${SHIP}`]: "1e9+600e3x60" },
  },
  {
    alert: "CertExpiry",
    fires: true,
    when: "a certificate ends in ten days",
    at: 70,
    series: { 'probe_ssl_earliest_cert_expiry{job="certificate",instance="a:443"}': "868200x100" },
  },
  {
    alert: "CertExpiry",
    fires: false,
    when: "it ends in sixty",
    at: 70,
    series: { 'probe_ssl_earliest_cert_expiry{job="certificate",instance="a:443"}': "5184000x100" },
  },
  {
    alert: "BackupStale",
    fires: true,
    when: "the last good backup is 27 hours old",
    at: 1700,
    series: { [`urbit_ship_backup_timestamp_seconds${SHIP}`]: "0x1800" },
  },
  {
    alert: "BackupStale",
    fires: false,
    when: "it is an hour old, or there never was one",
    at: 60,
    series: { [`urbit_ship_backup_timestamp_seconds${SHIP}`]: "0x100" },
  },
  {
    alert: "DoubleBootRefused",
    fires: true,
    when: "the guard refuses a start",
    at: 5,
    series: { [`urbit_ship_start_refused${SHIP}`]: "0x4 1x10" },
  },
  {
    alert: "DoubleBootRefused",
    fires: false,
    when: "it was started again by rights",
    at: 12,
    series: { [`urbit_ship_start_refused${SHIP}`]: "1x4 0x10" },
  },
  {
    alert: "OtaStuck",
    fires: true,
    when: "an update waits for two days",
    at: 2900,
    series: { [`urbit_ship_updates_pending${SHIP}`]: "1x3000" },
  },
  {
    alert: "OtaStuck",
    fires: false,
    when: "it waited a day",
    at: 2900,
    series: { [`urbit_ship_updates_pending${SHIP}`]: "1x1440 0x3000" },
  },
  {
    alert: "RestartLoop",
    fires: true,
    when: "a ship is restarted every five minutes",
    at: 40,
    series: { [`urbit_ship_restarts_total${SHIP}`]: "0x9 1x4 2x4 3x4 4x4 5x4 6x20" },
  },
  {
    alert: "RestartLoop",
    fires: false,
    when: "it was restarted once",
    at: 40,
    series: { [`urbit_ship_restarts_total${SHIP}`]: "0x20 1x30" },
  },
  {
    alert: "ClockSkew",
    fires: true,
    when: "a clock is a minute ahead",
    at: 15,
    series: { 'node_time_seconds{job="node",host="alder"}': "60+60x30" },
  },
  {
    alert: "ClockSkew",
    fires: false,
    when: "a clock is right",
    at: 15,
    series: { 'node_time_seconds{job="node",host="alder"}': "0+60x30" },
  },
  {
    alert: "TargetMissing",
    fires: true,
    when: "nothing is heard of a host at all",
    at: 10,
    series: { 'urbit_ship_up{ship="~bud",host="birch"}': "1x30" },
  },
  {
    alert: "TargetMissing",
    fires: true,
    when: "one of its two ships is not shown any more",
    at: 30,
    series: { [`urbit_ship_up${SHIP}`]: "1x60", 'urbit_ship_up{ship="~nec",host="alder"}': "1x10 stale" },
  },
  {
    alert: "TargetMissing",
    fires: true,
    when: "an exporter does not answer",
    at: 10,
    series: { ...PRESENT, 'up{job="slipway-agent",host="alder"}': "0x30" },
  },
  {
    alert: "TargetMissing",
    fires: false,
    when: "both are shown, though one is down",
    at: 10,
    series: { ...PRESENT, [`urbit_ship_up${SHIP}`]: "0x60" },
  },
  {
    alert: "SloFastBurn",
    fires: true,
    when: "a ship does not answer from outside for an hour",
    at: 70,
    series: { 'probe_success{job="ship-probe",ship="~zod"}': "1x9 0x100" },
  },
  {
    alert: "SloFastBurn",
    fires: false,
    when: "it answered again ten minutes ago",
    at: 80,
    series: { 'probe_success{job="ship-probe",ship="~zod"}': "1x59 0x10 1x20" },
  },
  {
    alert: "SloSlowBurn",
    fires: true,
    when: "one look in a hundred fails for six hours",
    at: 400,
    series: { 'probe_success{job="ship-probe",ship="~zod"}': failing(500, 25) },
  },
  {
    alert: "SloSlowBurn",
    fires: false,
    when: "one look in five thousand fails",
    at: 400,
    series: { 'probe_success{job="ship-probe",ship="~zod"}': "1x5 0 1x500" },
  },
  {
    alert: "SloLeak",
    fires: true,
    when: "one look in a hundred fails for three days",
    at: 4500,
    series: { 'probe_success{job="ship-probe",ship="~zod"}': failing(4600, 100) },
  },
  {
    alert: "SloLeak",
    fires: false,
    when: "none fails",
    at: 4500,
    series: { 'probe_success{job="ship-probe",ship="~zod"}': "1x4600" },
  },
  { alert: "SlipwayProof", fires: true, when: "it is put out", at: 1, series: {} },
];

/** A look a minute, every so many of which fails. */
function failing(minutes: number, every: number): string {
  return Array.from({ length: Math.floor(minutes / every) }, () => `0 1x${every - 2}`).join(" ");
}
