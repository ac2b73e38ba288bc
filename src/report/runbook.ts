import type { Plan } from "../plan/schema.ts";
import { shipPaths } from "../urbit/layout.ts";

/** What an operator needs at three in the morning, from what is really there. */
export function runbookMarkdown(plan: Plan, run: string): string {
  const lines = [
    "# Runbook",
    "",
    `Made from run ${run}, plan ${plan.hash.slice(0, 12)}. Every name, port and path below is one that was set up.`,
    "",
    "Never copy a pier and start the copy; never start a pier by hand beside its unit. Two writers break a ship's network identity for good.",
  ];
  for (const host of plan.hosts) {
    const ships = plan.ships.filter((ship) => ship.host === host.name);
    lines.push("", `## ${host.name} (${host.address})`);
    for (const ship of ships) {
      if (!ship.name.startsWith("~")) continue;
      const paths = shipPaths(ship.name);
      lines.push(
        "",
        `### ${ship.name}${ship.fake ? " (fake)" : ""}, ${ship.environment}`,
        "",
        `- pier \`${paths.pier}\`, unit \`${paths.unit}\`, Ames udp ${ship.amesPort}, web tcp ${ship.httpPort} on 127.0.0.1, loom 2^${ship.loom}`,
        `- state: \`systemctl status ${paths.unit}\``,
        `- log: \`journalctl -u ${paths.unit} -n 200\``,
        `- stop, gracefully (may take minutes): \`systemctl stop ${paths.unit}\``,
        `- start, under the lease: \`systemctl start ${paths.unit}\``,
        `- who may run it: \`slipway lease explain ${ship.name}\``,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}
