import { dollars } from "../base/amounts.ts";
import type { Brief } from "../brief/schema.ts";
import { firmOf } from "../knowledge/firms.ts";
import { UPKEEP } from "../knowledge/ship.ts";
import { countOf } from "./levels.ts";
import { errorBudget, leastDays, UPKEEP_MINUTES, uptimeCeiling } from "./limits.ts";
import { type Choice, shipsText } from "./platform.ts";
import type { Decision } from "./schema.ts";
import type { SiteView } from "./site.ts";

type Truth = Decision["truths"][number];

/** Days an uptime objective is measured over. */
const WINDOW_DAYS = 30;

/** What holds whatever was decided: said with the decision, so that no report can promise against it. */
export function truthsOf(brief: Brief, choice: Choice, cost: Decision["cost"], site: SiteView): Truth[] {
  return [
    ...budgetTruths(brief, choice, cost),
    ...serviceTruths(brief, choice),
    ...complianceTruths(brief, choice),
    ...shipTruths(brief, choice, site),
    ...placeTruths(brief, choice, cost),
  ];
}

function budgetTruths(brief: Brief, { price, platform }: Choice, cost: Decision["cost"]): Truth[] {
  const budget = brief.budgetUsdPerMonth;
  const truths: Truth[] = [];
  if (budget !== null) {
    const { usd } = price(platform);
    const fits =
      usd > budget
        ? "not feasible as priced"
        : cost.highUsd > budget
          ? "feasible only as priced"
          : "feasible as priced";
    truths.push({
      about: "budget",
      says: `${fits}: $${dollars(usd)} of $${dollars(budget)} a month; the range goes from $${dollars(cost.lowUsd)} to $${dollars(cost.highUsd)}`,
    });
  }
  const expired = cost.lines.filter((line) => line.expired).length;
  if (expired > 0)
    truths.push({
      about: "cost",
      says: `${expired} of ${cost.lines.length} prices are past their date: look them up before you sign`,
    });
  const unsure = cost.lines.filter(({ confidence }) => confidence !== "sourced").length;
  if (unsure > 0)
    truths.push({
      about: "cost",
      says: `${unsure} of ${cost.lines.length} prices are recalled or not published, and carry a range`,
    });
  return truths;
}

function serviceTruths(brief: Brief, { platform, price }: Choice): Truth[] {
  const truths: Truth[] = [];
  const { uptimePercent } = brief.slo;
  const owned = price(platform).needs.own.hosts > 0;
  if (uptimePercent !== null) {
    const upkeep = UPKEEP.map(({ what, minutes }) => `${what} (${minutes} min)`).join(", ");
    truths.push({
      about: "uptime",
      says: `${uptimePercent} % leaves ${errorBudget(uptimePercent)} minutes a month, and upkeep spends about ${UPKEEP_MINUTES} of them: ${upkeep}; ${uptimeCeiling(platform, owned)} % is the most on ${platform}`,
    });
    const days = leastDays(brief, platform, price(platform));
    const late = brief.timelineDays !== null && brief.timelineDays < days + WINDOW_DAYS;
    truths.push({
      about: "uptime",
      says: `${uptimePercent} % is an objective over ${WINDOW_DAYS} days: it can be judged ${WINDOW_DAYS} days after the last ship is up at the earliest${late ? `, not within ${brief.timelineDays} days` : ""}`,
    });
    if (brief.monitoring === false)
      truths.push({ about: "uptime", says: "without monitoring nobody measures it, and no report can claim it" });
  }
  if (brief.autoscaling === true || platform === "kubernetes")
    truths.push({
      about: "autoscaling",
      says: "auto-scaling adds nodes for more ships, never a second copy of one: a ship has one writer",
    });
  if (brief.disasterRecovery === true)
    truths.push({
      about: "recovery",
      says: "copies are for a host that is lost: a ship started from an older copy than its peers have seen has to breach first",
    });
  return truths;
}

function complianceTruths(brief: Brief, { platform, price }: Choice): Truth[] {
  const truths: Truth[] = [];
  const firm = price(platform).shelf?.firm ?? null;
  if (brief.compliance.length > 0)
    truths.push({
      about: "compliance",
      says: "nobody passes a framework by deploying: checks are evidenced, some controls only people can attest, and what is open stays listed",
    });
  if (brief.compliance.includes("hipaa")) {
    truths.push({
      about: "compliance",
      says: "there is no HIPAA certification; a business associate agreement with whoever keeps the machines is signed by people, not by this plan",
    });
    truths.push({
      about: "compliance",
      says: "StarTram and other hosted relays are not known to sign a HIPAA agreement: they are left out",
    });
  }
  if (firm !== null && brief.compliance.length > 0)
    truths.push({ about: "compliance", says: `${firmOf(firm).name}: ${firmOf(firm).basis}` });
  if (brief.compliance.length > 0 && price(platform).needs.own.hosts > 0)
    truths.push({
      about: "compliance",
      says: "on machines of your own, locks, visitors and discarded disks are yours to show",
    });
  return truths;
}

function shipTruths(brief: Brief, { platform, price }: Choice, site: SiteView): Truth[] {
  const count = countOf(brief);
  const truths: Truth[] = [];
  if (brief.intent === "troubleshoot" || brief.intent === "optimize" || brief.intent === "monitor")
    return [{ about: "cost", says: "the ships run already: only what is added is priced" }];
  const { appetite, region } = price(platform).needs;
  const gib = Math.round((count * appetite.ramMib) / 102.4) / 10;
  truths.push({
    about: "capacity",
    says: `${shipsText(brief)}: ${gib} GiB of memory, ${count * appetite.diskGb} GB of disk with a year's growth, ${count} UDP port${count === 1 ? "" : "s"} for Ames, a fifth of each machine's memory left free`,
  });
  if (!brief.ships.fake && brief.ships.kind !== "comet" && brief.intent === "deploy") {
    const given = site.keys ?? 0;
    truths.push({
      about: "keys",
      says: `${count} ${brief.ships.kind ?? "planet"}${count === 1 ? " needs a keyfile" : `s need ${count} keyfiles`} of ${count === 1 ? "its" : "their"} own; ${given === 0 ? "none was" : `${given} ${given === 1 ? "was" : "were"}`} named yet`,
    });
  }
  if (brief.ships.growTo !== null && brief.ships.growTo > count)
    truths.push({
      about: "capacity",
      says: `priced for ${count} now; ${brief.ships.growTo} need the machines that hold them, and are planned when they come`,
    });
  const shelf = price(platform).shelf;
  if (region === null && shelf !== null)
    truths.push({
      about: "regions",
      says: `no region was named: priced where it costs least, ${shelf.name}`,
    });
  return truths;
}

function placeTruths(brief: Brief, { platform, price }: Choice, cost: Decision["cost"]): Truth[] {
  const { shelf } = price(platform);
  const firm = shelf?.firm ?? null;
  const truths: Truth[] = [];
  const towns = firm === null ? undefined : firmOf(firm).towns;
  const town = brief.regions[0]?.split("-").slice(1).join("-") ?? "";
  if (firm !== null && towns !== undefined && /^[a-z-]+$/.test(town) && town !== "" && !towns.includes(town))
    truths.push({
      about: "regions",
      says: `${firmOf(firm).name} has no data centre in ${town}; the nearest of the same area is meant`,
    });
  const scarce = cost.sizing.filter((size) => size.scarce).map(({ machine }) => machine);
  if (scarce.length > 0)
    truths.push({
      about: "capacity",
      says: `${scarce.join(" and ")} cannot be ordered at times: the high end of the range is what can be`,
    });
  const least = price(platform).least();
  if (least !== null)
    truths.push({
      about: "cost",
      says: `the low end is what ${least.name} could come to, with what a year's commitment takes off`,
    });
  const { rate } = cost;
  if (rate !== null) truths.push({ about: "cost", says: `prices in € at ${rate.usdPerEur} USD/EUR of ${rate.asOf}` });
  return truths;
}
