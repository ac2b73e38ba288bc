import type { Receiver } from "../../plan/schema.ts";
import type { RunbookCommand } from "./commands/command.ts";
import type { HandoffFacts } from "./facts.ts";
import { commandLine, type Runbook } from "./runbook.ts";

/** An incident: how it shows, what is looked at first, what is done, and what never is. */
interface Incident {
  readonly title: string;
  readonly severity: "page" | "ticket";
  /** Alerts of the monitoring that tell of it. */
  readonly alerts: readonly string[];
  readonly signs: string;
  /** Commands of the runbook, by the first word of their ids. */
  readonly look: readonly string[];
  readonly act: readonly string[];
  readonly never: string;
}

export const INCIDENTS: readonly Incident[] = [
  {
    title: "A ship is down",
    severity: "page",
    alerts: ["ShipDown", "RestartLoop"],
    signs: "its web page and its control socket do not answer",
    look: ["state", "log", "fence"],
    act: [
      "Read the log: its last lines before the end say why.",
      "Where the unit was stopped by somebody, start it. Where it says that it waits for its lease, ask the lease first.",
      "Where it ends again and again, leave it stopped and keep the log: a ship that is stopped loses nothing.",
    ],
    never: "restore an older copy of the pier: a live ship's older copy breaks its identity",
  },
  {
    title: "A start was refused: another copy, or an old token",
    severity: "page",
    alerts: ["DoubleBootRefused"],
    signs: "the unit rests with start-refused or double-boot in its log",
    look: ["lease", "fence", "log"],
    act: [
      "Ask the lease who holds the ship. If that is another host, this one's copy is the old one: it stays stopped.",
      "If it is this host, see whether its machine id was changed (a cloned disk), then launch the plan again: it takes a new token.",
    ],
    never: "start the pier by hand, past its unit",
  },
  {
    title: "A host cannot be reached",
    severity: "page",
    alerts: ["TargetMissing"],
    signs: "SSH does not answer, and every ship of the host is silent",
    look: ["assess", "units"],
    act: [
      "Use the provider's console or the machine itself. A change of ours that cuts us off reverts by itself within two minutes.",
      "While nobody has seen the host down, its ships may still run there: they are not started anywhere else.",
    ],
    never: "launch its ships on another host while this one may still run them",
  },
  {
    title: "A disk fills up",
    severity: "page",
    alerts: ["DiskFullInDays", "LogGrowthAnomaly"],
    signs: "above 85 % used, or a log that grows without a reason",
    look: ["disk", "size"],
    act: [
      "Free space that is not a pier's: journalctl --vacuum-size=200M, old packages.",
      "Stop the ship with the largest log gracefully and have its log rolled and chopped by its own runtime.",
    ],
    never: "delete files under .urb/log",
  },
  {
    title: "A ship runs out of memory or loom",
    severity: "page",
    alerts: ["LoomHigh"],
    signs: "the loom is above 90 % used, or the ship was ended for want of memory",
    look: ["memory", "log"],
    act: [
      "Run |pack in its dojo, then |meld where that freed little.",
      "Only then start it with a larger loom, and keep that for good.",
    ],
    never: "start it with a smaller loom than it had",
  },
  {
    title: "A host's settings were changed",
    severity: "ticket",
    alerts: [],
    signs: "slipway drift names what differs",
    look: ["drift", "audit", "firewall"],
    act: [
      "Find out who changed it and why.",
      "Set it again by launching the plan again, or keep the change and say so where the plan is kept.",
    ],
    never: "set it again before it is known whether it was an attack",
  },
  {
    title: "A key or login may be known to others",
    severity: "page",
    alerts: [],
    signs: "a keyfile was sent or stored in the open; a login nobody knows in the log",
    look: ["bans", "sshd", "verify"],
    act: [
      "Take the SSH key in question out of authorized_keys on every host, and end its sessions.",
      "A ship's network keys are changed on Azimuth by its owner: a new life, then the ship is given its new keyfile. Its login code is reset in its dojo: |code %reset.",
      "Keep the record of the run and the hosts' journals: they show what was done and when.",
    ],
    never: "boot the ship anew from its old keyfile",
  },
  {
    title: "A clock is off, a certificate ends, a backup or an update is late",
    severity: "ticket",
    alerts: ["ClockSkew", "CertExpiry", "BackupStale", "OtaStuck"],
    signs: "the alert names the ship or host",
    look: ["assess", "check"],
    act: ["Put right what the alert names, and see that it goes quiet."],
    never: "silence the alert instead",
  },
];

/** Commands shown for an incident; the runbook has them for every ship. */
const SHOWN = 6;

export function incidentsMarkdown(facts: HandoffFacts, { commands }: Runbook): string {
  const { monitor, receivers, approvals, run, notSetUp, rehearsal } = facts;
  const deciders = [...new Set(approvals.map(({ by }) => by))];
  const lines = [
    "# Incident response",
    "",
    `For the ships of run ${run}. ${rehearsal ? "A rehearsal: none of it exists outside the twin. " : ""}The commands are those of runbook.md.`,
    "",
    "## Who",
    "",
    `- Decided about this deployment so far: ${deciders.join(", ") || "nobody"}.`,
    ...(receivers.length > 0
      ? receivers.map((receiver) => `- Told of alerts: ${receiverText(receiver)}.`)
      : ["- Told of alerts: nobody. No receiver was set up, so somebody has to look."]),
    "- Who is on call, and who speaks to the outside, is for people to name: it is on nobody's record yet.",
    "",
    "## Order of things",
    "",
    "1. See: what is down, since when. Note the time.",
    "2. Contain: stop what makes it worse. A ship that is stopped loses nothing.",
    "3. Keep: the log and the record, before anything is put right.",
    "4. Put right: one thing at a time, and look after each.",
    "5. Say: what happened, why, and what keeps it from happening again.",
    "",
    `Page: within 15 minutes, at any hour. Ticket: on the next working day.${monitor === null ? " Nothing watches these ships: the signs below are seen only by whoever looks." : ""}`,
  ];
  for (const incident of INCIDENTS) {
    const { title, severity, alerts, signs, look, act, never } = incident;
    const told = monitor === null || alerts.length === 0 ? "" : ` Alerts: ${alerts.join(", ")}.`;
    const chosen = look.flatMap((word) => commands.filter(({ id }) => id.split(" ")[0] === word));
    const shown = spread(chosen, look);
    lines.push("", `## ${title} (${severity})`, "", `Signs: ${signs}.${told}`);
    if (shown.length > 0) lines.push("", "Look:", ...shown.flatMap(placedLine));
    if (chosen.length > shown.length)
      lines.push("", `The same for the other ships and hosts: runbook.md, ${chosen.length - shown.length} more.`);
    lines.push("", "Do:", "", ...act.map((line, index) => `${index + 1}. ${line}`), "", `Never: ${never}.`);
  }
  lines.push(
    "",
    "## Not set up",
    "",
    ...(notSetUp.length > 0 ? notSetUp.map((line) => `- ${line}`) : ["Nothing that was asked for is missing."]),
  );
  return `${lines.join("\n")}\n`;
}

/** A few of each kind rather than all of the first. */
function spread(chosen: readonly RunbookCommand[], look: readonly string[]): readonly RunbookCommand[] {
  const each = Math.max(1, Math.floor(SHOWN / look.length));
  return look.flatMap((word) => chosen.filter(({ id }) => id.split(" ")[0] === word).slice(0, each));
}

function placedLine(command: RunbookCommand): readonly string[] {
  const where =
    command.on === null
      ? command.title
      : `On ${command.on}: ${command.title.charAt(0).toLowerCase()}${command.title.slice(1)}`;
  return commandLine({
    ...command,
    title: `${where}${command.section.startsWith("~") ? ` (${command.section})` : ""}`,
  });
}

function receiverText(receiver: Receiver): string {
  if (receiver.kind === "email") return `${receiver.to}, by mail from ${receiver.from}`;
  if (receiver.kind === "pagerduty") return `PagerDuty${receiver.url === null ? "" : ` at ${receiver.url}`}`;
  return `webhook ${receiver.url}`;
}
