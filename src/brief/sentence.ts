import type { Brief, Framework, Platform, Provider } from "./schema.ts";

const PLATFORM: Readonly<Record<Platform, string>> = {
  "bare-metal": "bare metal",
  vps: "a VPS",
  groundseg: "GroundSeg",
  kubernetes: "Kubernetes",
};
const PROVIDER: Readonly<Record<Provider, string>> = {
  aws: "AWS",
  gcp: "GCP",
  azure: "Azure",
  digitalocean: "DigitalOcean",
  hetzner: "Hetzner",
  linode: "Akamai",
  vultr: "Vultr",
  ovh: "OVH",
  oracle: "Oracle Cloud",
  scaleway: "Scaleway",
  contabo: "Contabo",
  netcup: "netcup",
};
export const FRAMEWORK: Readonly<Record<Framework, string>> = {
  hipaa: "HIPAA",
  gdpr: "GDPR",
  soc2: "SOC 2",
  iso27001: "ISO 27001",
};

/**
 * The brief as a request in plain words: read again, it gives the same brief, field by field, apart from where things
 * were said, what was assumed, what was only hinted at, and a deadline's distance from today.
 */
export function sentenceOf(brief: Brief): string {
  const clauses = [...wherein(brief), ...wishes(brief), ...limits(brief)];
  return [`${opening(brief)}${clauses.map((clause) => `, ${clause}`).join("")}.`, ...people(brief)].join(" ");
}

function opening(brief: Brief): string {
  const ships = shipsOf(brief);
  const to = brief.environments.length === 0 || brief.ships.spread.length > 0 ? "" : ` to ${list(brief.environments)}`;
  switch (brief.intent) {
    case "deploy":
      return `Deploy ${ships}${to}`;
    case "migrate":
      return `Migrate ${ships}${from(brief)}${to}`;
    case "optimize":
      return `Optimize ${ships}${to}`;
    case "monitor":
      return `Set up monitoring for ${ships}${to}`;
    case "troubleshoot":
      return `Troubleshoot ${ships}${to}${brief.symptoms.map((symptom) => `, ${SYMPTOM[symptom]}`).join("")}`;
    case "feature":
      return `Build a ${brief.app ?? "new app"}${to} with ${ships}`;
  }
}

const SYMPTOM: Readonly<Record<Brief["symptoms"][number], string>> = {
  slow: "sluggish",
  crashing: "crashing",
  unreachable: "unreachable",
  stuck: "stuck",
  memory: "out of memory",
  disk: "out of disk",
  boot: "failing to boot",
  update: "OTA stuck",
  key: "lost keyfile",
};

function from({ movesFrom }: Brief): string {
  if (movesFrom === null) return "";
  if (movesFrom.managed) return " from managed hosting";
  const place = movesFrom.infrastructure === null ? "" : PLATFORM[movesFrom.infrastructure];
  return ` from ${movesFrom.provider === null ? place : PROVIDER[movesFrom.provider]}`;
}

function shipsOf({ ships }: Brief): string {
  const fake = ships.fake ? "fake " : "";
  const noun = (kind: Brief["ships"]["kind"], count: number) =>
    `${fake}${kind ?? "ship"}`.replace(/y$/, count === 1 ? "y" : "ie") + (count === 1 ? "" : "s");
  if (ships.spread.length > 0)
    return list(ships.spread.map(({ environment, count }) => `${count} ${environment} ${noun(ships.kind, count)}`));
  if (ships.groups.length > 0) return list(ships.groups.map(({ kind, count }) => `${count} ${noun(kind, count)}`));
  const { count, names } = ships;
  if (count === null) return `${fake}ships`;
  if (names.length === count) return `${fake}${list(names)}`;
  const number =
    ships.low !== null && ships.high !== null
      ? `${ships.low} to ${ships.high}`
      : ships.low !== null
        ? `at least ${ships.low}`
        : ships.high !== null
          ? `up to ${ships.high}`
          : count;
  const parent = ships.parent === null ? "" : ` of ${ships.parent}`;
  const named = names.length === 0 ? "" : `, among them ${list(names)}`;
  const grow = ships.growTo === null ? "" : `, growing to ${ships.growTo} ships later`;
  return `${number} ${noun(ships.kind, count)}${parent}${named}${grow}`;
}

/** Where they shall run. */
function wherein(brief: Brief): string[] {
  const { machines } = brief;
  return [
    ...(brief.infrastructure === null ? [] : [`on ${PLATFORM[brief.infrastructure]}`]),
    ...(brief.provider === null ? [] : [`at ${PROVIDER[brief.provider]}`]),
    ...either(brief.selfHosted, "self-hosted", "not self-hosted"),
    ...either(brief.managed, "managed hosting", "no managed hosting"),
    ...(brief.regions.length === 0 ? [] : [`in ${list(brief.regions)}`]),
    ...(brief.regionCount === null ? [] : [`in ${brief.regionCount} regions`]),
    ...(machines.count === null ? [] : [`on ${machines.count} servers`]),
    ...(machines.ramGiB === null ? [] : [`${machines.ramGiB} GB RAM`]),
    ...(machines.diskGb === null ? [] : [`${machines.diskGb} GB disk`]),
    ...(machines.cpus === null ? [] : [`${machines.cpus} cores`]),
    ...(brief.domain === null ? [] : [`at ${brief.domain}`]),
    ...brief.excluded.map((platform) => `without ${PLATFORM[platform].replace("a ", "")}`),
    ...brief.excludedProviders.map((provider) => `not on ${PROVIDER[provider]}`),
    ...brief.excludedRegions.map((region) => `not in ${region}`),
  ];
}

function wishes(brief: Brief): string[] {
  return [
    ...(brief.compliance.length === 0
      ? []
      : [`with ${list(brief.compliance.map((name) => FRAMEWORK[name]))} compliance`]),
    ...(brief.hardening === null ? [] : [`${brief.hardening} hardening`]),
    ...(brief.intent === "monitor" ? [] : either(brief.monitoring, "with monitoring", "no monitoring")),
    ...either(brief.disasterRecovery, "with disaster recovery", "no disaster recovery"),
    ...either(brief.backups, "with nightly backups", "no backups"),
    ...either(brief.autoscaling, "with auto-scaling", "without auto-scaling"),
    ...either(brief.multiTenant, "with tenant isolation", "without tenant isolation"),
    ...either(brief.startram, "through StarTram", "without StarTram"),
    ...(brief.enterprise ? ["enterprise grade"] : []),
  ];
}

function limits(brief: Brief): string[] {
  const { slo, budgetBand: band } = brief;
  return [
    ...(slo.uptimePercent === null ? [] : [`${slo.uptimePercent}% uptime`]),
    ...(slo.responseMs === null ? [] : [`response time under ${slo.responseMs} ms`]),
    ...(slo.rpoMinutes === null ? [] : [`RPO ${slo.rpoMinutes} minutes`]),
    ...(slo.rtoMinutes === null ? [] : [`RTO ${slo.rtoMinutes} minutes`]),
    ...(band !== null
      ? [`budget ${band.highUsd === null ? `at least $${band.lowUsd}` : `$${band.lowUsd} to $${band.highUsd}`} a month`]
      : brief.budgetUsdPerMonth === null
        ? []
        : [`budget $${brief.budgetUsdPerMonth} a month`]),
    ...(brief.budgetOnceUsd === null ? [] : [`$${brief.budgetOnceUsd} upfront`]),
    ...(brief.deadline !== null
      ? [`by ${brief.deadline}`]
      : brief.timelineDays === null
        ? []
        : [`in ${brief.timelineDays} days`]),
    ...(brief.priority === null ? [] : [`priority: ${brief.priority}`]),
    ...(brief.users === null ? [] : [`for ${brief.users} users`]),
  ];
}

function people(brief: Brief): string[] {
  return [
    ...(brief.experience === null ? [] : [`Experience: ${brief.experience}.`]),
    ...(brief.unsure ? ["I am not sure what to choose."] : []),
  ];
}

function either(value: boolean | null, yes: string, no: string): string[] {
  return value === null ? [] : [value ? yes : no];
}

function list(items: readonly (string | number)[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
