import table from "./rates.json" with { type: "json" };

/** A dated rate: US dollars for one unit of a currency. */
export interface Rate {
  readonly currency: string;
  readonly usd: number;
  readonly asOf: string;
  /** Month (YYYY-MM) from which the rate is shown as old. */
  readonly expires: string;
  readonly source: string;
  readonly confidence: string;
}

/** The rate of a currency by its ISO code; null where none is kept. The dollar's is one, and needs no date. */
export function rateOf(currency: string): Rate | null {
  return table.rates.find((rate) => rate.currency === currency) ?? null;
}
