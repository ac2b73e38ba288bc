/** What one look at a ship found. Null: not to be known now; the metric is left out, never 0. */
export interface ShipSample {
  /** @p with sig. */
  readonly ship: string;
  /** The control socket answers. */
  readonly up: boolean;
  readonly live: boolean | null;
  readonly threads: boolean | null;
  readonly version: string | null;
  readonly events: number | null;
  readonly loomFreeBytes: number | null;
  readonly loomLimitBytes: number | null;
  readonly httpStatus: number | null;
  readonly httpSeconds: number | null;
  readonly logBytes: number | null;
  readonly logAllocatedBytes: number | null;
  readonly epochs: number | null;
  readonly imageBytes: number | null;
  /** Unix time of the last snapshot. */
  readonly snapshotAt: number | null;
  readonly memory: Readonly<Partial<Record<"king" | "worker", number>>>;
  readonly restarts: number | null;
  readonly unitActive: boolean | null;
  /** The unit's last start was refused by its guard: a stale token, another machine, a double boot on hold. */
  readonly startRefused: boolean | null;
  /** Desks that wait for a newer runtime or a blocked app. */
  readonly updatesPending: number | null;
  /** Unix time of the last backup that Slipway's timer noted. */
  readonly backupAt: number | null;
  /** How long the look took. */
  readonly seconds: number;
}
