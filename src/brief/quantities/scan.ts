import type { Reading } from "../reading.ts";
import { repairs } from "../repair.ts";
import { type Amount, readAmount } from "./amounts.ts";
import type { Quantity } from "./quantity.ts";
import { quantityOf } from "./units.ts";

/** Every number of the sentence with what it counts, in order, corrections already made. */
export function readQuantities(reading: Reading): readonly Quantity[] {
  const found: Quantity[] = [];
  for (let at = 0; at < reading.tokens.length; at++) {
    const kind = reading.tokens[at]?.kind;
    if ((kind !== "number" && kind !== "word" && kind !== "mark") || !reading.free(at)) continue;
    const amount = readAmount(reading, at);
    if (amount === null) continue;
    const quantity = quantityOf(reading, amount);
    found.push(quantity);
    // The words between a number and its noun are adjectives for others to read.
    at = Math.max(at, (quantity.kind === "things" ? amount.to : quantity.to) - 1);
  }
  return corrected(reading, found);
}

/** "3, no, 5 ships" and "5 ships, not 3": what was taken back is dropped, and said to be. */
function corrected(reading: Reading, found: readonly Quantity[]): readonly Quantity[] {
  const kept: Quantity[] = [];
  for (const quantity of found) {
    const last = kept.at(-1);
    if (last === undefined) {
      kept.push(quantity);
      continue;
    }
    const same = last.kind === "bare" || quantity.kind === "bare" || alike(last, quantity);
    if (same && repairs(reading, last.to, quantity.from)) {
      kept.pop();
      kept.push(quantity.kind === "bare" ? adopted(last, quantity.amount, quantity.to) : quantity);
      drop(reading, last, last.from, quantity.from);
    } else if (same && takenBack(reading, quantity.from)) drop(reading, quantity, last.to, quantity.to);
    else kept.push(quantity);
  }
  return kept;
}

function alike(a: Quantity, b: Quantity): boolean {
  return a.kind === b.kind && (a.kind !== "things" || b.kind !== "things" || a.noun.counted === b.noun.counted);
}

/** The amount of one, and of the other what it counts. */
function adopted(unit: Quantity, amount: Amount, to: number): Quantity {
  return { ...unit, amount, from: amount.from, to };
}

/** "… instead of 3", "… rather than 3", "…, not 3" before a number. */
function takenBack(reading: Reading, from: number): boolean {
  const before = reading.text(from - 1);
  if (before === "of") return reading.text(from - 2) === "instead";
  if (before === "than") return reading.text(from - 2) === "rather";
  return before === "not" && /^[,(—–-]$|^and$/.test(reading.text(from - 2));
}

function drop(reading: Reading, quantity: Quantity, from: number, to: number): void {
  const said = reading.slice(quantity.amount.at, quantity.amount.to);
  reading.use(from, to);
  reading.note(null, null, `"${said}" was taken back in the same sentence`);
}
