import type { Brief, Platform } from "../brief/schema.ts";
import { countOf } from "./levels.ts";

export interface Ruled {
  readonly platform: Platform;
  readonly because: string;
}

/**
 * The seed's "Platform Selection", its lines in its order; the first that speaks and was not refused, or null. One
 * thing it takes for granted is said here: fake ships need no container platform.
 */
export function ruledByMatrix(brief: Brief, owned: boolean): Ruled | null {
  const count = countOf(brief);
  const single = count === 1;
  const there = owned ? ", on the server there is" : "";
  const some = count >= 5 && count <= 20 && brief.selfHosted === true && !brief.ships.fake;
  const lines: readonly (readonly [speaks: boolean, platform: Platform, because: string])[] = [
    [beginnerFirst(brief), "vps", `one ship and a beginner: the easiest path${there}`],
    [single && expertFirst(brief), "bare-metal", "one ship, an expert and maximum security: full control"],
    [some, "groundseg", `${count} self-hosted ships, between 5 and 20: container orchestration at little cost`],
    [count >= 50, "kubernetes", `${count} ships, 50 or more: a cluster that is run as one`],
    [brief.enterprise, "kubernetes", "an enterprise fleet: high availability and room to grow"],
    [brief.autoscaling === true, "kubernetes", "auto-scaling was asked for; it adds nodes, never copies of a ship"],
  ];
  const line = lines.find(([speaks, platform]) => speaks && !brief.excluded.includes(platform));
  return line === undefined ? null : { platform: line[1], because: `${line[2]} (matrix)` };
}

/** One ship and a beginner: set up as on a virtual server, and on the beginner's own where there is one, so that nothing is rented. */
export function beginnerFirst(brief: Brief): boolean {
  return countOf(brief) === 1 && brief.experience === "beginner";
}

/** An expert who wants maximum security. */
export function expertFirst(brief: Brief): boolean {
  return brief.experience === "expert" && wantsSecurity(brief);
}

/** Maximum security, in words or as the level asked for. */
export function wantsSecurity(brief: Brief): boolean {
  return brief.priority === "security" || brief.hardening === "strict";
}
