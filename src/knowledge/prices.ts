import { readFileSync } from "node:fs";

/** One dated price. `sourced`: a stored text states the number; `recalled`: general knowledge; `unknown`: nobody publishes one. */
export interface Price {
  readonly id: string;
  readonly provider: string;
  readonly product: string;
  readonly sku: string;
  readonly region: string;
  /** "month", "hour", "GB-month", "GB", "once", "kWh", "watt", "year", "percent", "request-million", "fx". */
  readonly unit: string;
  /** What one of it is, where that is no machine: "key", "user", "LCU". */
  readonly per: string | undefined;
  readonly price: number;
  readonly currency: string;
  readonly asOf: string;
  /** Month (YYYY-MM) from which the price is shown as expired. */
  readonly expires: string;
  readonly source: string;
  readonly confidence: "sourced" | "recalled" | "unknown";
  readonly note: string | undefined;
  readonly ramGiB: number | undefined;
  readonly vcpu: number | undefined;
  readonly diskGb: number | undefined;
  readonly transferTb: number | undefined;
  /** What the machine may be taken for, by words: "vps node", "dedicated". */
  readonly use: string | undefined;
  /** On the list, and at times not to be had. */
  readonly scarce: boolean | undefined;
}

/** A row as its file has it: what is the same all through a file is written once, at the top. */
type Row = Omit<Price, "provider" | "currency" | "confidence" | "source" | "note"> & {
  readonly provider?: string;
  readonly currency?: string;
  readonly confidence?: Price["confidence"];
  readonly source: number;
  readonly note?: number;
};

interface File {
  readonly provider: string;
  readonly currency: string;
  readonly sources: readonly string[];
  readonly notes: readonly string[];
  readonly prices: readonly Row[];
}

export const BOOKS = [
  "aws",
  "azure",
  "contabo",
  "digitalocean",
  "gcp",
  "hardware",
  "hetzner",
  "linode",
  "netcup",
  "oracle",
  "ovh",
  "rates",
  "services",
  "urbit",
  "vultr",
] as const;
export type Book = (typeof BOOKS)[number];

/** Beginnings of ids that differ from their book's name. */
const SHELVED: Readonly<Record<string, Book>> = {
  do: "digitalocean",
  elec: "hardware",
  fx: "rates",
  hw: "hardware",
  pagerduty: "services",
  grafana: "services",
  uptimerobot: "services",
  betterstack: "services",
};

/** A book that was read: rows by id, each made a price when it is first asked for. */
interface Opened {
  readonly file: File;
  readonly rows: ReadonlyMap<string, Row>;
  readonly prices: Map<string, Price>;
}

const opened = new Map<Book, Opened>();

function open(book: Book): Opened {
  const known = opened.get(book);
  if (known !== undefined) return known;
  const path = new URL(`./prices/${book}.json`, import.meta.url);
  const file = JSON.parse(readFileSync(path, "utf8")) as File;
  const made = { file, rows: new Map(file.prices.map((row) => [row.id, row])), prices: new Map<string, Price>() };
  opened.set(book, made);
  return made;
}

function priceIn({ file, prices }: Opened, row: Row): Price {
  const known = prices.get(row.id);
  if (known !== undefined) return known;
  const price = {
    ...EMPTY,
    ...row,
    provider: row.provider ?? file.provider,
    currency: row.currency ?? file.currency,
    source: file.sources[row.source] ?? "",
    note: row.note === undefined ? undefined : file.notes[row.note],
  };
  prices.set(row.id, price);
  return price;
}

/** What a row need not say. */
const EMPTY = {
  confidence: "sourced",
  per: undefined,
  ramGiB: undefined,
  vcpu: undefined,
  diskGb: undefined,
  transferTb: undefined,
  use: undefined,
  scarce: undefined,
} as const;

/** The prices of one book, in the order of its file; with `use`, only of machines that may be taken for it. */
export function pricesOf(book: Book, use?: string): readonly Price[] {
  const made = open(book);
  const rows = [...made.rows.values()];
  const wanted = use === undefined ? rows : rows.filter((row) => row.use?.split(" ").includes(use) === true);
  return wanted.map((row) => priceIn(made, row));
}

/** A price of the catalogue by id; throws for an id it does not have (a mistake of ours, not of the user). */
export function priceOf(id: string): Price {
  const head = id.slice(0, id.indexOf("-"));
  const book = SHELVED[head] ?? (head as Book);
  const made = BOOKS.includes(book) ? open(book) : null;
  const row = made?.rows.get(id);
  if (made === null || row === undefined) throw new RangeError(`the catalogue has no price ${id}`);
  return priceIn(made, row);
}

/** Hours in a month as clouds count them. */
export const MONTH_HOURS = 730;

/** Which end of the range a price is taken at. */
export type Rate = "low" | "mid" | "high";
export const RATES = ["low", "mid", "high"] as const;

/** A remembered price may be this far off either way. */
const RECALLED: Readonly<Record<Rate, number>> = { low: 0.9, mid: 1, high: 1.25 };

/** What one unit costs in dollars (an hourly price for a whole month): at the latest dated rate, or at the ends of what is known. */
export function usdOf(price: Price, rate: Rate = "mid"): number {
  const hours = price.unit === "hour" ? MONTH_HOURS : 1;
  const unsure = price.confidence === "sourced" ? 1 : RECALLED[rate];
  return price.price * hours * unsure * exchange(price.currency, rate);
}

let euro: Readonly<Record<Rate, number>> | null = null;

/** Dollars for one unit of a currency: at the latest rate, or at the lowest and highest the catalogue holds. */
export function exchange(currency: string, rate: Rate = "mid"): number {
  if (currency === "USD") return 1;
  if (currency !== "EUR") throw new RangeError(`the catalogue has no rate for ${currency}`);
  if (euro === null) {
    const values = pricesOf("rates").map((row) => row.price);
    euro = { low: Math.min(...values), mid: latestRate().price, high: Math.max(...values) };
  }
  return euro[rate];
}

/** The newest EUR rate with its date and source; its `sku` is the day. */
export function latestRate(): Price {
  return pricesOf("rates").reduce((best, row) => (row.sku > best.sku ? row : best));
}

/** True on `today` (YYYY-MM-DD) for a price to be looked up again before it is relied on. */
export function isExpired(price: Pick<Price, "expires">, today: string): boolean {
  return today.slice(0, 7) >= price.expires;
}
