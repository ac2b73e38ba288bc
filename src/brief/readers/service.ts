import type { Quantity } from "../quantities/quantity.ts";
import type { Reading } from "../reading.ts";

const UPTIME = /^(?:uptime|availability|available|sla|slo|slas|slos|reliability|up|reliable|target)$/;
const RESPONSE =
  /^(?:response|responses|respond|latency|latencies|dojo|answer|answers|responsive|p50|p90|p95|p99|rtt|request|requests|reply|replies|lag|ping|page|pages|load)$/;
const MINUTE = 1 / 1_440;
const SECOND = MINUTE / 60;

/** Service levels: "99.95%", "three nines", "under 50ms", "response time below 2 seconds", "RPO 1 hour", "zero downtime". */
export function readService(reading: Reading, quantities: readonly Quantity[]): void {
  for (const quantity of quantities) {
    if (!reading.free(quantity.amount.at, quantity.amount.to)) continue;
    if (quantity.kind === "percent" || quantity.kind === "bare") uptime(reading, quantity);
    else if (quantity.kind === "nines") {
      const nines = quantity.amount.value;
      const end = UPTIME.test(reading.text(quantity.to)) ? quantity.to + 1 : quantity.to;
      reading.find("slo.uptimePercent", Number((100 - 10 ** (2 - nines)).toFixed(nines)), quantity.from, end);
    } else if (quantity.kind === "time") recovery(reading, quantity) || response(reading, quantity);
  }
  inWords(reading);
}

/** A share near the word uptime, or so high that nothing else is meant; without a sign only where the word stands beside it. */
function uptime(reading: Reading, quantity: Quantity): void {
  const { value } = quantity.amount;
  const spoken = UPTIME.test(reading.text(quantity.to));
  const before = [1, 2, 3, 4].some(
    (back) => UPTIME.test(reading.text(quantity.from - back)) && reading.text(quantity.from - back) !== "up",
  );
  const signed = quantity.kind === "percent";
  if (
    signed
      ? !spoken && !before && (value < 90 || value > 100)
      : !(spoken || before) || value < 90 || value > 100 || Number.isInteger(value)
  )
    return;
  let end = spoken ? quantity.to + 1 : quantity.to;
  if (UPTIME.test(reading.text(end)) || reading.text(end) === "time") end++;
  reading.find("slo.uptimePercent", value, quantity.from, end);
}

/** "RPO of 1 hour", "RTO 4h", "recover within 2 hours", "lose at most 5 minutes of data". */
function recovery(reading: Reading, quantity: Quantity & { kind: "time" }): boolean {
  const minutes = Math.round((quantity.amount.value * quantity.unitDays) / MINUTE);
  for (let at = quantity.from - 1; at >= 0 && at >= quantity.from - 6; at--) {
    const text = reading.text(at);
    if (/^[.;,]$/.test(text)) break;
    const field = /^(?:rpo|lose|losing)$/.test(text)
      ? "slo.rpoMinutes"
      : /^(?:rto|recover|recovered|recovery|restore|restored)$/.test(text)
        ? "slo.rtoMinutes"
        : null;
    if (field === null) continue;
    reading.find(field, minutes, at, dataAfter(reading, quantity.to));
    return true;
  }
  const after = reading.text(quantity.to);
  if (after !== "rpo" && after !== "rto") return false;
  reading.find(`slo.${after}Minutes`, minutes, quantity.from, quantity.to + 1);
  return true;
}

function dataAfter(reading: Reading, to: number): number {
  return reading.text(to) === "of" && reading.text(to + 1) === "data" ? to + 2 : to;
}

/** Seconds are said of many things; milliseconds of nothing but an answer. */
function response(reading: Reading, quantity: Quantity & { kind: "time" }): boolean {
  if (quantity.unitDays > SECOND * 1.5) return false;
  const next = [quantity.to, quantity.to + 1].some((at) => RESPONSE.test(reading.text(at)));
  const near = next || [1, 2, 3, 4, 5, 6].some((back) => RESPONSE.test(reading.text(quantity.from - back)));
  if (quantity.unitDays > SECOND / 2 && !near) return false;
  // "takes 10 seconds to respond" is a complaint, not a wish.
  if (/^(?:takes|take|taking|took)$/.test(reading.text(quantity.from - 1))) {
    reading.find("symptom", "slow", quantity.from - 1, quantity.to);
    return true;
  }
  let end = quantity.to;
  while (
    /^(?:response|latency|time|times|p95|p99|responses|at|dojo|round|trip)$/.test(reading.text(end)) &&
    end < quantity.to + 3
  )
    end++;
  const ms = quantity.unitDays > SECOND / 2 ? quantity.amount.value * 1000 : quantity.amount.value;
  reading.find("slo.responseMs", ms, quantity.from, end);
  return true;
}

/** "zero downtime", "no downtime", "sub-second responses". */
function inWords(reading: Reading): void {
  for (let at = 0; at < reading.tokens.length; at++) {
    const text = reading.text(at);
    if (/^(?:zero|no|without)$/.test(text)) {
      const any = reading.text(at + 1) === "any" ? at + 2 : at + 1;
      if (
        reading.text(any) !== "downtime" ||
        /^(?:migration|move|deploy|deployment|upgrade|upgrades|cutover)$/.test(reading.text(any + 1))
      )
        continue;
      reading.find("slo.uptimePercent", 100, at, any + 1);
      reading.note("slo.uptimePercent", 100, `"${reading.slice(at, any + 1)}" is an uptime of 100 %`);
    } else if (text === "sub" && reading.text(at + 1) === "-" && reading.text(at + 2) === "second")
      subSecond(reading, at, at + 3);
    else if (text === "subsecond") subSecond(reading, at, at + 1);
    else if (
      /^(?:under|below|within)$/.test(text) &&
      /^(?:a|one)$/.test(reading.text(at + 1)) &&
      reading.text(at + 2) === "second"
    )
      subSecond(reading, at, at + 3);
  }
}

function subSecond(reading: Reading, from: number, to: number): void {
  if (!reading.free(from, to)) return;
  const near =
    [-6, -5, -4, -3, -2, -1].some((back) => RESPONSE.test(reading.text(from + back))) ||
    RESPONSE.test(reading.text(to));
  if (near) reading.find("slo.responseMs", 1000, from, to);
}
