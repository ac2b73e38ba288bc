import { namesShips } from "../quantities/nouns.ts";
import type { Finding, Reading } from "../reading.ts";
import type { Intent } from "../schema.ts";

const MAKES =
  /^(?:build|building|develop|developing|write|writing|create|creating|make|making|implement|implementing|code|coding|program|programming|prototype|prototyping|design|designing|ship|shipping|finish|scaffold|add)$/;
const BRINGS =
  /^(?:deploy|deploying|take|taking|bring|release|releasing|publish|publishing|promote|promoting|push|pushing|put|get|ship|shipping|launch|roll|distribute|test|wrote|written|built|developed|have|finished|made|got)$/;
const MADE =
  /^(?:apps?|application|applications|agents?|desks?|features?|bot|bots|game|games|plugin|frontend|dapp|software|code|product|mvp|tool|marketplace|forum)$/;
const CODE = /^(?:hoon|gall|nock|sail)$/;
/** Where the thing made can no longer stand. */
const END =
  /^(?:ships?|planets?|moons?|comets?|stars?|fleets?|server|servers|host|with|on|for|in|to|by|running|and|,|\.|;|using|that|which|from|environments?|monitoring)$/;

/** What is to be done: making an app wins, then the first plain verb, then a symptom, then a weak verb. */
export function readIntent(reading: Reading): Intent {
  if (makesApp(reading)) return "feature";
  const verbs = reading.all("verb").filter((finding) => !inBackground(reading, finding));
  const plain = verbs.find(({ value }) => value !== "monitor");
  if (plain !== undefined) return plain.value as Intent;
  if (carries(reading)) return "migrate";
  const symptom = reading.all("symptom").find((finding) => !supposed(reading, finding));
  const monitor = verbs[0];
  const weak = reading.all("weakVerb").find((finding) => finding.value === "deploy" && !isState(reading, finding));
  if (monitor !== undefined && (weak === undefined || monitor.from < weak.from)) return "monitor";
  if (symptom !== undefined && !opensWith(reading, weak)) return "troubleshoot";
  if (weak !== undefined) return "deploy";
  if (asksWhy(reading)) return "troubleshoot";
  return onlyMonitoring(reading) ||
    (asksMonitoring(reading) && (tellsState(reading) || (speaksOfOwn(reading) && !wishesMore(reading))))
    ? "monitor"
    : "deploy";
}

/** Something is to be written, or something written is to be taken to its users. */
function makesApp(reading: Reading): boolean {
  for (let at = 0; at < reading.tokens.length; at++) {
    const text = reading.text(at);
    const makes = MAKES.test(text);
    const brings = BRINGS.test(text);
    const code = CODE.test(text);
    if (!makes && !brings && (!code || mends(reading, at))) continue;
    for (let next = at + 1; next <= at + 6; next++) {
      const word = reading.text(next);
      if (MADE.test(word) && (!brings || makes || ours(reading, at + 1))) return made(reading, at, next);
      if (word === "" || END.test(word) || reading.tokens[next]?.kind === "number") break;
    }
  }
  return false;
}

/** "profile and optimize the Nock hot paths of our app": work on what is there. */
function mends(reading: Reading, at: number): boolean {
  return reading.all("verb").some(({ value, from }) => from < at && (value === "optimize" || value === "troubleshoot"));
}

/** "my app", "our new Gall agent": one's own, not somebody else's to be installed. */
function ours(reading: Reading, at: number): boolean {
  return /^(?:my|our|the|a|an|this|new|hoon|gall)$/.test(reading.text(at));
}

function made(reading: Reading, verb: number, noun: number): boolean {
  let from = CODE.test(reading.text(verb)) ? verb : verb + 1;
  while (from < noun && /^(?:a|an|the|my|our|some|this|up|out|new|us|me)$/.test(reading.text(from))) from++;
  reading.find("intent", "feature", verb, noun + 1);
  reading.find("app", reading.slice(from, noun + 1).toLowerCase(), from, noun + 1);
  return true;
}

/** "after deploying …", "since migrating": told, not asked for. */
function inBackground(reading: Reading, finding: Finding): boolean {
  return (
    /^(?:after|since|before|while|when|without|last|previous|until|recent|during)$/.test(
      reading.text(finding.from - 1),
    ) ||
    (/^(?:i|we)$/.test(reading.text(finding.from - 1)) && /ed$/.test(reading.text(finding.from)))
  );
}

/** "if one goes down", "so that it never crashes": nothing that has happened. */
function supposed(reading: Reading, { from }: Finding): boolean {
  for (let at = from - 1; at >= 0 && at >= from - 8; at--) {
    const text = reading.text(at);
    if (/^[.;!?]$/.test(text)) return false;
    if (
      /^(?:if|whenever|case|never|should|avoid|prevent|without|no|against|ever|not|dont|wont|before|unless|afraid|worried|alert|survive)$/.test(
        text,
      ) &&
      !/^(?:not|no|wont)$/.test(reading.text(from))
    )
      return true;
    if (
      text === "when" &&
      /^(?:me|us|alert|alerts|alerted|page|paged|notify|notified|notifications?|email|know)$/.test(reading.text(at - 1))
    )
      return true;
  }
  return false;
}

/** "I run 3 planets", "we are hosting": how things are, not what is wanted. */
function isState(reading: Reading, { from }: Finding): boolean {
  const before = reading.text(from - 1);
  const [back, text] = /^(?:currently|already|now|been|just)$/.test(before)
    ? [from - 2, reading.text(from - 2)]
    : [from - 1, before];
  if (
    /^(?:running|hosting|run|host)$/.test(reading.text(from)) &&
    /^(?:im|were|am|are|ive|weve|is|ships|planets|ship|planet)$/.test(text)
  )
    return true;
  if (/^(?:i|we)$/.test(text)) return !/^(?:can|could|should|do|did|would|may|how|where)$/.test(reading.text(back - 1));
  return false;
}

/** A sentence that begins by asking for ships speaks of troubles it wants to be rid of. */
function opensWith(reading: Reading, weak: Finding | undefined): boolean {
  return weak !== undefined && weak.from <= 6 && reading.all("ships.count").length > 0;
}

/** "Why did ~zod restart?" */
function asksWhy(reading: Reading): boolean {
  return reading.tokens.some(
    ({ text }, at) =>
      text === "why" &&
      [1, 2, 3, 4, 5].some((on) => reading.tokens[at + on]?.kind === "name" || namesShips(reading.text(at + on))),
  );
}

/** "any of my 10 ships", "monitoring for 12 ships": ships that are there. */
function speaksOfOwn(reading: Reading): boolean {
  const counts = [...reading.all("ships.count"), ...reading.all("ships.countWeak"), ...reading.all("ships.name")];
  return counts.some(
    ({ from }) =>
      [0, 1, 2].some((back) => /^(?:my|our|these|those|existing)$/.test(reading.text(from - back))) ||
      (/^(?:for|of)$/.test(reading.text(from - 1)) &&
        /^(?:monitoring|alerts|alerting|dashboards|grafana|prometheus)$/.test(reading.text(from - 2))),
  );
}

/** Wishes nobody has who only wants to be told. */
function wishesMore(reading: Reading): boolean {
  const wishes = ["platform", "disasterRecovery", "compliance", "budget", "autoscaling", "regions", "timelineDays"];
  return wishes.some((field) => reading.all(field).length > 0);
}

function asksMonitoring(reading: Reading): boolean {
  return [...reading.all("weakVerb"), ...reading.all("monitoring")].some(
    ({ value }) => value === "monitor" || value === true,
  );
}

/** "bring ~zod from my laptop to a VPS": from somewhere to somewhere else. */
function carries(reading: Reading): boolean {
  for (let at = 0; at < reading.tokens.length; at++) {
    if (!/^(?:bring|bringing|take|taking|get|pull|put|send|carry)$/.test(reading.text(at))) continue;
    let from = false;
    for (let next = at + 1; next <= at + 12 && !/^[.;]?$/.test(reading.text(next)); next++) {
      if (reading.text(next) === "from" && reading.tokens[next + 1]?.kind !== "number") from = true;
      else if (from && /^(?:to|onto|into|home|over)$/.test(reading.text(next))) return true;
    }
  }
  return false;
}

/** "I run 3 planets on Hetzner": they are there already. */
function tellsState(reading: Reading): boolean {
  return reading.all("weakVerb").some((finding) => finding.value === "deploy" && isState(reading, finding));
}

/** "I need monitoring" and nothing of ships to be made. */
function onlyMonitoring(reading: Reading): boolean {
  return (
    asksMonitoring(reading) &&
    ["ships.count", "platform", "platformWeak", "environments", "compliance", "budget", "selfHosted"].every(
      (field) => reading.all(field).length === 0,
    )
  );
}
