import type { Brief, Platform } from "../brief/schema.ts";
import { RECOVERY_MINUTES } from "../knowledge/ship.ts";
import { type Priced, price } from "./cost/cost.ts";
import { countOf } from "./levels.ts";
import { beginnerFirst, expertFirst, ruledByMatrix } from "./matrix.ts";
import { hasVps, ownsMachines } from "./needs.ts";
import type { Criterion, Decision, SpecialistName } from "./schema.ts";
import { decisive, type Score, SKILL, scoreAll } from "./score.ts";
import type { SiteView } from "./site.ts";

/** In the order a tie is broken: the simpler platform first. */
export const ALL = ["vps", "bare-metal", "groundseg", "kubernetes"] as const satisfies readonly Platform[];

const LEADS: Readonly<Record<Platform, SpecialistName>> = {
  "bare-metal": "urbit-deployment-specialist",
  vps: "vps-deployment-specialist",
  groundseg: "groundseg-operator",
  kubernetes: "fleet-manager",
};

export interface Choice {
  readonly platform: Platform;
  readonly by: Decision["platform"]["by"];
  /** The matrix's own words, where it decided. */
  readonly ruling: string | null;
  /** Platforms that cannot be taken at all, with the one constraint that kills each. */
  readonly barred: Readonly<Barriers>;
  /** What a platform would cost; worked out when it is first asked for. */
  price(platform: Platform): Priced;
  /** Every platform's score, best first only where no constraint stands. */
  scores(): readonly Score[];
}

/** A platform named in words wins; then the seed's matrix, line by line; where it is silent, the best score. The budget has no say: it decides what is feasible. */
export function choose(brief: Brief, site: SiteView): Choice {
  const owned = ownsMachines(brief, site);
  const barred = barredBy(brief, site, owned);
  const prices = new Map<Platform, Priced>();
  const priceOf = (platform: Platform): Priced => {
    const known = prices.get(platform) ?? price(brief, platform, site);
    prices.set(platform, known);
    return known;
  };
  const scored = (platforms: readonly Platform[]) =>
    scoreAll(
      brief,
      platforms.map((platform) => ({ platform, usd: priceOf(platform).usd, owned: owned && platform !== "vps" })),
    );
  const settled = { barred, price: priceOf, scores: () => scored(ALL) };
  if (brief.infrastructure !== null) return { ...settled, platform: brief.infrastructure, by: "asked", ruling: null };
  const ruled = ruledByMatrix(brief, owned);
  if (ruled !== null) return { ...settled, platform: ruled.platform, by: "matrix", ruling: ruled.because };
  const open = ALL.filter((platform) => barred[platform] === undefined);
  const [only, ...others] = open;
  if (only !== undefined && others.length === 0) return { ...settled, platform: only, by: "score", ruling: null };
  const best = scored(open.length > 0 ? open : ALL).reduce((top, score) => (score.total > top.total ? score : top));
  return { ...settled, platform: best.platform, by: "score", ruling: null };
}

/** How many machines a platform would take. */
export function machinesOf(priced: Priced): number {
  return priced.sizing().reduce((sum, { quantity }) => sum + quantity, 0);
}

type Barriers = Partial<Record<Platform, string>>;

/** Constraints no score can outweigh: what was refused or contradicts the machines there are, then what is only taken when nothing else is left. */
function barredBy(brief: Brief, site: SiteView, owned: boolean): Barriers {
  const barred: Barriers = {};
  if (owned && !beginnerFirst(brief)) barred.vps = "you have servers of your own: nothing has to be rented";
  if (hasVps(brief, site)) barred["bare-metal"] = "the hosts you have are virtual servers";
  for (const platform of brief.excluded) barred[platform] = "it was refused";
  for (const [platform, because] of reservations(brief, site, owned)) {
    const others = ALL.filter((other) => other !== platform && barred[other] === undefined);
    if (barred[platform] === undefined && others.length > 0) barred[platform] = because;
  }
  return barred;
}

/** Platforms taken only when nothing else is left, and why. */
function reservations(brief: Brief, site: SiteView, owned: boolean): readonly (readonly [Platform, string])[] {
  const found: (readonly [Platform, string])[] = [];
  if (brief.ships.fake) {
    found.push(["kubernetes", "fake ships need no cluster"]);
    found.push(["groundseg", "fake ships need no container host and no relay"]);
  }
  // Hosts in the inventory are run by units of ours: no other platform is put on them unasked.
  if (site.hosts.length > 0) found.push(["kubernetes", "the hosts in your inventory hold the ships"]);
  if (site.hosts.length > 0 && brief.selfHosted !== true)
    found.push(["groundseg", "it takes a whole host, and was not asked for"]);
  if (expertFirst(brief) && !brief.excluded.includes("bare-metal")) {
    found.push(["groundseg", "an expert who puts security first keeps the whole machine"]);
    found.push(["vps", "an expert who puts security first shares no machine"]);
    return found;
  }
  if (owned) return found;
  found.push(["groundseg", "it is for servers of your own, and none were named"]);
  if (!brief.excluded.includes("vps"))
    found.push(["bare-metal", "no servers of your own were named, and virtual ones do"]);
  return found;
}

/** The choice as the decision shows it, apart from what would flip it. */
export function platformOf(
  brief: Brief,
  choice: Choice,
): Pick<Decision["platform"], "choice" | "lead" | "because" | "rejected" | "by" | "scores"> {
  const { platform, by } = choice;
  const scores = choice.scores();
  const advised = brief.unsure && by === "score";
  return {
    choice: platform,
    lead: leadOf(brief, platform, advised),
    because: [...(advised ? [ADVICE] : []), reasonOf(brief, choice, scores)],
    rejected: ALL.filter((other) => other !== platform).map((other) => ({
      choice: other,
      because: whyNot(brief, other, choice, scores),
    })),
    by,
    scores: scores.map(({ platform: name, total, criteria }) => ({
      choice: name,
      total,
      criteria: rounded(criteria),
    })),
  };
}

const ADVICE =
  "you are not sure: the managed-hosting-advisor comes first, and what it recommends is confirmed before anything is set up (matrix)";

function reasonOf(brief: Brief, { platform, by, ruling, barred }: Choice, scores: readonly Score[]): string {
  if (by === "asked") return `${platform} was asked for`;
  if (ruling !== null) return ruling;
  const total = scores.find((score) => score.platform === platform)?.total ?? 0;
  const others = ALL.filter((other) => other !== platform && barred[other] === undefined);
  const over = others.length === 0 ? "the one that is left" : `best of ${others.length + 1} that are open`;
  return `no line of the matrix speaks for ${shipsText(brief)}; by score it is ${over}, ${total} of 10`;
}

function leadOf(brief: Brief, platform: Platform, advised: boolean): SpecialistName {
  if (brief.intent === "troubleshoot" || brief.intent === "optimize" || brief.intent === "monitor")
    return "performance-engineer";
  return advised || brief.managed === true ? "managed-hosting-advisor" : LEADS[platform];
}

function rounded(criteria: Score["criteria"]): Record<Criterion, number> {
  return Object.fromEntries(
    Object.entries(criteria).map(([name, value]) => [name, Math.round(value * 100) / 100]),
  ) as Record<Criterion, number>;
}

/** The one constraint or criterion that beat an option. */
function whyNot(brief: Brief, loser: Platform, choice: Choice, scores: readonly Score[]): string {
  const { platform: winner, by, barred } = choice;
  if (by === "asked") return brief.excluded.includes(loser) ? "it was refused" : `${winner} was asked for`;
  const barrier = barred[loser];
  if (barrier !== undefined) return barrier;
  const [lost, won] = [loser, winner].map((name) => scores.find(({ platform }) => platform === name));
  if (lost === undefined || won === undefined) return `${winner} was chosen`;
  const criterion = decisive(brief, lost, won);
  const scored = `score ${lost.total} against ${won.total}`;
  const fact = criterion === null ? "no criterion speaks against it" : factOf(criterion, brief, loser, choice);
  const settled = by === "matrix" && lost.total >= won.total ? `${scored}, but the matrix decides` : scored;
  return `${fact} (${settled})`;
}

/** A criterion in words, with both sides' facts. */
function factOf(
  criterion: Criterion,
  brief: Brief,
  loser: Platform,
  { platform: winner, price: priceOf }: Choice,
): string {
  switch (criterion) {
    case "capacity":
      return capacityFact(brief, loser, machinesOf(priceOf(loser)));
    case "cost":
      return `it costs about $${Math.round(priceOf(loser).usd)} a month, ${winner} $${Math.round(priceOf(winner).usd)}`;
    case "isolation":
      return `ships are kept apart less well than on ${winner}`;
    case "compliance":
      return "more of its controls are in other hands";
    case "skill":
      return SKILL[loser] === 4
        ? `it takes an expert to keep, and ${brief.experience === null ? "nobody said that one does" : `a ${brief.experience} keeps it`}`
        : "it asks more of who keeps it";
    case "recovery":
      return `a lost machine's ships are back in about ${RECOVERY_MINUTES[loser]} minutes, on ${winner} in ${RECOVERY_MINUTES[winner]}`;
    case "sovereignty":
      return "the machines are somebody else's";
    case "time":
      return "the first ship takes longer to run";
  }
}

function capacityFact(brief: Brief, loser: Platform, machines: number): string {
  const ships = shipsText(brief);
  if (loser === "kubernetes") return `${ships} are too few for a cluster to pay`;
  if (loser === "groundseg" && countOf(brief) < 5) return `${ships} are too few for a container host to pay`;
  return `${ships} on ${machines} machine${machines === 1 ? "" : "s"} are more than it is good at`;
}

export function shipsText(brief: Brief): string {
  const count = countOf(brief);
  return `${count} ship${count === 1 ? "" : "s"}`;
}
