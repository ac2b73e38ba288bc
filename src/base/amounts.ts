/** A whole number with its thousands apart: 1,732. `toLocaleString` says the same and loads a library of languages for it. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Dollars to the cent, the cents left out where there are none: 1,732.64, 73. */
export function money(usd: number): string {
  const [whole = "0", cents = "00"] = usd.toFixed(2).split(".");
  const sign = whole.startsWith("-") ? "-" : "";
  return `${sign}${grouped(Math.abs(Number(whole)))}${cents === "00" ? "" : `.${cents}`}`;
}

/** Dollars as a sentence says them: whole from a hundred on. */
export function dollars(usd: number): string {
  return usd >= 100 ? grouped(usd) : money(usd);
}
