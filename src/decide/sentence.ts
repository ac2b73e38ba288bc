import type { Brief } from "../brief/schema.ts";
import { firmOf } from "../knowledge/firms.ts";
import { countOf } from "./levels.ts";

const PLATFORM = { "bare-metal": "bare metal", vps: "VPS", groundseg: "GroundSeg", kubernetes: "Kubernetes" } as const;
const FRAMEWORK = { hipaa: "HIPAA", gdpr: "GDPR", soc2: "SOC2", iso27001: "ISO27001" } as const;
const PRIORITY = { cost: "as cheap as possible", security: "security first", speed: "in a hurry" } as const;

/** A brief as a sentence that reads back as the same brief, as far as a decision looks at it. */
export function sentenceOf(brief: Brief): string {
  const { slo } = brief;
  const parts = [
    `Deploy ${shipsOf(brief)}${environmentsOf(brief)}${placeOf(brief)}`,
    brief.compliance.map((name) => FRAMEWORK[name]).join(" and ") + (brief.compliance.length > 0 ? " compliance" : ""),
    brief.excluded.map((platform) => `without ${PLATFORM[platform]}`).join(", "),
    brief.excludedProviders.map((firm) => `not on ${firmOf(firm).name}`).join(", "),
    brief.hardening === null ? "" : `${brief.hardening} hardening`,
    brief.monitoring === null ? "" : brief.monitoring ? "monitoring" : "no monitoring",
    brief.disasterRecovery === true ? "disaster recovery" : "",
    brief.autoscaling === true ? "auto-scaling" : "",
    brief.enterprise ? "enterprise grade" : "",
    brief.experience === null
      ? ""
      : `I am ${brief.experience === "beginner" ? "a beginner" : brief.experience === "expert" ? "an expert" : "intermediate"}`,
    brief.priority === null ? "" : PRIORITY[brief.priority],
    slo.uptimePercent === null ? "" : `${slo.uptimePercent}% uptime`,
    slo.responseMs === null ? "" : `response under ${slo.responseMs} ms`,
    brief.budgetUsdPerMonth === null ? "" : `budget $${brief.budgetUsdPerMonth}/month`,
    brief.timelineDays === null
      ? ""
      : `timeline ${Math.floor(brief.timelineDays)} day${Math.floor(brief.timelineDays) === 1 ? "" : "s"}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function shipsOf(brief: Brief): string {
  const { fake, kind, names } = brief.ships;
  const count = countOf(brief);
  const noun = `${kind ?? "ship"}${count === 1 ? "" : "s"}`.replace("galaxys", "galaxies");
  const counted = `${count} ${fake ? "fake " : ""}${noun}`;
  return names.length > 0 ? `${counted}: ${names.join(", ")},` : counted;
}

function environmentsOf({ environments }: Brief): string {
  return environments.length === 0 ? "" : ` to ${listed(environments)}`;
}

function placeOf(brief: Brief): string {
  const { infrastructure: platform, selfHosted } = brief;
  const own = selfHosted === true;
  const servers = !own ? "" : platform === "bare-metal" ? " on my own bare metal servers" : " on my own servers";
  const named =
    platform === null || (own && platform === "bare-metal") ? "" : ` ${own ? "with" : "on"} ${PLATFORM[platform]}`;
  // A firm's name beside servers of one's own would say that they are rented.
  const firm = brief.provider === null || (own && platform !== "vps") ? "" : ` at ${firmOf(brief.provider).name}`;
  const where = brief.regions.length === 0 ? "" : ` in ${listed(brief.regions.map(placeName))}`;
  return `${servers}${named}${firm}${where}`;
}

/** "eu-frankfurt" is said "Frankfurt"; "us-west-2" and "eu" are said as they are. */
function placeName(region: string): string {
  if (/\d$/.test(region)) return region;
  const [area = region, ...town] = region.split("-");
  if (town.length === 0) return area === "eu" ? "Europe" : area === "us" ? "the US" : area;
  return town.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
