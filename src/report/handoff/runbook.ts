import { shipPaths } from "../../urbit/layout.ts";
import { loginOf, type RunbookCommand } from "./commands/command.ts";
import { hostCommands } from "./commands/host.ts";
import { monitorCommands } from "./commands/monitor.ts";
import { shipCommands } from "./commands/ship.ts";
import { SITE, siteCommands } from "./commands/site.ts";
import type { HandoffFacts } from "./facts.ts";

/** The runbook as data: its commands in the order of its pages. */
export interface Runbook {
  readonly run: string;
  readonly planHash: string;
  readonly at: string;
  readonly rehearsal: boolean;
  readonly notSetUp: readonly string[];
  readonly commands: readonly RunbookCommand[];
}

export function runbookOf(facts: HandoffFacts): Runbook {
  const { run, plan, at, rehearsal, notSetUp, hosts, ships } = facts;
  const commands = [
    ...siteCommands(facts),
    ...hosts.flatMap((host) => [
      ...hostCommands(facts, host),
      ...ships
        .filter((ship) => ship.host === host.name)
        .flatMap((ship) => shipCommands(host, ship, ships.indexOf(ship))),
    ]),
    ...monitorCommands(facts),
  ];
  return { run, planHash: plan.hash, at, rehearsal, notSetUp, commands };
}

/** What an operator needs at three in the morning: where everything is, and each command as it is typed. */
export function runbookMarkdown(facts: HandoffFacts, { commands }: Runbook): string {
  const { run, plan, hosts, ships, monitor, notSetUp, rehearsal, at } = facts;
  const linesOf = bySection(commands);
  const lines = [
    "# Runbook",
    "",
    `Made from the record of run ${run} (plan ${plan.hash.slice(0, 12)}), ${at}. Every name, port and path below is one that was set up.`,
    ...(rehearsal ? ["", "This was a rehearsal on the twin: none of it exists outside of it."] : []),
    "",
    "Two rules before any other: never copy a pier and start the copy; never start a pier by hand beside its unit. Two writers break a ship's network identity for good.",
    "",
    "Commands marked (here) are typed on the machine Slipway runs on, the others on the host they stand under.",
    "",
    `## ${SITE}`,
    "",
    ...(ships.length === 0 ? ["No ship of this run stands."] : [`${ships.length} ship(s) on ${hosts.length} host(s).`]),
    ...linesOf(SITE),
  ];
  for (const host of hosts) {
    const login = loginOf(host);
    lines.push(
      "",
      `## ${host.name} (${host.address})`,
      "",
      login === null ? "This machine itself." : `Log in: \`${login}\``,
    );
    lines.push(...linesOf(host.name));
    for (const ship of ships.filter(({ host: on }) => on === host.name)) {
      const { pier, unit } = shipPaths(ship.name);
      lines.push("", `### ${ship.name}${ship.fake ? " (fake)" : ""}, ${ship.environment}`, "");
      lines.push(
        `Pier \`${pier}\`, unit \`${unit}\`, Ames udp ${ship.amesPort}, web tcp ${ship.httpPort} on 127.0.0.1, loom 2^${ship.loom}.`,
      );
      lines.push(...linesOf(ship.name));
    }
  }
  if (monitor !== null) {
    const section = `Monitoring on ${monitor.name}`;
    lines.push("", `## ${section} (${monitor.address})`, ...linesOf(section));
  }
  lines.push(
    "",
    "## Not set up",
    "",
    ...(notSetUp.length > 0 ? notSetUp.map((line) => `- ${line}`) : ["Nothing that was asked for is missing."]),
  );
  lines.push("", "## How it was set up", "", ...howSetUp(facts));
  return `${lines.join("\n")}\n`;
}

/** Gives the lines of a section; the commands are sorted once, since a fleet has many of both. */
function bySection(commands: readonly RunbookCommand[]): (section: string) => readonly string[] {
  const sections = Map.groupBy(commands, ({ section }) => section);
  return (section) => (sections.get(section) ?? []).flatMap(commandLine);
}

/** One command as the pages show it. */
export function commandLine({ title, on, command, shows, changes }: RunbookCommand): readonly string[] {
  return [
    "",
    `${title}${on === null ? " (here)" : ""}${changes ? ", **changes something**" : ""}:`,
    "",
    `    ${command}`,
    "",
    `Shows: ${shows}.`,
  ];
}

/** Above so many steps they are summed up: the record has them all. */
const LISTED = 80;

/** What was done, with the commands its checks ran, as the record has them. */
function howSetUp({ done, run }: HandoffFacts): readonly string[] {
  const rows = done.slice(0, LISTED).map(({ step, accomplished, checks }) => {
    const ran = [...new Set(checks.flatMap(({ observation }) => (observation === null ? [] : [observation.command])))];
    const short = ran.filter((command) => !command.includes("< slipway:")).slice(0, 2);
    return `- ${step}: ${accomplished.join("; ")}${short.length > 0 ? ` (seen by \`${short.join("`, `")}\`)` : ""}`;
  });
  return done.length > LISTED ? [...rows, `- and ${done.length - LISTED} more: slipway report ${run}`] : rows;
}
