import type { Resource } from "../../../machines/resources.ts";
import type { ShipTarget } from "../../../plan/schema.ts";
import { shipPaths } from "../../../urbit/layout.ts";
import { file } from "./control.ts";

/**
 * Directives that stand or fall together, tried on the running ship and left out where it does not run with them: what
 * is likeliest to be in the way comes first.
 */
export const GROUPS = [
  "memory",
  "system calls",
  "filesystem",
  "namespaces",
  "devices",
  "processes",
  "capabilities",
  "kernel",
] as const;
export type Group = (typeof GROUPS)[number];

const LEFT_OUT = "# left out, the ship does not run with it: ";

/** Beyond what the ship's unit sets already. */
function directives(group: Group, ship: ShipTarget): readonly string[] {
  switch (group) {
    case "capabilities":
      return [`CapabilityBoundingSet=${ship.httpPort < 1024 || ship.amesPort < 1024 ? "CAP_NET_BIND_SERVICE" : ""}`];
    case "filesystem":
      return ["ProtectSystem=strict", `ReadWritePaths=${shipPaths(ship.name).pier}`];
    case "devices":
      return ["PrivateDevices=yes", "DevicePolicy=closed"];
    case "kernel":
      return ["ProtectKernelLogs=yes", "ProtectClock=yes", "ProtectHostname=yes"];
    case "processes":
      return ["ProtectProc=invisible", "KeyringMode=private"];
    case "system calls":
      return ["SystemCallArchitectures=native", "SystemCallFilter=@system-service"];
    case "namespaces":
      return ["RestrictNamespaces=yes"];
    case "memory":
      return ["MemoryDenyWriteExecute=yes"];
  }
}

export function dropInPath(name: string): string {
  return `${shipPaths(name).unitFile}.d/50-slipway-sandbox.conf`;
}

/** The drop-in of a ship's unit. It says itself what was left out: that is all the memory a later look needs. */
export function dropIn(ship: ShipTarget, leftOut: readonly Group[]): Resource {
  const set = GROUPS.filter((group) => !leftOut.includes(group)).flatMap((group) => directives(group, ship));
  const content = `# Written by Slipway.\n${leftOut.length === 0 ? "" : `${LEFT_OUT}${leftOut.join(", ")}\n`}[Service]\n${set.join("\n")}\n`;
  return file(dropInPath(ship.name), "0644", content);
}

/** What a drop-in on the host says it leaves out. */
export function leftOutOf(content: string): readonly Group[] {
  const line = content.split("\n").find((text) => text.startsWith(LEFT_OUT));
  const words = line === undefined ? [] : line.slice(LEFT_OUT.length).split(", ");
  return GROUPS.filter((group) => words.includes(group));
}

/** What to leave out next when the ship does not run with the present set: one group after the other, then all. Null at the end. */
export function nextTrial(leftOut: readonly Group[]): readonly Group[] | null {
  if (leftOut.length > 1) return null;
  const at = leftOut[0] === undefined ? 0 : GROUPS.indexOf(leftOut[0]) + 1;
  const group = GROUPS[at];
  return group === undefined ? GROUPS : [group];
}
