import type { Family, Sample } from "./metrics.ts";
import type { Disk } from "./pier.ts";
import type { ShipSample } from "./sample.ts";

type Value = (sample: ShipSample) => number | boolean | null;

/** name, type, unit, help, value: the whole list of what is told of a ship. Labels: the ship, and nothing that grows. */
const METRICS: readonly (readonly [string, Family["type"], Family["unit"], string, Value])[] = [
  ["urbit_ship_up", "gauge", undefined, "Whether the ship's control socket answers.", (s) => s.up],
  ["urbit_ship_live", "gauge", undefined, "Whether the ship says it is live.", (s) => s.live],
  ["urbit_ship_threads", "gauge", undefined, "Whether the ship can run threads (khan).", (s) => s.threads],
  ["urbit_ship_events", "counter", undefined, "Events the ship has run.", (s) => s.events],
  ["urbit_ship_loom_free_bytes", "gauge", "bytes", "Memory free inside the loom.", (s) => s.loomFreeBytes],
  [
    "urbit_ship_loom_limit_bytes",
    "gauge",
    "bytes",
    "Size of the loom the ship was started with.",
    (s) => s.loomLimitBytes,
  ],
  [
    "urbit_ship_http_status",
    "gauge",
    undefined,
    "Status of the ship's health page: 204 idle, 429 busy.",
    (s) => s.httpStatus,
  ],
  [
    "urbit_ship_http_response_seconds",
    "gauge",
    "seconds",
    "Time to the health page's answer, on the host.",
    (s) => s.httpSeconds,
  ],
  ["urbit_ship_log_bytes", "gauge", "bytes", "Apparent size of the event log, all epochs.", (s) => s.logBytes],
  ["urbit_ship_log_allocated_bytes", "gauge", "bytes", "Disk the event log takes.", (s) => s.logAllocatedBytes],
  ["urbit_ship_epochs", "gauge", undefined, "Epochs of the event log.", (s) => s.epochs],
  ["urbit_ship_image_bytes", "gauge", "bytes", "Size of the live snapshot.", (s) => s.imageBytes],
  [
    "urbit_ship_snapshot_timestamp_seconds",
    "gauge",
    "seconds",
    "When the live snapshot was last written.",
    (s) => s.snapshotAt,
  ],
  [
    "urbit_ship_restarts",
    "counter",
    undefined,
    "Restarts of the unit by systemd since it was loaded.",
    (s) => s.restarts,
  ],
  ["urbit_ship_unit_active", "gauge", undefined, "Whether the ship's unit is active.", (s) => s.unitActive],
  [
    "urbit_ship_start_refused",
    "gauge",
    undefined,
    "Whether the guard refused the unit's last start (double boot, stale token).",
    (s) => s.startRefused,
  ],
  ["urbit_ship_updates_pending", "gauge", undefined, "Desks with an update that waits.", (s) => s.updatesPending],
  ["urbit_ship_backup_timestamp_seconds", "gauge", "seconds", "When the last backup succeeded.", (s) => s.backupAt],
  ["urbit_ship_look_seconds", "gauge", "seconds", "Time the agent's look at the ship took.", (s) => s.seconds],
];

/** Samples of any number of ships, and of the disk they lie on, as metric families. */
export function families(samples: readonly ShipSample[], disk: Disk | null, version: string): readonly Family[] {
  const told = METRICS.map(([name, type, unit, help, value]): Family => {
    const rows = samples.flatMap((sample): Sample[] => {
      const found = value(sample);
      return found === null ? [] : [{ labels: { ship: sample.ship }, value: Number(found) }];
    });
    return { name, type, ...(unit === undefined ? {} : { unit }), help, samples: rows };
  });
  const memory = samples.flatMap(({ ship, memory: used }) =>
    Object.entries(used).map(([process, value]): Sample => ({ labels: { ship, process }, value })),
  );
  const versions = samples.flatMap(({ ship, version: runs }) =>
    runs === null ? [] : [{ labels: { ship, version: runs }, value: 1 }],
  );
  return [
    ...told,
    {
      name: "urbit_ship_resident_memory_bytes",
      type: "gauge",
      unit: "bytes",
      help: "Resident memory of the ship's processes.",
      samples: memory,
    },
    { name: "urbit_ship_runtime", type: "info", help: "Runtime the ship runs on.", samples: versions },
    bytes("slipway_agent_disk_free_bytes", "Free on the file system that holds the piers.", disk?.freeBytes),
    bytes("slipway_agent_disk_size_bytes", "Size of the file system that holds the piers.", disk?.sizeBytes),
    { name: "slipway_agent", type: "info", help: "The agent itself.", samples: [{ labels: { version }, value: 1 }] },
    {
      name: "slipway_agent_ships",
      type: "gauge",
      help: "Piers found on the host.",
      samples: [{ labels: {}, value: samples.length }],
    },
  ];
}

function bytes(name: string, help: string, value: number | undefined): Family {
  const samples = value === undefined ? [] : [{ labels: {}, value }];
  return { name, type: "gauge", unit: "bytes", help, samples };
}
