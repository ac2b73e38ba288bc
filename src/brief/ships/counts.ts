import { type Noun, namesShips, nounAfter } from "../quantities/nouns.ts";
import { ownTokens, type Quantity } from "../quantities/quantity.ts";
import type { Reading } from "../reading.ts";
import type { Environment, Kind } from "../schema.ts";
import { eachAfter, environmentAt, environmentOf, type Role, readRole, roleOf, skipArticle } from "./roles.ts";

/** One number of ships as found. */
export interface Count {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly kind: Kind | null;
  /** The environment it stands beside, where one does. */
  readonly environment: Environment | null;
  /** "in each environment", "per region". */
  readonly each: "environment" | "region" | null;
  readonly role: Role;
}

type Parts = readonly (readonly [from: number, to: number])[];

const VERBS =
  /^(?:deploy|launch|boot|host|run|provision|migrate|deploying|running|want|need|spin|get|move|setup|add|moving|hosting|launching|operate|manage|start)$/;
const GROWS = /^(?:grow|growing|grows|scale|scaling|scales|expand|expanding|ramp|up|rollout|out)$/;
const LABEL = /^(?:ships?|count|size|fleet|number|quantity|total|planets?|moons?)$/;
const CLOSE = /^(?:to|in|on|at|with|,|\.|;|and|for|please|now|using|via|total|them|across|under|!|\?|\||\/|)$/;

/** Numbers of ships: `ships.count` ("50 ships"), and `ships.countWeak`, said with an article only ("a ship", "my planet"). */
export function readShips(reading: Reading, quantities: readonly Quantity[]): void {
  for (const quantity of quantities) {
    if (!reading.free(quantity.amount.at, quantity.amount.to)) continue;
    if (quantity.kind === "things" && quantity.noun.counted === "ships") {
      if (isPer(reading, quantity.from - 1)) continue;
      record(reading, quantity, quantity.noun.kind, ownTokens(quantity));
    } else if (quantity.kind === "bare" && quantity.amount.bound !== null && boundsShips(reading, quantity)) {
      const { bound, value } = quantity.amount;
      reading.find(bound === "least" ? "ships.low" : "ships.high", value, quantity.from, quantity.to);
    } else if (quantity.kind === "bare" && meansShips(reading, quantity)) {
      record(reading, quantity, null, [[quantity.from, quantity.to]]);
    }
  }
  for (let at = 0; at < reading.tokens.length; at++) if (reading.free(at)) single(reading, at);
  for (let at = 0; at < reading.tokens.length; at++) if (reading.free(at)) naked(reading, at);
}

/** "20 ships, at least 5": the other end of the same count. */
function boundsShips(reading: Reading, { from, amount }: Quantity): boolean {
  if (amount.bound === "about" || !CLOSE.test(reading.text(amount.to))) return false;
  return [1, 2, 3].some((back) => reading.ending("ships.count", from - back) !== undefined);
}

/** "per ship", "/ship"; not "w/ 3 ships". */
function isPer(reading: Reading, at: number): boolean {
  const text = reading.text(at);
  return /^(?:per|each|every)$/.test(text) || (text === "/" && reading.text(at - 1) !== "w");
}

/** A number without a noun, where ships are meant: "deploy 50 to production", "fleet of 50", "ships: 12", "2 in staging". */
function meansShips(reading: Reading, { from, amount }: Quantity): boolean {
  // A label may stand in quotes, as in JSON.
  const label = (back: number) => reading.text(from - back).replace(/["']/, "");
  const before = reading.text(from - 1);
  const beforeThat = label(2) === "" ? reading.text(from - 3) : reading.text(from - 2);
  const after = reading.text(amount.to);
  if (before === "of" && /^(?:fleets?|group|set|cluster|batch|total|number|size|count)$/.test(beforeThat)) return true;
  if (/^[:=]$/.test(before) && reading.ending("environments", from - 1) !== undefined) return true;
  if (/^[:=]$|^is$/.test(before) ? LABEL.test(beforeThat) : /^(?:size|count)$/.test(before)) return true;
  if (before === "to" && GROWS.test(beforeThat)) return true;
  // "ships 50", "moons x 5".
  if (/^[x×]$/.test(before) && namesShips(beforeThat)) return true;
  if (/^(?:ships|planets|moons|comets)$/.test(before) && CLOSE.test(after.replace("-", ""))) return true;
  if (/^(?:more|additional|extra)$/.test(after) && !/^(?:than)$/.test(reading.text(amount.to + 1)))
    return VERBS.test(before) || before === "another";
  const there = /^(?:in|for|on|to|into|at)$/.test(after) ? skipArticle(reading, amount.to + 1) : amount.to;
  if (Number.isInteger(amount.value) && environmentAt(reading, there) !== null) return true;
  const pronoun = amount.value === 1 && reading.tokens[amount.at]?.kind === "word";
  return VERBS.test(before) && CLOSE.test(after) && !pronoun;
}

function record(reading: Reading, quantity: Quantity, kind: Kind | null, parts: Parts): void {
  const { amount } = quantity;
  const minus = negative(reading, amount.at);
  const from = minus ? amount.at - 1 : quantity.from;
  const value = minus ? -amount.value : amount.value;
  const place = { from, numberEnd: amount.to, end: quantity.to };
  const grown = amount.range !== null && growsFrom(reading, amount.from);
  const count: Count = {
    value,
    low: grown ? null : (amount.range?.low ?? (amount.bound === "least" ? value : null)),
    high: grown ? null : (amount.range?.high ?? (amount.bound === "most" ? value : null)),
    kind,
    environment: environmentOf(reading, place),
    each: eachAfter(reading, quantity.to),
    role: roleOf(reading, place),
  };
  reading.find("ships.count", count, from, quantity.to, minus ? [[from, from + 1], ...parts] : parts);
  readRole(reading, place);
  const said = reading.slice(from, amount.to);
  if (grown) reading.note("ships.count", value, `"${said}" is a growth: planned for all of them`);
  else if (amount.range !== null) reading.note("ships.count", value, `"${said}" is a range: planned for the most`);
  else if (amount.loose || amount.bound === "about")
    reading.note("ships.count", value, `"${said}" was taken as ${value}`);
}

/** "expand from 20 to 60": no range, but where it begins and ends. */
function growsFrom(reading: Reading, from: number): boolean {
  if (reading.text(from) !== "from") return false;
  return [1, 2, 3, 4, 5].some(
    (back) =>
      GROWS.test(reading.text(from - back)) || /^(?:go|going|increase|increasing)$/.test(reading.text(from - back)),
  );
}

/** "-1 ships", "minus 3 ships"; neither a list's dash nor "5-10". */
function negative(reading: Reading, at: number): boolean {
  const before = reading.text(at - 1);
  return before === "minus" || (/^[-−–]$/.test(before) && reading.joined(at) && (at === 1 || !reading.joined(at - 1)));
}

const ARTICLES = /^(?:a|an|single|my|our|another|first|this|that|the|your|his|her|their|lone|solo|1st|one)$/;
/** What the noun before only describes: "an urbit expert", "my urbit server", "a ship name". */
const DESCRIBED =
  /^(?:expert|experts|server|servers|name|names|host|hosting|user|users|runtime|community|app|agent|veteran|newbie|beginner|noob|developer|dev|operator|binary|os|address|person|stack|setup|world|thing|network|account|owner|owners|people|count|id|box|node|fleet|fleets|ships)$/;

/** "a ship", "my first planet", "single ship": one, unless a number says otherwise. */
function single(reading: Reading, at: number): void {
  const text = reading.text(at);
  if (!ARTICLES.test(text)) return;
  if ((isPer(reading, at - 1) || reading.text(at - 1) === "of") && !/^(?:first|single)$/.test(text)) return;
  const noun = nounAfter(reading, at + 1);
  if (noun === null || !countsOne(reading, noun)) return;
  if (/^(?:the|this|that)$/.test(text) && /^(?:star|galaxy|identity)$/.test(reading.text(noun.at))) return;
  const place = { from: at, numberEnd: at + 1, end: noun.to };
  const first = firstOne(reading, at, noun.at);
  if (first !== null) reading.find("experienceFirst", "beginner", at, first, [[first - 1, first]]);
  const count: Count = {
    value: 1,
    low: null,
    high: null,
    kind: noun.kind,
    environment: environmentOf(reading, place),
    each: eachAfter(reading, noun.to),
    role: text === "another" ? "more" : "now",
  };
  reading.find("ships.countWeak", count, at, noun.to, [
    [at, at + 1],
    [noun.at, noun.to],
  ]);
}

/** "deploy planet ~zod", "production planet on a VPS": a bare singular is one too. */
function naked(reading: Reading, at: number): void {
  const text = reading.text(at);
  if (!/^(?:ship|planet|moon|comet)$/.test(text) || reading.read(at)) return;
  const next = reading.text(at + 1);
  if (DESCRIBED.test(next) || next === "-" || (text === "ship" && /^(?:my|our|the|it|a|an|this|that|them)$/.test(next)))
    return;
  if (
    /^(?:per|each|every|of|no|\/|any|which|what)$/.test(reading.text(at - 1)) ||
    (reading.text(at - 1) === "-" && reading.tokens[at - 2]?.kind === "number")
  )
    return;
  const place = { from: at, numberEnd: at, end: at + 1 };
  const noun = nounAfter(reading, at);
  const count: Count = {
    value: 1,
    low: null,
    high: null,
    kind: noun?.kind ?? null,
    environment: environmentOf(reading, place),
    each: null,
    role: "now",
  };
  reading.find("ships.countWeak", count, at, at + 1);
}

function countsOne(reading: Reading, noun: Noun): boolean {
  const word = reading.text(noun.at);
  return noun.counted === "ships" && !noun.plural && word !== "point" && !DESCRIBED.test(reading.text(noun.to));
}

/** The index after "first" between an article and its noun. */
function firstOne(reading: Reading, from: number, to: number): number | null {
  for (let at = from; at < to; at++) if (/^(?:first|1st)$/.test(reading.text(at))) return at + 1;
  return null;
}
