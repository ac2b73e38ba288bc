import type { Brief, Platform } from "../brief/schema.ts";
import type { Decision, SpecialistName } from "./schema.ts";

type Choice = Decision["platform"];

const LEADS: Readonly<Record<Platform, SpecialistName>> = {
  "bare-metal": "urbit-deployment-specialist",
  vps: "vps-deployment-specialist",
  groundseg: "groundseg-operator",
  kubernetes: "fleet-manager",
};

export interface SiteView {
  /** Hosts in the inventory, by what the user said they are. */
  readonly hosts: readonly ("bare-metal" | "vps" | "unknown")[];
}

/** The seed's platform matrix; where it is silent (2–4, 21–49 ships, mixed wishes) the gap's rule is said in `because`. */
export function choosePlatform(brief: Brief, site: SiteView): Choice {
  const [choice, because] = pick(brief, site);
  const others = (["bare-metal", "vps", "groundseg", "kubernetes"] as const).filter((platform) => platform !== choice);
  const rejected = others.map((platform) => ({ choice: platform, because: whyNot(platform, choice, brief) }));
  return { choice, lead: brief.unsure ? "managed-hosting-advisor" : LEADS[choice], because, rejected };
}

function pick(brief: Brief, site: SiteView): [Platform, string[]] {
  const count = brief.ships.count ?? 1;
  const own = brief.selfHosted === true;
  if (brief.infrastructure !== null) return [brief.infrastructure, [`${brief.infrastructure} was asked for`]];
  if (brief.unsure) return [...routed(brief, site, count)];
  if (brief.autoscaling === true)
    return [
      "kubernetes",
      ["auto-scaling was asked for: only a cluster adds nodes by itself (it adds nodes, not copies of a ship)"],
    ];
  if (brief.enterprise) return ["kubernetes", ["an enterprise fleet was asked for (matrix)"]];
  if (count >= 50) return ["kubernetes", [`${count} ships: 50 or more go to a cluster (matrix)`]];
  if (own && site.hosts.length > 0 && site.hosts.every((kind) => kind === "vps")) {
    return ["vps", ["the hosts you named are VPSes"]];
  }
  if (own && count >= 5 && count <= 20 && !brief.ships.fake)
    return ["groundseg", [`${count} self-hosted ships: 5 to 20 go to GroundSeg (matrix)`]];
  if (own)
    return [
      "bare-metal",
      [
        `${count} ship(s) on servers of your own: too few for a container host, so each gets its own unit under systemd`,
      ],
    ];
  return [...routed(brief, site, count)];
}

function routed(brief: Brief, site: SiteView, count: number): [Platform, string[]] {
  if (count === 1 && brief.experience === "expert" && (brief.priority === "security" || brief.hardening === "strict")) {
    return ["bare-metal", ["one ship, an expert, and security first: full control (matrix)"]];
  }
  if (count === 1 && brief.experience === "beginner")
    return ["vps", ["one ship and a beginner: the easiest path (matrix)"]];
  if (brief.selfHosted === true || (site.hosts.length > 0 && site.hosts.every((kind) => kind === "bare-metal"))) {
    return ["bare-metal", ["there are servers of your own"]];
  }
  if (count >= 21)
    return ["kubernetes", [`${count} ships without hosts of your own: closer to a fleet than to single machines`]];
  if (count >= 5)
    return [
      "vps",
      [
        `${count} ships on several virtual servers: no own hosts were named, and 5 to 20 go to GroundSeg only when self-hosted`,
      ],
    ];
  return ["vps", [`${count} ship(s), no hosts of your own named: the shortest way to a running ship`]];
}

function whyNot(platform: Platform, choice: Platform, brief: Brief): string {
  const count = brief.ships.count ?? 1;
  if (brief.infrastructure !== null) return `${choice} was asked for`;
  switch (platform) {
    case "bare-metal":
      return brief.selfHosted === true
        ? `${count} ships are more than single units are kept up with by hand`
        : "no servers of your own were named";
    case "vps":
      return brief.selfHosted === true
        ? "you have servers of your own: nothing has to be rented"
        : `${count} ships on rented machines cost more than ${choice} at this size`;
    case "groundseg":
      return count < 5
        ? `${count} ship(s): it pays from five on`
        : brief.ships.fake
          ? "fake ships need no StarTram and no container host"
          : "it is for 5 to 20 self-hosted ships";
    case "kubernetes":
      return `${count} ship(s): a cluster pays from about fifty on, or where nodes must be added by themselves`;
  }
}
