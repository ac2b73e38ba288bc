import { rateOf } from "../../knowledge/rates.ts";
import type { Money, Quantity } from "../quantities/quantity.ts";
import type { Reading } from "../reading.ts";

/** A budget as found, by the month and not yet rounded: the most, and the least where two were said. */
export interface Budget {
  readonly usd: number;
  readonly low: number | null;
  readonly perShip: boolean;
}

/** Budgets: "$2,000/month", "2k a month", "€40", "$18k a year", "under 50 bucks", "$10 per ship", "$3000 once". */
export function readMoney(reading: Reading, quantities: readonly Quantity[]): void {
  for (const sum of quantities) {
    if (sum.kind !== "money" || !reading.free(sum.amount.at, sum.amount.to)) continue;
    place(reading, sum);
  }
}

function place(reading: Reading, sum: Money): void {
  const said = reading.slice(sum.amount.at, sum.to);
  const rate = dollars(sum.currency);
  if (rate === null) {
    reading.note("budgetUsdPerMonth", null, `no dated rate for ${sum.currency}: say the budget in $ or €`);
    return;
  }
  const exact = (value: number) => value * rate.usd * (sum.once ? 1 : (sum.perMonth ?? 1));
  const usd = (value: number) => Math.round(exact(value) * 100) / 100;
  if (sum.once) {
    reading.find("budgetOnceUsd", usd(sum.amount.value), sum.from, sum.to);
  } else {
    const { value, bound, range } = sum.amount;
    const low = bound === "least" ? exact(value) : range === null ? null : exact(range.low);
    const budget: Budget = { usd: exact(value), low, perShip: sum.perShip };
    const monthly = usd(value);
    reading.find("budget", budget, sum.from, sum.to);
    if (sum.perMonth === null)
      reading.note("budgetUsdPerMonth", monthly, `no period stands beside "${said}": taken by the month`);
    else if (sum.perMonth !== 1) reading.note("budgetUsdPerMonth", monthly, `"${said}" is ${monthly} USD by the month`);
    if (sum.amount.range !== null)
      reading.note("budgetUsdPerMonth", monthly, `"${said}" is a range: planned for its end`);
  }
  if (rate.because !== null)
    reading.note(
      sum.once ? "budgetOnceUsd" : "budgetUsdPerMonth",
      usd(sum.amount.value),
      `"${said}" at ${rate.because}`,
    );
  if (sum.amount.loose)
    reading.note("budgetUsdPerMonth", usd(sum.amount.value), `"${said}" was taken as ${sum.amount.value}`);
}

function dollars(currency: string): { usd: number; because: string | null } | null {
  if (currency === "USD") return { usd: 1, because: null };
  const rate = rateOf(currency);
  if (rate === null) return null;
  const trust = rate.confidence === "sourced" ? "" : ", from memory: check it";
  return { usd: rate.usd, because: `${rate.usd} USD/${rate.currency} (${rate.source}, ${rate.asOf}${trust})` };
}
