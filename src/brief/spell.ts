import { wordsOfRules } from "./phrases.ts";
import { NOUN_WORDS } from "./quantities/nouns.ts";
import { NUMBER_NAMES } from "./quantities/numbers.ts";
import type { Token } from "./tokens.ts";
import { FILLER } from "./unread.ts";
import { TOWN_WORDS } from "./vocabulary/towns.ts";
import { VOCABULARY } from "./vocabulary/vocabulary.ts";

/** Words worth reading though they are misspelt: those that carry a field. */
const WANTED =
  `kubernetes groundseg hetzner digitalocean digital linode vultr lightsail droplet droplets azure amazon contabo
  production staging development environment environments monitoring disaster recovery compliance compliant hipaa alerts
  planet planets ships comet comets moons galaxy fleet server servers hardware basement dedicated container containers docker cluster
  deploy deploying launch provision migrate migration monitor troubleshoot optimize install
  budget month months monthly dollars dollar weeks timeline deadline tomorrow friday monday tuesday wednesday thursday saturday sunday
  beginner expert experienced security secure hardening backups backup uptime response region regions
  frankfurt amsterdam helsinki singapore twenty thirty forty fifty hundred thousand autoscaling enterprise prometheus grafana pagerduty
  virtual private cheapest`.split(/\s+/);
/** Words of English that lie next to a wanted one and mean themselves. */
const GUARDED = new Set(
  `budge budged budges cheapen cheapens clutter custer come comes comer comic complain complains complained complaint complaints complainant complement compliment
  contain contained contains decline dealing dedicate dedicates delicate delaying depleting docked docket dockets dollies expedience experience experiences experimented
  exert expect expects export exports feet flee flees fleeing grounded grounder grounding grounds groundhog happening hastening lunch migrated migrates migrating
  mentoring motoring mouth mouths moth moths mons moods moon moans moss moos morns optimism optimist optimized optimizes plane planes planed plant plants planned planner planners
  prediction projection protection productive product products precision provisional provisions recover recovered recovers remover respond responds responded responder responses responsive
  serve served serves server serving sips skips slips snips shops shop shims shin ship shirts staring stating staying staking stacking thirsty thirty timely
  mondays fridays sundays saturdays sundry sturdy tuesdays weeds week weeps secured secures securing installs distaste disasters custom clusters environmental developments
  developmental budgets containers monitors planet launches launched deploys deployed deadlines beginners experts regional private privately cheap cheaper alert alter alters
  averts palnet basements complicit covet covets decimated decker deducted depicted deploring deposing desiccated deviated diner educated fifth foray footy forte forth forts frankfurter
  harding heartening immigration instill instills lightship monte monty moors morons muons mont optimizer primate primates profusion provisioned proviso provisos promethean
  shies shins shivs sundae swaging victual decoying troubleshooter`.split(/\s+/),
);

const BY_INITIAL = Map.groupBy(WANTED, (word) => word[0] ?? "");

let lexicon: ReadonlySet<string> | null = null;

/** Every word that means itself. Made when a word first looks like a slip: most sentences have none. */
function known(): ReadonlySet<string> {
  lexicon ??= new Set([
    ...wordsOfRules(VOCABULARY),
    ...NOUN_WORDS,
    ...TOWN_WORDS,
    ...FILLER,
    ...NUMBER_NAMES,
    ...WANTED,
    ...GUARDED,
  ]);
  return lexicon;
}

/** The word somebody meant who wrote `text`, where it is one slip away (two in a long word) from exactly one we wait for. */
export function meant(text: string): string | null {
  if (text.length < 4 || text.length > 16) return null;
  let best: string | null = null;
  let least = 3;
  for (const word of [...(BY_INITIAL.get(text[0] ?? "") ?? []), ...(BY_INITIAL.get(text[1] ?? "") ?? [])]) {
    if (word === text) return null;
    const allowed = word.length >= 9 ? 2 : text.length < 5 && word.length <= text.length ? 0 : 1;
    // A wrong first letter is a slip only when it changed places with the second.
    if (text[0] !== word[0] && !(text[0] === word[1] && text[1] === word[0])) continue;
    const slips = slipsBetween(text, word, allowed);
    if (slips > allowed || slips > least) continue;
    if (slips === least && best !== null && best !== word) return null;
    [best, least] = [word, slips];
  }
  return best === null || known().has(text) ? null : best;
}

/** Letters missing, added, changed or swapped between two words, up to `most` (and one more when there are more). */
export function slipsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : change;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change, swapped));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? most + 1;
}

/** The tokens with misspelt words set right, and the indexes of those. */
export function spelled(tokens: readonly Token[]): {
  readonly tokens: readonly Token[];
  readonly mended: readonly number[];
} {
  const mended: number[] = [];
  const cache = new Map<string, string | null>();
  const right = tokens.map((token, at) => {
    if (token.kind !== "word") return token;
    const { text } = token;
    const word = cache.has(text) ? (cache.get(text) ?? null) : meant(text);
    cache.set(text, word);
    if (word === null) return token;
    mended.push(at);
    return { ...token, text: word };
  });
  return { tokens: mended.length === 0 ? tokens : right, mended };
}
