import type { Brief, Platform } from "./schema.ts";

/** A smaller command that does what was asked. */
export interface Hint {
  readonly command: string;
  readonly because: string;
  /** What to type. */
  readonly line: string;
}

/**
 * The seed's "Do NOT use for": one ship, monitoring alone, one ship in trouble are another command's work. Null where
 * the whole machinery is wanted: several ships or environments, a framework, a choice still to be made. `platform` is
 * what was decided.
 */
export function simplerOf(brief: Brief, platform: Platform): Hint | null {
  const ship = brief.ships.names[0] ?? "~SHIP";
  const single = brief.ships.count === 1;
  if (brief.intent === "monitor")
    return {
      command: "setup-monitoring",
      because: "monitoring alone is asked for",
      line: "slipway setup-monitoring HOST",
    };
  if (brief.intent === "troubleshoot" && single)
    return {
      command: "troubleshoot-ship",
      because: "one ship is in trouble",
      line: `slipway troubleshoot-ship ${ship}`,
    };
  if (brief.intent !== "deploy" || !single || needsMore(brief) || !/^(?:vps|bare-metal)$/.test(platform)) return null;
  const command = platform === "vps" ? "deploy-vps-planet" : "deploy-planet";
  return {
    command,
    because: "a single ship is asked for",
    line: `slipway ${command} ${ship}${brief.ships.fake ? " --fake" : ""}`,
  };
}

function needsMore(brief: Brief): boolean {
  const wishes = brief.disasterRecovery === true || brief.autoscaling === true || brief.enterprise || brief.unsure;
  return wishes || brief.environments.length > 1 || brief.compliance.length > 0;
}
