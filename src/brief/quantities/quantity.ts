import type { Amount } from "./amounts.ts";
import type { Noun } from "./nouns.ts";

interface Base {
  readonly amount: Amount;
  /** Tokens it takes up, the words that bound it included; end exclusive. */
  readonly from: number;
  readonly to: number;
}

export interface Money extends Base {
  readonly kind: "money";
  readonly currency: string;
  /** Months' worth of one period (1/12 for a year); null when no period was said. */
  readonly perMonth: number | null;
  readonly perShip: boolean;
  readonly once: boolean;
}

export interface Time extends Base {
  readonly kind: "time";
  /** Days in one unit. */
  readonly unitDays: number;
}

export interface Share extends Base {
  /** "99.9%", or "three nines". */
  readonly kind: "percent" | "nines";
}

export interface Things extends Base {
  readonly kind: "things";
  readonly noun: Noun;
}

export interface Size extends Base {
  readonly kind: "memory" | "disk" | "cpus";
  /** GiB, GB or processors in one unit. */
  readonly scale: number;
}

export interface Bare extends Base {
  readonly kind: "bare";
}

/** A number of a sentence and what it is a number of. */
export type Quantity = Money | Time | Share | Things | Size | Bare;

/** The tokens a count takes up itself: its number and its noun, not the adjectives between them. */
export function ownTokens(things: Things): readonly (readonly [from: number, to: number])[] {
  return [
    [things.from, things.amount.to],
    [things.noun.at, things.to],
  ];
}
