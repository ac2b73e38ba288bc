import { readFileSync } from "node:fs";

export interface Price {
  readonly id: string;
  readonly provider: string;
  readonly product: string;
  readonly sku: string;
  /** "month", "hour", "GB-month", "kWh", "watt", "once". */
  readonly unit: string;
  readonly price: number;
  readonly currency: string;
  readonly asOf: string;
  /** Month (YYYY-MM) from which the price is shown as old. */
  readonly expires: string;
  readonly source: string;
  readonly confidence: "sourced" | "recalled";
  readonly ramGiB: number | null;
}

let loaded: ReadonlyMap<string, Price> | null = null;

/** A price of the catalogue by id. */
export function priceOf(id: string): Price {
  if (loaded === null) {
    const file = new URL("./prices/catalogue.json", import.meta.url);
    const { prices } = JSON.parse(readFileSync(file, "utf8")) as { prices: readonly Price[] };
    loaded = new Map(prices.map((price) => [price.id, price]));
  }
  const price = loaded.get(id);
  if (price === undefined) throw new RangeError(`the catalogue has no price ${id}`);
  return price;
}

/** Hours in a month as clouds count them. */
export const MONTH_HOURS = 730;
