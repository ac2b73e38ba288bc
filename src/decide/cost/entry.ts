import { type Price, RATES, type Rate, usdOf } from "../../knowledge/prices.ts";

/** A line of the bill in cents, with the ends of its range. `unitUsd` null: nobody publishes the price. */
export interface Entry {
  readonly item: string;
  readonly quantity: number;
  readonly unitUsd: number | null;
  readonly cents: number | null;
  readonly low: number;
  readonly high: number;
  readonly price: Price;
  /** Part of the machines, which were chosen together: their range is that of the whole choice. */
  readonly machine?: true;
}

/** A unit price as it is printed: whole cents, or five places for what is sold by the gigabyte. */
export function unit(usd: number): number {
  const places = Math.abs(usd) >= 1 ? 100 : 100_000;
  return Math.round(usd * places) / places;
}

/** Whole cents of a quantity at a printed unit price. */
export function cents(quantity: number, unitUsd: number): number {
  return Math.round(quantity * unitUsd * 100);
}

/** A line at list price; `at` bends the unit price (a discount, a share) at each end of the range. */
export function entry(
  item: string,
  quantity: number,
  price: Price,
  at: (usd: number, rate: Rate) => number = (usd) => usd,
): Entry {
  const [low, mid, high] = RATES.map((rate) => unit(at(usdOf(price, rate), rate)));
  return between(item, quantity, mid ?? 0, [low ?? 0, high ?? 0], price);
}

/** A line whose unit price has a range of its own. */
export function between(
  item: string,
  quantity: number,
  unitUsd: number,
  range: readonly [low: number, high: number],
  price: Price,
): Entry {
  const [low, high] = range;
  return {
    item,
    quantity,
    unitUsd,
    cents: cents(quantity, unitUsd),
    low: cents(quantity, Math.min(low, unitUsd)),
    high: cents(quantity, Math.max(high, unitUsd)),
    price,
  };
}

/** A line for what nobody publishes a price of: a visible range, never nothing. */
export function open(item: string, quantity: number, lowUsd: number, highUsd: number, price: Price): Entry {
  return {
    item,
    quantity,
    unitUsd: null,
    cents: null,
    low: Math.round(lowUsd * 100),
    high: Math.round(highUsd * 100),
    price,
  };
}

/** What a line is taken at where one number is needed: its price, or the least it can be. */
export function expected(entries: readonly Entry[]): number {
  return entries.reduce((sum, { cents: known, low }) => sum + (known ?? low), 0);
}

/** Gives the machines' lines the part of a bill's range that the other lines, with ranges of their own, leave. */
export function ranged(entries: readonly Entry[], low: number, high: number): Entry[] {
  const machines = entries.filter((line) => line.machine === true);
  const others = entries.filter((line) => line.machine !== true);
  const total = expected(machines);
  const rest = (end: number, of: (line: Entry) => number) => end - others.reduce((sum, line) => sum + of(line), 0);
  const lows = sharer(
    Math.min(
      total,
      Math.max(
        0,
        rest(low, (line) => line.low),
      ),
    ),
    total,
  );
  const highs = sharer(
    Math.max(
      total,
      rest(high, (line) => line.high),
    ),
    total,
  );
  return entries.map((line) =>
    line.machine === true ? { ...line, low: lows(line.cents ?? 0), high: highs(line.cents ?? 0) } : line,
  );
}

/** Hands out `whole` in the proportions of the parts of `total`, to the cent. */
function sharer(whole: number, total: number): (part: number) => number {
  let seen = 0;
  let given = 0;
  return (part) => {
    seen += part;
    const until = total === 0 ? 0 : Math.round((whole * seen) / total);
    const share = until - given;
    given = until;
    return share;
  };
}
