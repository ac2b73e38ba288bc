import { configuration, type Outcome } from "../base/outcome.ts";
import { briefOf } from "./assemble.ts";
import { absurd, contradiction } from "./judge.ts";
import { readQuantities } from "./quantities/scan.ts";
import { readIntent } from "./readers/intent.ts";
import { readMachines } from "./readers/machines.ts";
import { readMoney } from "./readers/money.ts";
import { readPhrases } from "./readers/phrases.ts";
import { readRegions } from "./readers/regions.ts";
import { readService } from "./readers/service.ts";
import { readTime } from "./readers/time.ts";
import { type Reading, startReading } from "./reading.ts";
import type { Brief } from "./schema.ts";
import { readShips } from "./ships/counts.ts";
import { readNames } from "./ships/names.ts";

/** Longest sentence read, in characters: a request is a sentence or two and perhaps a list of names, not a book. */
const LONGEST = 262_144;
const EXAMPLE = 'slipway plan "Deploy 3 fake ships to dev, staging and production on my own servers"';

/**
 * Reads a request in plain words. Every field found has its span of the sentence; what could not be placed is in
 * `unread`. `today` (YYYY-MM-DD) is what "by Friday" counts from. Pure, linear, never throws; codes `sentence-empty`,
 * `sentence-too-long`, `sentence-not-understood`, `contradiction`, `ship-count`, `not-a-point`, `timeline`, `uptime`.
 */
export function readSentence(sentence: string, options: { readonly today?: string | null } = {}): Outcome<Brief> {
  if (sentence.trim() === "")
    return configuration("sentence-empty", "the sentence is empty", `say what you want, for example: ${EXAMPLE}`);
  if (sentence.length > LONGEST) {
    return configuration(
      "sentence-too-long",
      `the sentence has ${sentence.length} characters; ${LONGEST} is the most`,
      "say it shorter, or in a file: slipway plan --file brief.yaml",
    );
  }
  const reading = startReading(sentence);
  readPhrases(reading);
  readNames(reading);
  readRegions(reading);
  const quantities = readQuantities(reading);
  readMoney(reading, quantities);
  readService(reading, quantities);
  readTime(reading, quantities, realDay(options.today ?? null));
  readMachines(reading, quantities);
  readShips(reading, quantities);
  const intent = readIntent(reading);
  if (!speaks(reading)) {
    return configuration(
      "sentence-not-understood",
      "nothing in the sentence could be placed",
      `say what you want, for example: ${EXAMPLE}`,
    );
  }
  const failure = absurd(reading) ?? contradiction(reading);
  return failure === null ? briefOf(reading, intent) : { ok: false, failure };
}

/** Something was placed, or ships are spoken of at least. */
function speaks(reading: Reading): boolean {
  if (reading.findings().length > 0) return true;
  return /\b(?:ships?|planets?|moons?|comets?|stars?|urbits?|fleets?|piers?)\b/i.test(reading.sentence);
}

function realDay(today: string | null): string | null {
  if (today === null || !/^\d{4}-\d{2}-\d{2}$/.test(today)) return null;
  return Number.isNaN(Date.parse(`${today}T00:00:00Z`)) ? null : today;
}
