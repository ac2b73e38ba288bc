/** What one ship takes of a machine, and how long its upkeep stops it. */
export interface Appetite {
  readonly ramMib: number;
  readonly diskGb: number;
  /** Ships that share one processor: a ship is one process, idle most of the time. */
  readonly perCpu: number;
}

/** A live ship: a 2 GiB loom and 1 GiB beside it; a pier of 6 GB that grows 2 GB a month for a year. */
export const LIVE: Appetite = { ramMib: 3072, diskGb: 30, perCpu: 4 };
/** A fresh fake ship peaks at 251 MB and writes 84 MB; it is thrown away before it grows. */
export const FAKE: Appetite = { ramMib: 512, diskGb: 2, perCpu: 16 };

/** Share of a machine's memory that may be filled: the rest is page cache, and room for one ship's bad day. */
export const FILL = 0.8;
/** Disk of a machine that no ship gets. */
export const SYSTEM_DISK_GB = 10;

/** Upkeep that stops a ship, in minutes a month: the process is down while it runs, and nothing can stand in for it. */
export const UPKEEP = [
  { what: "one runtime upgrade with its restart", minutes: 2 },
  { what: "one pack", minutes: 5 },
  { what: "one roll and chop", minutes: 5 },
  { what: "one restart of the host for security updates", minutes: 5 },
] as const;

/** Minutes a month of what nobody planned, by where the ships live: failures a year times the time to come back. */
export const FAILURES: Readonly<Record<"kubernetes" | "vps" | "rented-metal" | "own", number>> = {
  /** A node lost every other month: 6 minutes until its volumes are attached elsewhere. */
  kubernetes: 3,
  /** One hour a year until the provider has moved the machine. */
  vps: 4,
  /** One part a year that somebody drives to: four hours. */
  "rented-metal": 20,
  /** One cut of power or line a year, three hours. */
  own: 15,
};

/** Minutes until a ship of a lost machine runs again. */
export const RECOVERY_MINUTES: Readonly<Record<"kubernetes" | "vps" | "groundseg" | "bare-metal", number>> = {
  kubernetes: 10,
  vps: 30,
  groundseg: 120,
  "bare-metal": 240,
};

/** Copies of a running ship more often than this are not kept up: each is a whole, atomic image of its disk. */
export const LEAST_RPO_MINUTES = 60;
/** No ship answers a web request faster than this over a network. */
export const LEAST_RESPONSE_MS = 5;
