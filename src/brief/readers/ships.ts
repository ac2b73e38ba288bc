import { parsePoint } from "../../urbit/point.ts";
import { readNumber } from "../numbers.ts";
import type { Reading } from "../reading.ts";

const NOUN = /^(?:ships?|planets?|moons?|comets?|stars?|galax(?:y|ies)|piers?|urbits?|zods?)$/;
const FLEET = /^(?:fleet|fleets)$/;
/** A noun or a joint that ends the search for what a number counts. */
const STOP =
  /^(?:servers?|hosts?|nodes?|machines?|regions?|environments?|and|or|to|in|on|at|with|for|by|per|from|plus|vpss?|customers?|users?|weeks?|days?|months?|gb|gib|tb|cpus?|cores?|hours?|minutes?|ms|the)$/;
/** Words between a number and its noun: "3 fake urbit ships", "two of my own planets". */
const MOST_BETWEEN = 5;
const NEGATIVE = /^[-−–]$/;

/** Names and counts. A name no point has is found as `ships.badName` with its failure. */
export function readShips(reading: Reading): void {
  readNames(reading);
  for (let at = 0; at < reading.tokens.length; at++) {
    if (reading.tokens[at]?.kind === "mark" || !reading.free(at)) continue;
    const end = readCount(reading, at);
    if (end > at) at = end - 1;
  }
}

function readNames(reading: Reading): void {
  for (const [at, token] of reading.tokens.entries()) {
    if (token.kind !== "name" || !reading.free(at)) continue;
    const point = parsePoint(reading.sentence.slice(token.start, token.end));
    if (!point.ok) reading.find("ships.badName", point.failure, at, at + 1);
    else if (/^(?:of|under)$/.test(reading.text(at - 1)) && /^moons?$/.test(reading.text(at - 2))) {
      // "3 moons of ~sampel-palnet": the parent is named, not asked for.
      reading.note("ships.names", point.value.name, "the moons' parent; it is not deployed itself");
      reading.use(at - 1, at + 1);
    } else reading.find("ships.name", point.value.name, at, at + 1);
  }
}

function readCount(reading: Reading, at: number): number {
  const first = readNumber(reading.tokens, at);
  if (first === null) return weakCount(reading, at);
  if (!reading.free(at, first.to)) return at;
  const joint = reading.text(first.to);
  const between = joint === "and" && reading.text(at - 1) === "between";
  const second = between || /^(?:-|–|to|or)$/.test(joint) ? readNumber(reading.tokens, first.to + 1) : null;
  const amount = second !== null && reading.free(first.to, second.to) ? second : first;
  const noun = nounAfter(reading, amount.to);
  const minus =
    NEGATIVE.test(reading.text(at - 1)) &&
    reading.tokens[at]?.joined === true &&
    reading.tokens[at - 1]?.joined === false;
  const from = minus || (at === 1 && NEGATIVE.test(reading.text(0))) || reading.text(at - 1) === "minus" ? at - 1 : at;
  const value = from < at ? -amount.value : amount.value;
  const fleetOf = reading.text(at - 1) === "of" && FLEET.test(reading.text(at - 2));
  if (
    noun === null &&
    !fleetOf &&
    !(bareAfterVerb(reading, from) && /^(?:to|in|on|at|with|,|\.|)$/.test(reading.text(amount.to)))
  )
    return at;
  const end = noun === null ? amount.to : noun + 1;
  if (/^(?:per|each|every)$/.test(reading.text(from - 1))) return at;
  reading.find(
    "ships.count",
    { value, noun: kindOf(noun === null ? "ship" : reading.text(noun)), together: together(reading, from, end) },
    from,
    end,
  );
  if (amount === second)
    reading.note("ships.count", value, `${first.value} to ${second.value} were asked for: planned for the most`);
  else if (first.loose)
    reading.note(
      "ships.count",
      value,
      `"${reading.sentence.slice(reading.tokens[at]?.start ?? 0, reading.tokens[first.to - 1]?.end ?? 0)}" was taken as ${value}`,
    );
  return end;
}

/** "a ship", "my first planet", "single ship": one, unless a number says otherwise. */
function weakCount(reading: Reading, at: number): number {
  if (!/^(?:a|an|single|my|our|another|first|this|that)$/.test(reading.text(at))) return at;
  if (/^(?:per|each|every|of|\/)$/.test(reading.text(at - 1))) return at;
  const noun = nounAfter(reading, at + 1);
  if (noun === null || /s$/.test(reading.text(noun)) || reading.text(noun) === "galaxies") return at;
  if (reading.text(at + 1) === "first" && /^(?:my|our)$/.test(reading.text(at)))
    reading.find("experience", "beginner", at, at + 2);
  reading.find(
    paired(reading, at, noun + 1) ? "ships.count" : "ships.countWeak",
    { value: 1, noun: kindOf(reading.text(noun)), together: together(reading, at, noun + 1) },
    at,
    noun + 1,
  );
  return noun + 1;
}

/** The index of the ship noun a number at `to` counts, or null. */
function nounAfter(reading: Reading, to: number): number | null {
  for (let at = to; at < to + MOST_BETWEEN + 2 && at < reading.tokens.length; at++) {
    const token = reading.tokens[at];
    const text = reading.text(at);
    if (NOUN.test(text)) return at;
    if (FLEET.test(text)) return /^ships?$/.test(reading.text(at - 1)) ? at : null;
    if (STOP.test(text) || (token?.kind !== "word" && text !== "-") || readNumber(reading.tokens, at) !== null)
      return null;
  }
  return null;
}

/** True when a name stands beside the count with "and" or "plus": the two add up. */
function together(reading: Reading, from: number, end: number): boolean {
  const joint = /^(?:and|plus|&|,)$/;
  return (
    (joint.test(reading.text(from - 1)) && reading.tokens[from - 2]?.kind === "name") ||
    (joint.test(reading.text(end)) && reading.tokens[end + 1]?.kind === "name")
  );
}

/** "two moons and a planet": an article beside a count counts too. */
function paired(reading: Reading, from: number, end: number): boolean {
  const joint = /^(?:and|plus|&)$/;
  return (
    (joint.test(reading.text(from - 1)) && NOUN.test(reading.text(from - 2))) ||
    (joint.test(reading.text(end)) &&
      nounAfter(reading, readNumber(reading.tokens, end + 1)?.to ?? Number.MAX_SAFE_INTEGER) !== null)
  );
}

function bareAfterVerb(reading: Reading, at: number): boolean {
  return /^(?:deploy|launch|boot|host|run|provision|migrate|deploying|running)$/.test(reading.text(at - 1));
}

function kindOf(noun: string): string {
  return noun.replace(/ies$/, "y").replace(/s$/, "");
}
