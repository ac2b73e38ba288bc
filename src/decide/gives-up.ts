import { dollars } from "../base/amounts.ts";
import type { Brief, Platform } from "../brief/schema.ts";
import { firmOf } from "../knowledge/firms.ts";
import { priceOf, usdOf } from "../knowledge/prices.ts";
import { countOf } from "./levels.ts";

/** What somebody gives up who takes one brief for another: every demand that is less than it was, in words. */
export function givesUp(asked: Brief, offered: Brief, platform: Platform): string {
  const parts = [
    ...money(asked, offered),
    ...promises(asked, offered),
    ...comfort(asked, offered, platform),
    ...freedom(asked, offered, platform),
  ];
  return parts.length > 0 ? parts.join("; ") : "nothing that was asked for";
}

function money(asked: Brief, offered: Brief): string[] {
  const [had, needs] = [asked.budgetUsdPerMonth, offered.budgetUsdPerMonth];
  const ships = countOf(asked) - countOf(offered);
  const own = offered.selfHosted === true && asked.selfHosted !== true;
  const each = dollars(usdOf(priceOf("hw-mini-64-est")));
  return [
    ...(had !== null && needs !== null && needs > had
      ? [`$${dollars(needs - had)} a month more than you set aside`]
      : []),
    ...(had !== null && needs === null ? ["the limit on what it costs"] : []),
    ...(asked.budgetOnceUsd !== null && offered.budgetOnceUsd === null ? ["the limit on what is paid once"] : []),
    ...(ships > 0 ? [`${ships} ship${ships === 1 ? "" : "s"}, until there is room for them`] : []),
    ...(own
      ? [
          `somebody else keeping the machines: you buy them once (64 GiB, about $${each} each) and mend a lost one yourself`,
        ]
      : []),
  ];
}

function promises(asked: Brief, offered: Brief): string[] {
  const dropped = asked.compliance.filter((name) => !offered.compliance.includes(name));
  const [was, is] = [asked.slo, offered.slo];
  const gone = (name: keyof Brief["slo"], says: string) => (was[name] !== null && is[name] === null ? [says] : []);
  const days = offered.timelineDays ?? asked.timelineDays ?? 0;
  return [
    ...(was.uptimePercent !== null && is.uptimePercent !== null && is.uptimePercent < was.uptimePercent
      ? [`${was.uptimePercent} % for ${is.uptimePercent} %, which one process can hold`]
      : []),
    ...gone("uptimePercent", "any promise of uptime: it is measured and shown"),
    ...gone("responseMs", `an answer in ${was.responseMs} ms`),
    ...gone("rpoMinutes", `no more than ${was.rpoMinutes} minutes of loss`),
    ...gone("rtoMinutes", `being back in ${was.rtoMinutes} minutes`),
    ...(dropped.length > 0 ? [`${dropped.join(" and ")}: no regulated data may go on these ships`] : []),
    ...(asked.timelineDays !== null && days > asked.timelineDays
      ? [`${Math.ceil(days - asked.timelineDays)} days`]
      : []),
    ...(asked.timelineDays !== null && offered.timelineDays === null ? ["the day it was to be ready"] : []),
  ];
}

function comfort(asked: Brief, offered: Brief, platform: Platform): string[] {
  const cluster =
    asked.infrastructure === "kubernetes" || asked.enterprise || asked.autoscaling === true || countOf(asked) >= 50;
  const servers = platform === "vps" && asked.infrastructure !== "vps";
  return [
    ...(servers && cluster
      ? ["what a cluster does by itself: a lost machine's ships are back in half an hour, not in ten minutes"]
      : []),
    ...(asked.selfHosted === true && offered.selfHosted !== true
      ? ["machines of your own: others can see into a ship that runs on theirs"]
      : []),
    ...(asked.disasterRecovery === true && offered.disasterRecovery !== true ? ["copies in a second region"] : []),
    ...(asked.monitoring === true && offered.monitoring === false ? ["knowing when a ship is down"] : []),
    ...(asked.autoscaling === true && offered.autoscaling !== true ? ["nodes that are added by themselves"] : []),
    ...(asked.startram === true && offered.startram !== true
      ? ["StarTram: ports are forwarded, or a relay of your own"]
      : []),
    ...(asked.managed === true && offered.managed !== true ? ["hosting as a service"] : []),
    ...(asked.backups === false && offered.backups === null ? ["doing without copies"] : []),
  ];
}

function freedom(asked: Brief, offered: Brief, platform: Platform): string[] {
  const other = asked.infrastructure !== null && platform !== asked.infrastructure;
  const regions =
    asked.regions.length + asked.excludedRegions.length > offered.regions.length + offered.excludedRegions.length;
  return [
    ...(other ? [`${asked.infrastructure}, which was asked for`] : []),
    ...(asked.provider !== null && offered.provider === null ? [`${firmOf(asked.provider).name} as the firm`] : []),
    ...(asked.excludedProviders.length > offered.excludedProviders.length ? ["the firms you ruled out"] : []),
    ...(asked.excluded.length > offered.excluded.length ? ["the platforms you ruled out"] : []),
    ...(regions ? ["your choice of region"] : []),
    ...(asked.machines.ramGiB !== null && offered.machines.ramGiB === null
      ? ["the machines you described: larger ones, or more of them"]
      : []),
  ];
}
