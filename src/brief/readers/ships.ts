import { parsePoint } from "../../urbit/point.ts";
import { each, type Reading } from "../reading.ts";

const WORDS: Readonly<Record<string, number>> = {
  a: 1, an: 1, one: 1, single: 1, two: 2, couple: 2, pair: 2, three: 3, few: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9,
  ten: 10, eleven: 11, twelve: 12, dozen: 12, fifteen: 15, sixteen: 16, twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60,
  seventy: 70, eighty: 80, ninety: 90, hundred: 100, thousand: 1000,
};
const NUMBER = `-?\\d[\\d,]*(?:\\.\\d+)?k?|${Object.keys(WORDS).join("|")}`;
const NOUN = "ships?|planets?|moons?|comets?|stars?|galax(?:y|ies)|piers?|nodes?|instances?|customers?";
/** "3 fake ships", "a couple of planets", "50-ship", "10 to 20 ships", "two of my own planets". */
const COUNT = new RegExp(
  `(?<![\\w.$€£-])(?:(?:a|the)\\s+)?(${NUMBER})(?:\\s+(hundred|thousand|dozen))?(?:\\s*(?:-|–|to|or)\\s*(${NUMBER}))?(?:\\s+of)?[\\s-]+((?:(?:new|fake|urbit|production|test|more|my|own|real|live|single)\\s+){0,3})(${NOUN})\\b`,
  "g",
);
const FAKE = /\b(?:fake|test|throwaway|dummy|development-only)[ -]?(?:ships?|planets?|zods?|fleet)\b|\bfake\b|\bfakezods?\b/g;
const NAME = /~[a-z-]+/g;

/** Counts, names, and whether the ships are fake. */
export function readShips(reading: Reading): void {
  each(reading, COUNT, (match, start, end) => {
    const [, first = "", scale, second, , noun = ""] = match;
    const value = (second === undefined ? toNumber(first) : toNumber(second)) * (scale === undefined ? 1 : (WORDS[scale] ?? 1));
    // "a ship" is a count only where nothing else is; it must not contradict "3 ships" beside it.
    const weak = /^(?:a|an)$/.test(first) && scale === undefined;
    if (/customers?|nodes?|instances?/.test(noun) && reading.all("ships.count").length > 0) return;
    reading.find(weak ? "ships.countWeak" : "ships.count", value, start, end);
    if (second !== undefined) reading.find("ships.range", [toNumber(first), toNumber(second)], start, end);
    if (/comets?/.test(noun)) reading.find("ships.comet", true, start, end);
  });
  each(reading, FAKE, (_match, start, end) => reading.find("ships.fake", !reading.negated(start), start, end));
  each(reading, NAME, (match, start, end) => {
    const point = parsePoint(match[0]);
    if (point.ok) reading.find("ships.name", point.value.name, start, end);
    else reading.find("ships.badName", point.failure, start, end);
  });
}

function toNumber(text: string): number {
  if (text in WORDS) return WORDS[text] ?? Number.NaN;
  const thousand = text.endsWith("k") ? 1000 : 1;
  return Number(text.replace(/[,k]/g, "")) * thousand;
}
