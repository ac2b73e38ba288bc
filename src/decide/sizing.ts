/** A machine as the right-sizing sees it: how many ships it holds, and what it costs in cents with all that is billed beside it. */
export interface Size {
  readonly ships: number;
  readonly cents: number;
}

export interface Mix<S extends Size> {
  readonly size: S;
  readonly quantity: number;
}

export interface Mixer<S extends Size> {
  /** Cents below which no mix can come: quick to say, and enough to pass over what is dear. */
  floor(ships: number): number;
  /** Cents of the cheapest mix that holds this many ships; infinite when no size holds one. */
  cents(ships: number): number;
  mix(ships: number): readonly Mix<S>[];
}

/** Best known way to hold a number of ships: its cost, its machines, and the size put on top. */
interface Cell {
  readonly cents: number;
  readonly machines: number;
  readonly top: number;
}

const NOTHING: Cell = { cents: 0, machines: 0, top: -1 };
/** From here on the size with the least cost a ship takes whole machines' worth off a fleet, until fewer are left. */
const BULK = 1_024;

/**
 * Finds the cheapest mix of sizes that holds a number of ships on at least `least` machines; among equals the one with
 * fewer machines. The tables grow with the largest fleet asked about, up to `BULK`. More ships never cost less: whatever
 * holds them holds fewer too.
 */
export function mixer<S extends Size>(all: readonly S[], least: number): Mixer<S> {
  const sizes = worthTaking(all);
  const largest = sizes[0]?.ships ?? 0;
  const smallest = sizes.at(-1)?.cents ?? Number.POSITIVE_INFINITY;
  const bulk = sizes.reduce<S | null>(
    (best, size) => (best === null || size.cents * best.ships < best.cents * size.ships ? size : best),
    null,
  );
  /** One table for each number of machines still owed; a fleet too large for fewer machines owes none. */
  const tables: Cell[][] = Array.from({ length: least + 1 }, () => []);

  function cheapest(owed: number, ships: number): Cell {
    if (owed === 0 && ships === 0) return NOTHING;
    const below = tables[Math.max(0, owed - 1)] ?? [];
    let best = { cents: Number.POSITIVE_INFINITY, machines: 0, top: -1 };
    for (let top = 0; top < sizes.length; top++) {
      const size = sizes[top];
      if (size === undefined) break;
      const rest = below[Math.max(0, ships - size.ships)] ?? NOTHING;
      const cents = rest.cents + size.cents;
      const machines = rest.machines + 1;
      if (cents < best.cents || (cents === best.cents && machines < best.machines)) best = { cents, machines, top };
    }
    return best;
  }

  /** Machines of the bulk size, and what is left for the table. */
  function parted(ships: number) {
    const whole = bulk === null || ships <= BULK ? 0 : Math.ceil((ships - BULK) / bulk.ships);
    const left = ships - whole * (bulk?.ships ?? 0);
    const owed = left > least * largest ? 0 : least;
    for (let table = 0; table <= owed; table++) {
      const cells = tables[table] ?? [];
      for (let n = cells.length; n <= left; n++) cells.push(cheapest(table, n));
    }
    return { whole, left, owed };
  }

  return {
    floor: (ships) => (bulk === null ? smallest : Math.max(smallest * least, (ships * bulk.cents) / bulk.ships)),
    cents: (ships) => {
      if (bulk === null) return Number.POSITIVE_INFINITY;
      const { whole, left, owed } = parted(ships);
      return whole * bulk.cents + (tables[owed]?.[left]?.cents ?? Number.POSITIVE_INFINITY);
    },
    mix: (ships) => {
      if (bulk === null) return [];
      let { whole, left, owed } = parted(ships);
      const quantities = new Map<number, number>(whole === 0 ? [] : [[sizes.indexOf(bulk), whole]]);
      while (left > 0 || owed > 0) {
        const top = tables[owed]?.[left]?.top ?? 0;
        quantities.set(top, (quantities.get(top) ?? 0) + 1);
        left = Math.max(0, left - (sizes[top]?.ships ?? left));
        owed = Math.max(0, owed - 1);
      }
      return [...quantities]
        .sort(([a], [b]) => a - b)
        .flatMap(([index, quantity]) => {
          const size = sizes[index];
          return size === undefined ? [] : [{ size, quantity }];
        });
    },
  };
}

/** The sizes without those that hold no more and cost no less than another, from the largest down. */
function worthTaking<S extends Size>(all: readonly S[]): S[] {
  const sorted = all.filter((size) => size.ships > 0).sort((a, b) => b.ships - a.ships || a.cents - b.cents);
  const kept: S[] = [];
  for (const size of sorted) if (size.cents < (kept.at(-1)?.cents ?? Number.POSITIVE_INFINITY)) kept.push(size);
  return kept;
}
