/**
 * The right to write one ship, kept by the engine as one keyed object per ship. Its token only grows; the host keeps
 * the highest it has seen and refuses anything older, because a lock in the engine cannot stop a stalled worker.
 */
export interface Lease {
  readonly ship: string;
  /** Highest token ever handed out. */
  readonly token: number;
  readonly holder: Holder | null;
  /** Identity of the pier as the host last reported it; "" before the first boot. */
  readonly pierId: string;
  /** Number of the last event seen; null before the ship was seen live. */
  readonly lastEvent: number | null;
  readonly history: readonly { readonly at: string; readonly what: string }[];
}

export interface Holder {
  readonly host: string;
  readonly machineId: string;
  readonly run: string;
  readonly since: string;
}

export type LeaseAnswer =
  | { readonly granted: true; readonly lease: Lease }
  | { readonly granted: false; readonly lease: Lease; readonly because: string };

/** The engine's key for a ship's lease. A twin's ship is another thing than the real one of the same name. */
export function leaseKey(ship: string, rehearsal: boolean): string {
  return rehearsal ? `twin/${ship}` : ship;
}

export function emptyLease(ship: string): Lease {
  return { ship, token: 0, holder: null, pierId: "", lastEvent: null, history: [] };
}

/** Grants a new token to the machine that holds the lease or to anyone when nobody does; refuses everybody else. */
export function acquire(lease: Lease, wish: Omit<Holder, "since">, at: string): LeaseAnswer {
  const { holder } = lease;
  if (holder !== null && holder.machineId !== wish.machineId) {
    return {
      granted: false,
      lease,
      because: `${lease.ship} runs on ${holder.host} (token ${lease.token}, since ${holder.since}, run ${holder.run})`,
    };
  }
  const token = lease.token + 1;
  const next: Lease = {
    ...lease,
    token,
    holder: { ...wish, since: holder?.since ?? at },
    history: remember(lease, at, `token ${token} to ${wish.host} for run ${wish.run}`),
  };
  return { granted: true, lease: next };
}

/** Gives the ship back. Only the current token may, so a stalled worker cannot free what another now holds. */
export function release(lease: Lease, token: number, because: string, at: string): LeaseAnswer {
  if (lease.holder === null) return { granted: true, lease };
  if (token !== lease.token) {
    return { granted: false, lease, because: `token ${token} is not the current one (${lease.token})` };
  }
  return { granted: true, lease: { ...lease, holder: null, history: remember(lease, at, `released: ${because}`) } };
}

/** Notes what the ship looked like on the machine that holds it; what any other says is not about this ship. */
export function observe(lease: Lease, machineId: string, pierId: string, event: number | null): Lease {
  if (lease.holder?.machineId !== machineId) return lease;
  const lastEvent = event === null ? lease.lastEvent : Math.max(event, lease.lastEvent ?? 0);
  return { ...lease, pierId: pierId || lease.pierId, lastEvent };
}

const HISTORY = 20;

function remember(lease: Lease, at: string, what: string): Lease["history"] {
  return [...lease.history, { at, what }].slice(-HISTORY);
}
