import { ownTokens, type Quantity } from "../quantities/quantity.ts";
import type { Reading } from "../reading.ts";

/** Machines and what they hold ("3 servers with 64 GB RAM each"), people who use the ships, regions and domains. */
export function readMachines(reading: Reading, quantities: readonly Quantity[]): void {
  for (const quantity of quantities) {
    if (!reading.free(quantity.amount.at, quantity.amount.to)) continue;
    const { value } = quantity.amount;
    if (quantity.kind === "memory")
      reading.find("machines.ramGiB", round(value * quantity.scale), quantity.from, quantity.to);
    else if (quantity.kind === "disk")
      reading.find("machines.diskGb", round(value * quantity.scale), quantity.from, quantity.to);
    else if (quantity.kind === "cpus") reading.find("machines.cpus", value, quantity.from, quantity.to);
    else if (quantity.kind === "things") things(reading, quantity);
  }
  for (const [at, token] of reading.tokens.entries())
    if (token.kind === "domain" && reading.free(at)) reading.find("domain", token.text, at, at + 1);
}

function things(reading: Reading, quantity: Quantity & { kind: "things" }): void {
  const { value } = quantity.amount;
  const whole = Number.isInteger(value) && value >= 0;
  switch (quantity.noun.counted) {
    case "machines":
      if (whole) count(reading, "machines.count", quantity);
      return;
    case "users":
      if (whole) count(reading, "users", quantity);
      return;
    case "regions":
      if (whole && value >= 1) count(reading, "regionCount", quantity);
      return;
    case "environments":
      if (value === 3) count(reading, "environments", quantity, "all");
      return;
    default:
  }
}

/** The number and its noun; the adjectives between them are left to others. */
function count(
  reading: Reading,
  field: string,
  quantity: Quantity & { kind: "things" },
  value: unknown = quantity.amount.value,
): void {
  reading.find(field, value, quantity.from, quantity.to, ownTokens(quantity));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
