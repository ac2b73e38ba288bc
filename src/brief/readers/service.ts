import { readNumber } from "../numbers.ts";
import type { Reading } from "../reading.ts";

const UPTIME = /^(?:uptime|availability|available|sla|slo|reliability)$/;
const RESPONSE = /^(?:response|responses|respond|latency|dojo|answer|answers)$/;

/** Service levels: "99.95%", "three nines", "99.9 percent uptime", "under 50ms", "response time below 2 seconds". */
export function readService(reading: Reading): void {
  for (let at = 0; at < reading.tokens.length; at++) {
    if (!reading.free(at)) continue;
    const amount = readNumber(reading.tokens, at);
    if (amount === null || !reading.free(at, amount.to)) continue;
    const end = nines(reading, at, amount) ?? percent(reading, at, amount) ?? milliseconds(reading, at, amount);
    if (end !== null) at = end - 1;
  }
}

type Amount = { readonly value: number; readonly to: number };

function nines(reading: Reading, at: number, { value, to }: Amount): number | null {
  const word = reading.text(to) === "-" ? to + 1 : to;
  if (reading.text(word) !== "nines" || !Number.isInteger(value) || value < 1 || value > 9) return null;
  reading.find("slo.uptimePercent", Number((100 - 10 ** (2 - value)).toFixed(value)), at, word + 1);
  return word + 1;
}

function percent(reading: Reading, at: number, { value, to }: Amount): number | null {
  if (!/^(?:%|percent|pct)$/.test(reading.text(to))) return null;
  const spoken = UPTIME.test(reading.text(to + 1));
  const near = spoken || [1, 2, 3, 4].some((back) => UPTIME.test(reading.text(at - back)));
  if (!near && (value < 90 || value > 100)) return null;
  const end = spoken ? to + 2 : to + 1;
  reading.find("slo.uptimePercent", value, at, end);
  return end;
}

function milliseconds(reading: Reading, at: number, { value, to }: Amount): number | null {
  const unit = reading.text(to);
  const seconds = /^(?:s|sec|secs|seconds?)$/.test(unit);
  if (!seconds && !/^(?:ms|millis|milliseconds?)$/.test(unit)) return null;
  const near =
    RESPONSE.test(reading.text(to + 1)) || [1, 2, 3, 4, 5].some((back) => RESPONSE.test(reading.text(at - back)));
  // Seconds are said of many things; milliseconds of nothing but an answer.
  if (seconds && !near) return null;
  const from = reading.text(at - 1) === "<" ? at - 1 : at;
  const end = RESPONSE.test(reading.text(to + 1)) ? to + 2 : to + 1;
  reading.find("slo.responseMs", seconds ? value * 1000 : value, from, end);
  return end;
}
