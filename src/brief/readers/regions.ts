import type { Reading } from "../reading.ts";
import { townOf } from "../vocabulary/towns.ts";

/** Regions by code, town, country or continent, and how many of them. */
export function readRegions(reading: Reading): void {
  for (let at = 0; at < reading.tokens.length; at++) {
    const region = reading.free(at) ? regionAt(reading, at) : null;
    if (region === null) continue;
    reading.find(reading.negated(at, region.to) ? "excludedRegions" : "regions", region.name, at, region.to);
    at = region.to - 1;
  }
  readCounted(reading);
}

function regionAt(reading: Reading, at: number): { name: string; to: number } | null {
  const token = reading.tokens[at];
  const text = reading.text(at);
  // A zone's letter is not the region's: "us-east-1a".
  if (token?.kind === "region") return { name: text.replace(/(\d)[a-f]$/, "$1"), to: at + 1 };
  if (token?.kind !== "word") return null;
  const exact = ownName(reading, at);
  if (exact !== null) return exact;
  const second = reading.text(at + 1) === "-" ? at + 2 : at + 1;
  const pair = townOf(`${text} ${reading.text(second)}`);
  if (pair !== undefined) return { name: pair, to: second + 1 };
  const town = townOf(text);
  // "Jackson" and "Georgia" may be people; a town is written with a capital or as a code.
  if (town !== undefined) return { name: town, to: regionWord(reading, at + 1) };
  return areaAt(reading, at) ?? coastAt(reading, at);
}

/** "eu-frankfurt", "us-new-york": a region as we ourselves write it. */
function ownName(reading: Reading, at: number): { name: string; to: number } | null {
  if (!/^[a-z]{2}$/.test(reading.text(at)) || reading.text(at + 1) !== "-" || !reading.joined(at + 1)) return null;
  const long = reading.text(at + 3) === "-" ? townOf(`${reading.text(at + 2)} ${reading.text(at + 4)}`) : undefined;
  const town = long ?? townOf(reading.text(at + 2));
  const to = long === undefined ? at + 3 : at + 5;
  return town !== undefined && reading.slice(at, to).toLowerCase() === town ? { name: town, to } : null;
}

/** "us" is a word of its own: only "in the US", "US region", "US East" name the place. */
function areaAt(reading: Reading, at: number): { name: string; to: number } | null {
  const text = reading.text(at);
  if (!/^(?:eu|us|uk)$/.test(text)) return null;
  const side = /^(?:east|west|central|north|south)$/.test(reading.text(at + 1)) ? reading.text(at + 1) : null;
  const sided =
    side === null && reading.text(at + 1) === "-" && /^(?:east|west|central)$/.test(reading.text(at + 2))
      ? reading.text(at + 2)
      : side;
  if (sided !== null) return { name: `${text}-${sided}`, to: regionWord(reading, at + (side === null ? 3 : 2)) };
  const upper = /^[A-Z]+$/.test(reading.slice(at, at + 1));
  const before = /^(?:the|in|across|within|inside|to|and|both|or|region|regions|\/|,|:|=|from)$/.test(
    reading.text(at - 1),
  );
  const after = /^(?:region|regions|based|only|datacenters?|servers?|hosting|locations?|data|and|\/|soil)$/.test(
    reading.text(at + 1),
  );
  const named = text === "us" ? upper && (before || after) : before || after || upper;
  return named ? { name: text, to: regionWord(reading, at + 1) } : null;
}

/** "east coast", "west coast". */
function coastAt(reading: Reading, at: number): { name: string; to: number } | null {
  const side = reading.text(at);
  if (!/^(?:east|west)$/.test(side) || reading.text(at + 1) !== "coast") return null;
  return { name: `us-${side}`, to: at + 2 };
}

/** "Frankfurt region", "EU-based", "EU only". */
function regionWord(reading: Reading, at: number): number {
  const next = reading.text(at) === "-" ? at + 1 : at;
  return /^(?:region|based|hosted|only|datacenter|datacentre|location)$/.test(reading.text(next)) ? next + 1 : at;
}

function readCounted(reading: Reading): void {
  for (let at = 0; at < reading.tokens.length; at++) {
    const next = reading.text(at + 1) === "-" ? at + 2 : at + 1;
    const word = /^(?:regions?|region's)$/.test(reading.text(next));
    const text = reading.text(at);
    if (word && /^(?:multi|multiple|several|both|cross|second|another|separate)$/.test(text))
      reading.find("regionCount", 2, at, next + 1);
    else if (/^(?:multiregion|multiregional)$/.test(text)) reading.find("regionCount", 2, at, at + 1);
    else if (word && text === "third") reading.find("regionCount", 3, at, next + 1);
  }
}
